"""Old reception books in the browser: hand one in, see what was read of it, confirm, watch the import, fetch what is wrong."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bodies.models import Body, Job
from bodies.refusals import BadInput, Refused, Unprocessable
from feedback import register_jobs
from feedback.models import RegisterFile
from feedback.permissions import imports_for
from feedback.register_reading import MEANINGS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# So many books of late, and faults of one book, stand on a page; the copy of a book tells all of its faults.
_BOOKS, _FAULTS = 20, 100


class BookForm(forms.Form):
    """A book, and whose it is."""

    body = forms.ModelChoiceField(
        Body.objects.open_to_all(), label=gettext_lazy("Book of"), empty_label=None, to_field_name="code"
    )
    file = forms.FileField(
        label=gettext_lazy("The book, as an .xlsx workbook"),
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy(
            "The reception book on Form 03, of any year and with any number of sheets. Columns are found by their"
            " headings; nothing is written before you have seen what was read."
        ),
    )

    def __init__(self, *args: Any, bodies: frozenset[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Body.objects.open_to_all().filter(pk__in=bodies).order_by("name")
        self.fields["body"].queryset = mine  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def books(request: HttpRequest) -> HttpResponse:
    """The books of late, and the form that hands one in."""
    mine = imports_for(request.standing)  # type: ignore[attr-defined]
    if not mine:
        raise PermissionDenied(_("You take no old books in: this is for a reception desk and its head."))
    if request.method != "POST":
        return _listed(request, BookForm(bodies=mine))
    form = BookForm(request.POST, request.FILES, bodies=mine)
    if not form.is_valid():
        return _listed(request, form, status=422)
    try:
        # A savepoint: what is refused is taken back alone.
        with transaction.atomic():
            file = register_jobs.hand_in(
                form.cleaned_data["file"].read(register_jobs.MOST_BYTES + 1),
                form.cleaned_data["body"],
                by=request.user,  # type: ignore[arg-type]
                key=_key(request),
                at=timezone.now(),
            )
    except BadInput as bad:
        for name, sentences in bad.errors.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return _listed(request, form, status=422)
    except (Refused, Unprocessable) as refused:
        form.add_error(None, str(refused))
        return _listed(request, form, status=409)
    return redirect("import-book", file.pk)


def _listed(request: HttpRequest, form: BookForm, *, status: int = 200) -> HttpResponse:
    files = list(_seen(request).order_by("-at", "id")[:_BOOKS])
    known = register_jobs.jobs_of(files)
    page = {
        "form": form,
        # A new one for each showing: a chosen file does not outlive the answer to it.
        "key": uuid4(),
        "books": [(file, known.get(file.reading), known.get(file.taking_in)) for file in files],
        "days": register_jobs.KEPT.days,
    }
    return render(request, "feedback/import.html", page, status=status)


@never_cache
@require_safe
def book(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One book: how far it is, what was read of it, what is wrong, and the button that imports it."""
    return render(request, "feedback/import_book.html", _facts(_found(request, pk)))


@never_cache
@require_safe
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of a book's page that changes while a worker is at it."""
    return render(request, "feedback/import_state.html", _facts(_found(request, pk)) | {"is_part": True})


@never_cache
@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Import what was read; pressed again, it is the same import."""
    file = _found(request, pk)
    try:
        register_jobs.confirm(file, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refused:
        told = _facts(file) | {"refused": str(refused)}
        return render(request, "feedback/import_book.html", told, status=409)
    return redirect("import-book", file.pk)


@never_cache
@require_safe
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The book again, with what is wrong beside each line."""
    content = register_jobs.copy_of(
        get_object_or_404(RegisterFile.objects.visible_to(request.standing), pk=pk)
    )  # type: ignore[attr-defined]
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="so-tiep-cong-dan-loi.xlsx"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _seen(request: HttpRequest) -> QuerySet[RegisterFile]:
    rows = RegisterFile.objects.visible_to(request.standing)  # type: ignore[attr-defined]
    return rows.select_related("body", "by").defer("box", "copy_box")


def _found(request: HttpRequest, pk: UUID) -> RegisterFile:
    return get_object_or_404(_seen(request), pk=pk)


def _facts(file: RegisterFile) -> dict[str, Any]:
    known = register_jobs.jobs_of([file])
    reading, importing = known.get(file.reading), known.get(file.taking_in)
    job = importing or reading
    is_done = job is not None and job.state == Job.State.DONE
    result = job.result if job is not None and is_done else None
    faults = result["faults"] if result else []
    return {
        "file": file,
        "job": job,
        "is_importing": importing is not None,
        "is_at_work": job is not None and job.state in (Job.State.WAITING, Job.State.RUNNING),
        "percent": job.done * 100 // job.total if job is not None and job.total else None,
        "result": result,
        "sheets": _sheets(result["mapping"]) if result else [],
        "faults": faults[:_FAULTS],
        "more_faults": result["rejected"] - len(faults[:_FAULTS]) if result else 0,
        "changes": result["changes"][:_FAULTS] if result else [],
        "can_import": is_done and importing is None and bool(result and result["imported"]),
    }


def _sheets(mapping: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """For each sheet what was found of what a book can tell: its column and heading, or that it is not there."""
    sheets = []
    for sheet, found in mapping.items():
        rows = [(label, *found.get(name, ": ").split(": ", 1)) for name, label in _told(found)]
        sheets.append({"name": sheet, "rows": rows})
    return sheets


def _told(found: dict[str, str]) -> list[tuple[str, Any]]:
    """The meanings, without the other way of naming a person than this book's."""
    other = {"who"} if "who" not in found else {"name", "address"} - found.keys()
    return [(name, label) for name, label in MEANINGS.items() if name not in other]


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
