"""Writing a supervision recommendation: from a figure with its rows, from a case, or from nothing but what one knows."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.exceptions import ValidationError

from bodies.idempotency import fingerprint, once
from bodies.models import Body, Role
from bodies.refusals import BadInput, Refused, Unprocessable
from bodies.scopes import Standing
from cases.counts import BEHIND
from cases.figure_serializers import QuestionSerializer, flat
from cases.models import Case
from dialogues import grounds, supervisions
from dialogues.grounds import Grounds
from dialogues.models import Supervision
from dialogues.recommendation_forms import RecommendationForm

# Recommendations follow a session within the year; of older ones the list would only grow.
_OFFERED = timedelta(days=366)
_LONGEST = 2000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form, filled from what one looked at; sent, a case with a reply clock."""
    standing: Standing = request.standing
    chairs = Body.objects.open_to_all().filter(pk__in=standing.bodies(Role.MONITOR)).order_by("name")
    if not chairs:
        raise Http404
    found = _grounds(request, standing)
    sessions = Supervision.objects.visible_to(standing).filter(
        chair__in=chairs, struck_at=None, day__gte=standing.on - _OFFERED
    )
    known: dict[str, Any] = {
        "grounds": found,
        "chairs": chairs,
        "sessions": sessions.order_by("-day", "-pk"),
        "today": standing.on,
    }
    if request.method == "POST":
        return _sent(request, RecommendationForm(request.POST, **known))
    first = {
        "chair": chairs[0],
        "body": found.body.code if found.body else "",
        "subject": found.subject.code if found.subject else "",
        "text": found.text,
        "key": uuid4(),
    }
    return _page(request, RecommendationForm(initial=first, **known))


def _grounds(request: HttpRequest, standing: Standing) -> Grounds:
    """What the address names: a case in sight, a figure with its question, or nothing. 404 for what is not theirs."""
    if "case" in request.GET:
        rows = Case.objects.visible_to(standing).select_related("body__area", "subject")
        return grounds.of_case(get_object_or_404(rows, reference=request.GET["case"]), standing.on)
    figure = request.GET.get("figure", "")
    asked = QuestionSerializer(data=flat(request.GET), context={"today": standing.on})
    address = request.GET.urlencode()
    try:
        if figure not in BEHIND or len(address) > _LONGEST or not asked.is_valid():
            return Grounds()
    except ValidationError:
        return Grounds()
    return grounds.of_figure(asked.validated_data, standing, figure, asked=address)


def _sent(request: HttpRequest, form: RecommendationForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, status=422)
    now, new, by = timezone.now(), form.recommended(), request.user
    session, chair = form.cleaned_data.get("session"), form.cleaned_data["chair"]

    def make() -> str:
        if session is not None:
            return supervisions.recommend(session, new, by=by, at=now).reference
        return supervisions.recommend_alone(new, chair=chair, by=by, at=now).reference

    try:
        # A savepoint: what is refused is taken back alone.
        with transaction.atomic():
            reference, _is_new = once(
                f"user:{by.pk}", form.cleaned_data["key"], _print_of(request), make, at=now
            )
    except BadInput as bad:
        form.take_faults(bad.errors)
        return _page(request, form, status=422)
    except (Refused, Unprocessable) as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=409)
    messages.success(request, _("The recommendation was sent; its reply is counted from now on."))
    return redirect("case-page", reference)


def _page(request: HttpRequest, form: RecommendationForm, *, status: int = 200) -> HttpResponse:
    page = {"form": form, "grounds": form.grounds, "query": request.GET.urlencode()}
    return render(request, "dialogues/recommendation.html", page, status=status)


def _print_of(request: HttpRequest) -> bytes:
    sent = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return fingerprint(request.get_full_path().encode(), repr(sent).encode())
