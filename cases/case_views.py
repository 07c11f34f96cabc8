"""The page of one case: look at it, make a move, keep a draft. Each asks the rules once and shows what they answer."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bodies import idempotency
from bodies.refusals import BadInput, Refused, Unprocessable
from cases import case_page as pages
from cases import conflicts, drafts, files, notices, panels, timeline, workflow
from cases.case_page import CasePage
from cases.conflicts import Conflict
from cases.forms import Asked, MoveForm
from cases.law import current_law
from cases.models import Case
from cases.moves import MOVES, Move
from cases.permissions import parts_of
from cases.steps import Actor
from cases.time_limits import BadQuestion

# What the system alone does has no form.
_NOT_BY_HAND = {"escalate", "import"}
_FILES_AT_ONCE = 20


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: who holds it, until when, and what can be done now."""
    page = _page(request, reference)
    if page.case.is_told:
        notices.opened(request.user, reference, page.at, page.standing.bodies())
    return _render(request, page)


@require_safe
def case_panel(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """A folded panel, opened: itself for htmx, else the page with it open."""
    page = _page(request, reference)
    shown = panels.panel_of(name, page.case, page.standing, page.at)
    if shown is None:
        raise Http404
    if not request.htmx:
        return _render(request, page, opened=name)
    return render(request, "cases/case/panel.html", {"case": page.case, "shown": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def case_move(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """The form of one move on the case's page; sent, the move itself."""
    row = _move(move)
    page = _page(request, reference)
    if request.method == "POST":
        return _make(request, page, row)
    if row not in page.moves:
        messages.info(request, _("This is not open to you now: %(move)s.") % {"move": row.label})
        return redirect("case-page", reference)
    draft = page.drafts.get(row.name)
    form = MoveForm(row, _asked(page), typed=draft.typed if draft else None)
    return _render(request, page, form=form, draft=draft)


@require_POST
def case_draft(request: HttpRequest, reference: str, move: str) -> HttpResponse:
    """Keep what stands in a form, or give it up."""
    row = _move(move)
    case = get_object_or_404(Case.objects.visible_to(request.standing), reference=reference)
    if "discard" in request.POST:
        drafts.drop(case, request.user, row.name)
        return redirect("case-page", reference)
    if request.POST.get("writer") != request.user.username or not _may_write(request, case, row):
        raise Http404
    drafts.keep(case, request.user, row.name, drafts.typed_in(request.POST), at=timezone.now())
    return HttpResponse(status=204)


def _may_write(request: HttpRequest, case: Case, row: Move) -> bool:
    """Whose move it is by their part in the case, whatever its stage; or whose form was open when the case went on."""
    parts = parts_of(Actor.staff(request.user), case, on=timezone.localdate(), standing=request.standing)
    return bool(row.by & parts) or row.name in drafts.of(case, request.user)


# --- A move sent ----------------------------------------------------------------------------------------------------


def _make(request: HttpRequest, page: CasePage, row: Move) -> HttpResponse:
    data = request.POST.copy()
    faults = _bring(request, page, row, data)
    form = MoveForm(row, _asked(page), data)
    for fault in faults:
        form.add_error("upload", fault)
    if not form.is_valid():
        return _again(request, page, form, status=422)
    try:
        if data.get("writer") not in {"", None, request.user.username}:
            raise Refused(_("Somebody else has signed in meanwhile. Look at what you send in whose name."))
        _once(request, page, row, form)
    except (Refused, Unprocessable) as refused:
        sentence = refused.sentence if isinstance(refused, Refused) else str(refused)
        return _refused(request, page, form, sentence)
    except BadInput as bad:
        _put(form, bad.errors)
    except BadQuestion as bad:
        _put(form, {bad.field: [bad.message]})
    else:
        messages.success(request, _("Done: %(move)s.") % {"move": row.label})
        is_seen = Case.objects.visible_to(request.standing).filter(pk=page.case.pk).exists()
        return redirect("case-page", page.case.reference) if is_seen else redirect("work-list")
    return _again(request, page, form, status=422)


def _once(request: HttpRequest, page: CasePage, row: Move, form: MoveForm) -> None:
    """Make the move and throw its draft away, in one transaction; the same form sent twice makes it once."""

    def make() -> str:
        workflow.move(
            page.case,
            row.name,
            by=Actor.staff(request.user),
            recorded_at=page.at,
            at=form.at(page.at),
            reason=form.cleaned_data.get("reason", ""),
            version=form.cleaned_data["version"] if row.raises_version else None,
            facts=form.facts(),
        )
        drafts.drop(page.case, request.user, row.name)
        return page.case.reference

    sent = sorted(
        (name, values) for name, values in form.data.lists() if name not in {"csrfmiddlewaretoken", "files"}
    )
    print_ = idempotency.fingerprint(request.path.encode(), repr(sent).encode())
    with transaction.atomic():
        idempotency.once(
            f"user:{request.user.pk}", form.key, print_, make, at=page.at, subject=page.case.reference
        )


def _bring(request: HttpRequest, page: CasePage, row: Move, data: QueryDict) -> list[str]:
    """Keep the files that came with the form, so that they need not be brought again whatever else is wrong."""
    if row not in page.moves or "files" not in row.fields:
        return []
    faults = []
    for upload in request.FILES.getlist("upload")[:_FILES_AT_ONCE]:
        try:
            kept = files.receive(page.case, upload.read(files.MAX_SIZE + 1), by=request.user, at=page.at)
        except BadInput as bad:
            faults += [
                f"{upload.name}: {sentence}" for sentences in bad.errors.values() for sentence in sentences
            ]
        else:
            data.appendlist("files", str(kept.pk))
    page.__dict__.pop("files", None)
    return faults


def _again(request: HttpRequest, page: CasePage, form: MoveForm, *, status: int, **more: Any) -> HttpResponse:
    """The form once more, with all that was typed; on the server it is kept as well."""
    drafts.keep(page.case, request.user, form.move.name, drafts.typed_in(request.POST), at=page.at)
    return _render(request, page, form=form, status=status, **more)


def _refused(request: HttpRequest, page: CasePage, form: MoveForm, sentence: str) -> HttpResponse:
    """What the others did, beside what this person typed. Where the move is still open, the form goes on from there."""
    drafts.keep(page.case, request.user, form.move.name, drafts.typed_in(request.POST), at=page.at)
    case = _cases(request).filter(pk=page.case.pk).first()
    if case is None:
        gone = Conflict(sentence, typed=tuple(form.typed().values()))
        return render(request, "cases/case_gone.html", {"conflict": gone}, status=409)
    now = pages.page_of(case, request.standing, page.law, timezone.now())
    seen = form.cleaned_data.get("seen")
    conflict = conflicts.since(
        sentence,
        case.events_count if seen is None else seen,
        now.events,
        now.lines,
        form.typed(),
        in_full=now.in_full,
    )
    if form.move not in now.moves:
        return _render(request, now, conflict=conflict, lost=form.move, status=409)
    return _render(request, now, form=_up_to_date(form, now), conflict=conflict, status=409)


def _up_to_date(form: MoveForm, page: CasePage) -> MoveForm:
    """What was typed, in a form that knows the case as it is now."""
    data = form.data.copy()
    fresh = MoveForm(form.move, _asked(page))
    for name in ("version", "seen", "once", "writer"):
        data[name] = str(fresh.get_initial_for_field(fresh.fields[name], name))
    return MoveForm(form.move, _asked(page), data)


def _put(form: MoveForm, errors: dict[str, list[str]]) -> None:
    """Sentences of the rules at the fields they speak of; those without one stand on top."""
    at = {"document": "document_number", "files": "upload"}
    for name, sentences in errors.items():
        known = at.get(name, name)
        for sentence in sentences:
            form.add_error(known if known in form.fields else None, sentence)


# --- What is read and shown -----------------------------------------------------------------------------------------


def _move(name: str) -> Move:
    if name not in MOVES or name in _NOT_BY_HAND:
        raise Http404
    return MOVES[name]


def _cases(request: HttpRequest) -> QuerySet[Case]:
    standing = request.standing
    rows = Case.objects.visible_to(standing).annotate(
        has_linked=pages.beside(), is_told=pages.told_to(standing)
    )
    return rows.select_related(*pages.JOINED).prefetch_related("co_bodies", "clocks")


def _page(request: HttpRequest, reference: str) -> CasePage:
    case = get_object_or_404(_cases(request), reference=reference)
    return pages.page_of(case, request.standing, current_law(), timezone.now())


def _asked(page: CasePage) -> Asked:
    return Asked(
        case=page.case,
        standing=page.standing,
        on=page.today,
        clocks=list(page.case.clocks.all()),
        loose_files=[
            file
            for file in page.files
            if file.event_seq is None and file.uploaded_by_id == page.standing.user.pk
        ],
        drafted=page.drafted,
    )


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
    return render(request, "cases/case.html", context | more, status=status)
