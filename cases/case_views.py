"""The page of one case: look at it, make a move, keep a draft. Each asks the rules once and shows what they answer."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import case_page as pages
from cases import notices, panels, timeline
from cases.case_page import CasePage
from cases.law import current_law
from cases.models import Case


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: who holds it, until when, and what can be done now."""
    page = _page(request, reference)
    notices.opened(request.user, reference, page.at, page.standing.bodies())
    return _render(request, page)


@require_safe
def case_panel(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """A folded panel, opened: itself for htmx, else the page with it open."""
    page = _page(request, reference)
    if not request.htmx:
        return _render(request, page, opened=name)
    shown = panels.panel_of(name, page.case, page.standing, page.at)
    if shown is None:
        raise Http404
    return render(request, "cases/case/panel.html", {"case": page.case, "shown": shown})


def _cases(request: HttpRequest) -> QuerySet[Case]:
    rows = Case.objects.visible_to(request.standing).annotate(has_linked=pages.beside())
    return rows.select_related(*pages.JOINED).prefetch_related("co_bodies", "clocks")


def _page(request: HttpRequest, reference: str) -> CasePage:
    case = get_object_or_404(_cases(request), reference=reference)
    return pages.page_of(case, request.standing, current_law(), timezone.now())


def _render(
    request: HttpRequest, page: CasePage, *, opened: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    stream = request.GET.get("show", "")
    lines = timeline.of_stream(page.lines, stream)
    first = lines if "all" in request.GET else lines[: pages.LINES_AT_FIRST]
    context = {
        "page": page,
        "case": page.case,
        "panels": panels.panels_for(page.case, page.standing, page.at, opened=opened),
        "streams": timeline.STREAMS,
        "stream": stream if stream in timeline.STREAMS else "",
        "lines": first,
        "hidden_lines": len(lines) - len(first),
        "needs_direction": notices.needs_direction(page.case),
    }
    # In a frame beside the list the page comes without what is around it.
    template = "cases/case_body.html" if request.htmx else "cases/case.html"
    return render(request, template, context | more, status=status)
