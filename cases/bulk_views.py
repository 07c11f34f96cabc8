"""One move in many cases of the work list: what it needs, what each case would say, then the act, each step sent by itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.exceptions import ValidationError

from bodies.idempotency import fingerprint
from bodies.models import Job, User
from bodies.refusals import Refused, Unprocessable
from bodies.scopes import Standing
from cases import bulk, bulk_jobs, list_reading
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
    if request.POST.get("all"):
        wanted = _all_of(request)
        if wanted is None or len(wanted) > bulk.MOST:
            return _many(request, name, wanted)
        seen = dict.fromkeys(wanted.values(), 0)
    else:
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


def _all_of(request: HttpRequest) -> dict[int, str] | None:
    """The ids and references of every case of the list that was looked at; None: they are too many, or no list."""
    standing = request.standing  # type: ignore[attr-defined]
    query = QueryDict(request.POST.get("in", "")[:4000])
    try:
        rows = list_reading.rows_asked(query, request, standing, timezone.localdate())
    except (ValidationError, KeyError):
        return None
    found = dict(rows.order_by("pk").values_list("pk", "reference")[: bulk_jobs.MOST + 1])
    return found if len(found) <= bulk_jobs.MOST else None


def _many(request: HttpRequest, name: str, wanted: dict[int, str] | None) -> HttpResponse:
    """The same for more cases than a page can wait for: the fields, then a job that tries it out."""
    standing, at = request.standing, request.POST.get("in", "")[:4000]  # type: ignore[attr-defined]
    shown: dict[str, Any] = {"move": MOVES[name], "in": at, "all": True, "cases": []}
    if wanted is None:
        fault = _("These are more than %(most)s cases: filter the list first.") % {"most": bulk_jobs.MOST}
        return _answer(request, shown | {"fault": fault}, status=422)
    cases = list(Case.objects.visible_to(standing).filter(pk__in=wanted).select_related("body"))
    step = request.POST.get("step", "")
    form = FORMS[name](request.POST if step else None, cases=cases, standing=standing)
    if not step or not form.is_valid() or form.cleaned_data["once"] is None:
        return _answer(request, shown | {"form": form, "count": len(wanted)}, status=422 if step else 200)
    typed = {key: values for key, values in request.POST.lists() if key.startswith("order-")}
    user: User = request.user  # type: ignore[assignment]
    key = form.cleaned_data["once"]
    return redirect(
        "move-all", bulk_jobs.begin(list(wanted), name, typed, by=user, at=timezone.now(), key=key).pk
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the worker is with one move in many cases, what it found, and the button that makes the move."""
    mine = Job.objects.visible_to(request.user).filter(by=request.user)  # type: ignore[arg-type]
    job = get_object_or_404(mine, pk=pk, kind__in=[bulk_jobs.TRY, bulk_jobs.MAKE])
    if request.method == "POST":
        try:
            return redirect("move-all", bulk_jobs.make(job, at=timezone.now()).pk)
        except Refused as refused:
            messages.warning(request, refused.sentence)
    result = job.result or {"able": [], "refused": []}
    shown = {
        "job": job,
        "move": MOVES[job.arguments["move"]],
        "is_at_work": job.state in {Job.State.WAITING, Job.State.RUNNING},
        "is_tried": job.kind == bulk_jobs.TRY,
        "able": len(result["able"]),
        "refused": result["refused"],
        "cannot": sum(count for _why, count, _named in result["refused"]),
    }
    part = "cases/list_bulk_state.html" if request.htmx else "cases/list_bulk_job.html"
    return render(request, part, shown)


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
        seen[reference] = int(version) if version.isdecimal() and len(version) < 10 else 0
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
