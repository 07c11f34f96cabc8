"""Reading a sealed identity on a page: with a reason, a denouncer's with a second person's consent; and the requests that wait for one.

What is read stands in the answer to a form that was sent, in no address and in nothing that is kept on the way.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bodies import phones, reveals
from bodies.models import Reveal
from bodies.refusals import BadInput
from bodies.reveals import Progress, RevealRefused
from bodies.throttles import RevealsByPerson
from cases.models import Case
from feedback.models import Petitioner


class ReasonForm(forms.Form):
    """Why this identity must be read: it stays in the log of readings."""

    reason = forms.CharField(
        label=gettext_lazy("Why this identity must be read"),
        max_length=reveals.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=gettext_lazy("The reason is kept with your name and the hour, and can be looked into."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("identity")
def identity(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    """One petitioner of a case: asked for, waited for, or read once."""
    row, progress = _asked(request, reference, position)
    if request.method != "POST":
        return _shown(request, row, progress, ReasonForm(initial=_reason_of(progress)))
    form, now = ReasonForm(request.POST), timezone.now()
    if not form.is_valid():
        return _shown(request, row, progress, form, status=422)
    if not RevealsByPerson().allow_request(request, None):
        form.add_error(None, _("You have asked for many identities in this hour: wait until it is over."))
        return _shown(request, row, progress, form, status=429)
    told = {"by": request.user, "reason": form.cleaned_data["reason"], "at": now}
    try:
        if not progress.can_read:
            reveals.ask_reveal(row.person, **told)
            messages.success(request, _("Asked. Another person now decides."))
            return redirect("read-identity", reference, position)
        read = reveals.reveal(row.person, **told)
    except BadInput as bad:
        for sentence in bad.errors.get("reason", []):
            form.add_error("reason", sentence)
        return _shown(request, row, progress, form, status=422)
    except RevealRefused as refused:
        form.add_error(None, refused.sentence)
        return _shown(request, row, _asked(request, reference, position)[1], form, status=409)
    return _shown(request, row, progress, form, identity=read, phone=phones.shown(read.phone))


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Requests of others that wait for this person's consent, oldest first."""
    asked = reveals.reveals_to_decide(request.user, at=timezone.now())
    references = [each.case_reference for each in asked]
    known = Case.objects.visible_to(request.standing).filter(reference__in=references)
    page = {"asked": asked, "known": dict(known.values_list("reference", "title"))}
    return render(request, "feedback/reveals.html", page)


@never_cache
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Consent to one reading within 24 hours, or refuse it."""
    decision, now = request.POST.get("decision"), timezone.now()
    try:
        asked = reveals.reveal_for(request.user, pk, at=now)
    except Reveal.DoesNotExist:
        raise Http404 from None
    if decision not in {"grant", "refuse"}:
        raise Http404
    try:
        reveals.decide_reveal(asked, by=request.user, grant=decision == "grant", at=now)
    except RevealRefused as refused:
        messages.error(request, refused.sentence)
    else:
        granted = _("You have consented: the identity can be read once within 24 hours.")
        messages.success(request, granted if decision == "grant" else _("You have refused the request."))
    return redirect("reveals")


def _asked(request: HttpRequest, reference: str, position: int) -> tuple[Petitioner, Progress]:
    """The petitioner, and how far one is with reading them. Who may never read them finds nobody here."""
    rows = Petitioner.objects.visible_to(request.standing).select_related("person", "petition__case")
    row = rows.filter(petition__case__reference=reference, position=position).first()
    if row is None:
        raise Http404
    try:
        return row, reveals.progress(row.person, by=request.user, at=timezone.now())
    except RevealRefused:
        raise Http404 from None


def _reason_of(progress: Progress) -> dict[str, str]:
    """A reading that was consented to is for the reason that was given."""
    return {"reason": progress.asked.reason} if progress.can_read and progress.asked else {}


def _shown(
    request: HttpRequest,
    row: Petitioner,
    progress: Progress,
    form: ReasonForm,
    *,
    status: int = 200,
    **read: Any,
) -> HttpResponse:
    page = {"petitioner": row, "case": row.petition.case, "progress": progress, "form": form}
    return render(request, "feedback/identity.html", page | read, status=status)
