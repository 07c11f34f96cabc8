"""The desk's pages of cases. Each asks the rules once and shows what they answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bodies.working_days import current_calendar
from cases import list_reading, queues

# Of what comes due first, as many as fit under the counts without scrolling.
FIRST = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me: counts, each a link to exactly its rows, and what comes due first."""
    standing = request.standing  # type: ignore[attr-defined]
    today = timezone.localdate()
    counted = queues.counts(standing, today, current_calendar())
    first = list_reading.first_of(queues.mine(standing), standing, today, FIRST)
    shown = [
        {"queue": queue, "count": count, "more": count > queues.MOST_COUNTED} for queue, count in counted
    ]
    return render(request, "cases/home.html", {"queues": shown, "most": queues.MOST_COUNTED, "first": first})
