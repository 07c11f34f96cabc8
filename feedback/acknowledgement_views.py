"""The desk acknowledges papers: which were taken, on a page, and the acknowledgement itself to be printed and signed."""

from uuid import UUID, uuid4

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bodies.idempotency import fingerprint, once
from bodies.paper_files import file_of
from bodies.refusals import BadInput, Unprocessable
from feedback import acknowledgements
from feedback.models import Acknowledgement, Petition
from feedback.permissions import receives_for


class PapersForm(forms.Form):
    """The papers, as a clerk lists them."""

    papers = forms.CharField(
        label=gettext_lazy("Papers taken, one on each line"),
        max_length=acknowledgements.MOST_PAPERS * (acknowledgements.MOST_LETTERS + 2),
        widget=forms.Textarea(attrs={"rows": 8, "autofocus": True}),
        help_text=gettext_lazy(
            "For each its name, whether it is the original or a copy, and how many sheets: “Land use certificate, copy, 2 sheets”."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """What was taken so far, and the form for what is taken now; sent twice, it is one acknowledgement."""
    petition = _petition(request, code)
    if request.method != "POST":
        return _shown(request, petition, PapersForm(initial={"key": uuid4()}))
    form, now = PapersForm(request.POST), timezone.now()
    if not form.is_valid():
        return _shown(request, petition, form, status=422)
    typed, key = form.cleaned_data["papers"], form.cleaned_data["key"] or uuid4()

    def make() -> str:
        return str(acknowledgements.acknowledge(petition, typed, by=request.user, at=now).pk)

    try:
        # A savepoint: what is refused is taken back alone.
        with transaction.atomic():
            print_ = fingerprint(request.path.encode(), typed.encode())
            once(f"user:{request.user.pk}", UUID(str(key)), print_, make, at=now)
    except BadInput as bad:
        for sentence in bad.errors.get("papers", []):
            form.add_error("papers", sentence)
        return _shown(request, petition, form, status=422)
    except Unprocessable as refused:
        form.add_error(None, str(refused))
        return _shown(request, petition, form, status=409)
    return redirect("acknowledge-papers", code)


@never_cache
@require_safe
def acknowledgement(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The acknowledgement, to be printed in two copies."""
    rows = Acknowledgement.objects.visible_to(request.standing).select_related(
        "petition__received_by__area", "petition__received_by__superior", "taken_by"
    )
    given = get_object_or_404(rows, petition__code=code, number=number)
    paper = acknowledgements.paper_for(given, by=request.user, at=timezone.now())
    return file_of(paper, f"{code}-bien-nhan-{number:02d}", "pdf")


def _petition(request: HttpRequest, code: str) -> Petition:
    standing = request.standing
    seen = Petition.objects.visible_to(standing).select_related("received_by", "case")
    petition = seen.filter(code=code, received_by__in=receives_for(standing)).first()
    if petition is None:
        raise Http404
    return petition


def _shown(request: HttpRequest, petition: Petition, form: PapersForm, *, status: int = 200) -> HttpResponse:
    given = Acknowledgement.objects.visible_to(request.standing).filter(petition=petition)
    page = {
        "petition": petition,
        "form": form,
        "given": list(given.select_related("taken_by").order_by("-number")),
    }
    return render(request, "feedback/papers.html", page, status=status)
