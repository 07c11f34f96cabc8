"""The page on which the head decides about reopening: the citizen's verdict, and a reason that the citizen is told."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bodies.refusals import BadInput, Refused
from cases.models import Case
from feedback import verdicts
from feedback.models import Verdict


class DecisionForm(forms.Form):
    """A reason, and which of the two buttons was pressed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, which the citizen is told"),
        max_length=verdicts.COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
    )
    decision = forms.ChoiceField(choices=[("reopen", ""), ("keep", "")], widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Reopen the case, or tell the citizen why not. What was typed stays, whatever is wrong."""
    standing = request.standing  # type: ignore[attr-defined]
    rows = Verdict.objects.visible_to(standing).select_related("case__body__area")
    verdict = get_object_or_404(rows, pk=number, case__reference=reference)
    if not verdicts.may_decide(standing.user, verdict.case, at=timezone.now()):
        raise Http404
    if request.method != "POST":
        return _shown(request, verdict, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _shown(request, verdict, form, status=422)
    reopen = form.cleaned_data["decision"] == "reopen"
    try:
        verdicts.decide(
            verdict, by=standing.user, reopen=reopen, reason=form.cleaned_data["reason"], at=timezone.now()
        )
    except BadInput as bad:
        for sentence in bad.errors.get("reason", []):
            form.add_error("reason", sentence)
        return _shown(request, verdict, form, status=422)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _shown(request, verdict, form, status=409)
    messages.success(request, _("The case is reopened.") if reopen else _("The citizen is told why not."))
    return redirect("case-page", reference)


def _shown(request: HttpRequest, verdict: Verdict, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    case: Case = verdict.case
    return render(
        request, "feedback/verdict.html", {"verdict": verdict, "case": case, "form": form}, status=status
    )
