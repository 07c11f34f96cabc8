"""One move in many cases of the work list: what it needs, what each case would say, then the act, each step sent by itself."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bodies.idempotency import fingerprint
from bodies.refusals import Unprocessable
from bodies.scopes import Standing
from cases import bulk
from cases.bulk_forms import FORMS, BulkForm
from cases.lines import title_for
from cases.models import Case
from cases.moves import MOVES
from cases.steps import Actor


@require_POST
def move_many(request: HttpRequest) -> HttpResponse:
    """`step` is what was asked for: nothing yet (the fields), `try` (the summary) or `do` (the act)."""
    name, step = request.POST.get("move", ""), request.POST.get("step", "")
    standing = request.standing  # type: ignore[attr-defined]
    if name not in {move.name for move in bulk.offered(standing)}:
        raise Http404
    seen = _seen(request)
    cases = list(
        Case.objects.visible_to(standing)
        .filter(reference__in=seen)
        .select_related("body__area")
        .order_by("pk")
    )
    shown = {"move": MOVES[name], "cases": _named(cases, standing), "in": request.POST.get("in", "")[:4000]}
    if not cases:
        return _answer(request, shown | {"fault": _("Choose at least one case.")}, status=422)
    typed = {key.removeprefix("order-"): value for key, value in request.POST.items()}
    form = FORMS[name](request.POST if step else None, typed, cases=cases, standing=standing)
    shown["form"] = form
    if not step or not form.is_valid():
        return _answer(request, shown, status=422 if step else 200)
    order = bulk.Order(
        name,
        Actor.staff(request.user),  # type: ignore[arg-type]
        timezone.now(),
        form.reason,
        form.facts(),
    )
    if step == "try":
        return _answer(request, shown | _summary(bulk.try_out(cases, order), standing))
    return _carry_out(request, shown, order, [(case, seen[case.reference] or case.version) for case in cases])


def _carry_out(
    request: HttpRequest, shown: dict[str, Any], order: bulk.Order, cases: list[tuple[Case, int]]
) -> HttpResponse:
    form: BulkForm = shown["form"]
    key: UUID | None = form.cleaned_data["once"]
    if key is None:
        return _answer(request, shown, status=422)
    marks = [str(sorted(request.POST.lists())).encode()]
    try:
        outcomes = bulk.carry_out(cases, order, key=key, fingerprint=fingerprint(b"bulk", *marks))
    except Unprocessable:
        outcomes = None
    if outcomes is None:
        return _answer(
            request, shown | {"fault": _("This was done already; nothing was done twice.")}, status=409
        )
    return _answer(request, shown | _summary(outcomes, request.standing) | {"is_done": True})


def _seen(request: HttpRequest) -> dict[str, int]:
    """The chosen references, each with the version that was shown in the summary (0: none was shown yet)."""
    seen: dict[str, int] = {}
    # Those that the summary refused are asked again only where something else is typed.
    asked = request.POST.getlist("case") + (
        request.POST.getlist("refused") if not request.POST.get("step") else []
    )
    for typed in asked[: bulk.MOST]:
        reference, _sign, version = typed.partition(":")
        seen[reference] = int(version) if version.isascii() and version.isdigit() else 0
    return seen


def _summary(outcomes: list[bulk.Outcome], standing: Standing) -> dict[str, Any]:
    """Refusals by their sentence: twelve cases with one reason are one line."""
    refused: dict[str, list[Case]] = {}
    for outcome in outcomes:
        if outcome.refused:
            refused.setdefault(outcome.refused, []).append(outcome.case)
    able = [outcome.case for outcome in outcomes if not outcome.refused]
    return {
        "able": _named(able, standing),
        "refused": [(why, _named(cases, standing)) for why, cases in sorted(refused.items())],
        "cannot": len(outcomes) - len(able),
        "is_tried": True,
    }


def _named(cases: list[Case], standing: Standing) -> list[dict[str, Any]]:
    return [
        {"reference": case.reference, "version": case.version, "title": title_for(case, standing)}
        for case in cases
    ]


def _answer(request: HttpRequest, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "cases/list_bulk.html", shown, status=status)
