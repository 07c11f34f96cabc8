"""The desk's pages of cases. Each asks the rules once and shows what they answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bodies.working_days import current_calendar
from cases import queues
from cases.models import Case


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me: counts, each a link to exactly its rows."""
    standing = request.standing  # type: ignore[attr-defined]
    counted = queues.counts(standing, timezone.localdate(), current_calendar())
    shown = [
        {"queue": queue, "count": count, "more": count > queues.MOST_COUNTED} for queue, count in counted
    ]
    return render(request, "cases/home.html", {"queues": shown, "most": queues.MOST_COUNTED})


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: who holds it, until when, and what can be done now."""
    case = get_object_or_404(Case.objects.visible_to(request.standing), reference=reference)  # type: ignore[attr-defined]
    return render(request, "cases/case.html", {"case": case})
