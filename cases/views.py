"""The desk's pages of cases. Each asks the rules once and shows what they answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bodies.working_days import current_calendar
from cases import queues


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me: counts, each a link to exactly its rows."""
    standing = request.standing  # type: ignore[attr-defined]
    counted = queues.counts(standing, timezone.localdate(), current_calendar())
    shown = [
        {"queue": queue, "count": count, "more": count > queues.MOST_COUNTED} for queue, count in counted
    ]
    return render(request, "cases/home.html", {"queues": shown, "most": queues.MOST_COUNTED})
