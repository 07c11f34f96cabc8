"""The desk's pages of cases. Each asks the rules once and shows what they answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bodies.working_days import current_calendar
from cases import queues
from cases.badges import badge
from cases.models import Case

_PAGE = 50


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
def case_list(request: HttpRequest) -> HttpResponse:
    """The work list: one queue, or all that I may know of."""
    standing, today, calendar = request.standing, timezone.localdate(), current_calendar()  # type: ignore[attr-defined]
    name = request.GET.get("queue", "")
    if name and name not in queues.QUEUES:
        raise Http404
    rows = (
        queues.rows_of(name, standing, today, calendar) if name else Case.objects.visible_to(standing).open()
    )
    page = list(rows.select_related("body", "handler").order_by("due_on", "id")[:_PAGE])
    lines = [
        {"case": case, "badge": badge(case.due_on, today, calendar, ended=case.is_ended, paused=True)}
        for case in page
    ]
    return render(request, "cases/list.html", {"lines": lines, "queue": queues.QUEUES.get(name)})


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: who holds it, until when, and what can be done now."""
    case = get_object_or_404(Case.objects.visible_to(request.standing), reference=reference)  # type: ignore[attr-defined]
    return render(request, "cases/case.html", {"case": case})
