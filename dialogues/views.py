"""The public pages of dialogues: what is announced, one of them with what was promised at it, ask beforehand, follow a question.

The same as the public API, without an account and without a script. The code of a question is shown once, in the answer to
the form that asked it, and comes back in the body of a form only: it stands in no address. The Referrer-Policy stays
same-origin: under no-referrer browsers send a form with `Origin: null`, which the check of forms refuses.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import CharField, Func, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bodies import limits, tracking
from bodies.idempotency import fingerprint, once
from bodies.identity_facts import Identity
from bodies.refusals import BadInput, Refused, Unprocessable
from bodies.text import fold
from bodies.throttles import PublicInAll
from dialogues import following, questions, throttles
from dialogues.codes import Brought
from dialogues.forms import AskForm, CodeForm, PlaceForm
from dialogues.models import Dialogue, Question
from dialogues.questions import NewQuestion
from dialogues.stages import Stage

MOST_AHEAD, MOST_PUBLISHED = 100, 30
Page = Callable[..., HttpResponse]


def _for_residents(view: Page) -> Page:
    """Open to all, signed in or not, so often from one address; kept by no browser."""

    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        until = _over(throttles.LookByAddress(), request)
        response = (
            render(request, "dialogues/too_often.html", {"too_often": _too_often(until)}, status=429)
            if until
            else view(request, **named)
        )
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@_for_residents
@require_safe
def announced(request: HttpRequest) -> HttpResponse:
    """What is to come, the next first; then those whose results were made known last."""
    form, now = PlaceForm(request.GET), timezone.now()
    rows = Dialogue.objects.open_to_all().select_related("host", "area")
    if place := form.wanted():
        rows = rows.alias(where=_folded("area__name"), who=_folded("host__name"))
        rows = rows.filter(Q(where__contains=fold(place)) | Q(who__contains=fold(place)))
    ahead = rows.filter(stage=Stage.ANNOUNCED, starts_at__gte=now).order_by("starts_at", "pk")
    published = rows.filter(stage=Stage.PUBLISHED).order_by("-published_on", "-pk")
    page = {
        "form": form,
        "ahead": ahead[:MOST_AHEAD],
        "published": published[:MOST_PUBLISHED],
        "place": place,
    }
    return render(request, "dialogues/announced.html", page)


@_for_residents
@require_http_methods(["GET", "HEAD", "POST"])
def dialogue(request: HttpRequest, code: str) -> HttpResponse:
    """One dialogue; what is sent to it is a question, and the answer is the receipt."""
    rows = Dialogue.objects.open_to_all().select_related("host", "area", "subject")
    row, now = get_object_or_404(rows, code=code), timezone.now()
    if request.method != "POST":
        return _shown(request, row, AskForm(initial={"key": uuid4()}), now)
    form = AskForm(request.POST)
    until = _over(throttles.Asking(), request)
    if until:
        form.add_error(None, _too_often(until))
    question = _asked(row, form, now) if form.is_valid() else None
    if question is None:
        return _shown(request, row, form, now, status=429 if until else 422)
    page = {"dialogue": row, "number": question.number, "code": tracking.code_of(question.pk)}
    return render(request, "dialogues/asked.html", page, status=201)


@_for_residents
@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest) -> HttpResponse:
    """What became of a question, by its code. Every wrong one gets the same sentence."""
    if request.method != "POST":
        return render(request, "dialogues/follow.html", {"form": CodeForm()})
    form, now = CodeForm(request.POST), timezone.now()
    until = _over(throttles.Codes(), request)
    if until:
        form.add_error(None, _too_often(until))
    elif form.is_valid():
        question = following.question_of(form.cleaned_data["tracking_code"])
        if question is not None:
            limits.give_back(f"{PublicInAll.name}:all", per_seconds=PublicInAll.per_seconds, now=now)
            told = following.tell(question, today=timezone.localdate(now))
            return render(request, "dialogues/followed.html", told)
        form.add_error(
            "tracking_code",
            _(
                "There is no question with this code. Look at it again: three groups of four letters and digits."
            ),
        )
    return render(request, "dialogues/follow.html", {"form": form}, status=429 if until else 422)


def _folded(column: str) -> Func:
    """Without case and marks: a place is found as it is typed on any keyboard."""
    return Func(column, function="public.vi_fold", output_field=CharField())


def _shown(
    request: HttpRequest, row: Dialogue, form: AskForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    is_told = row.stage == Stage.PUBLISHED
    page = {
        "dialogue": row,
        "form": form,
        "takes_questions": questions.takes_from_outside(row, now),
        "is_told": is_told,
        "conclusions": following.promised_at(row, today=timezone.localdate(now)) if is_told else [],
    }
    return render(request, "dialogues/public.html", page, status=status)


def _asked(row: Dialogue, form: AskForm, now: datetime) -> Question | None:
    """The question as it was taken down, or None with the fault told."""
    said, pk = form.cleaned_data, uuid4()
    asker = Identity(name=said["name"], phone=said["phone"]) if said["name"] or said["phone"] else None
    new = NewQuestion(text=said["text"], brought=Brought.PUBLIC, asker=asker)
    print_ = fingerprint("\n".join([row.code, said["text"], said["name"], said["phone"]]).encode())

    def make() -> str:
        return str(questions.ask(row, new, by=None, at=now, question_id=pk).pk)

    try:
        with transaction.atomic():
            subject, _is_new = once("public", said["key"], print_, make, at=now, subject=str(pk))
    except BadInput as bad:
        form.take_faults(bad.errors)
        return None
    except (Refused, Unprocessable) as refused:
        form.add_error(None, str(refused))
        return None
    return following.asked_before(row, subject)


def _over(limit: Any, request: HttpRequest) -> float:
    """Count this request; the seconds to wait, 0 when it is within the limit."""
    return 0 if limit.allow_request(request, None) else max(limit.wait() or 0, 1)


def _too_often(seconds: float) -> str:
    again = timezone.localtime(timezone.now() + timedelta(seconds=seconds + 59))
    return _("Too much was asked from here. Try again after %(time)s; what you typed is kept.") % {
        "time": again.strftime("%H:%M")
    }
