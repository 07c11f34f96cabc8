"""The citizen's own pages: with the code of the slip alone one sees how far a petition is, adds to it, rates the answer,
takes it back. Without an account, and without a script.

The code is sent once, in the body of a form. What lets the same browser on is a signed cookie with the petition's id,
gone with the browser or half an hour after the last page. So the code stands in no address, no page and no history of a
phone that others use too; and, unlike answers to a form, the pages can be reloaded, printed, gone back to and read in the
other language. A form that comes after that half hour asks for the code once more and keeps what was typed.

The Referrer-Policy stays same-origin: under no-referrer browsers send a form with `Origin: null`, which the check of forms
refuses. No address here holds anything that could leak.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bodies.idempotency import fingerprint, once
from bodies.refusals import BadInput, Refused, Unprocessable
from feedback import throttles, tracked, verdicts, words
from feedback.following import NO_SUCH_CODE, followed, petition_again, petition_of
from feedback.models import Petition, Verdict
from feedback.portal_forms import ActForm, CodeForm, SupplementForm, VerdictForm, WithdrawForm

_COOKIE, _LASTS = "tracked", timedelta(minutes=30)
_Answer = Callable[..., HttpResponse]


def _for_citizens(view: _Answer) -> _Answer:
    """Open to all, signed in or not; kept by no browser, found by no search."""

    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@_for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The field for the code. A right one leads to the petition, every wrong one to the same sentence."""
    if request.method != "POST":
        return render(request, "feedback/track.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    until = _over(throttles.Codes(), request)
    petition = None if until else _by_code(form)
    if petition is not None:
        return _let_in(redirect("tracked"), petition)
    if until:
        form.add_error(None, _too_often(until))
    return _held(render(request, "feedback/track.html", {"form": form}, status=429 if until else 422), until)


@_for_citizens
@require_safe
def petition(request: HttpRequest) -> HttpResponse:
    """Where it stands, in plain words: what the API tells, and nothing else."""
    return _told(request, "feedback/tracked.html")


@_for_citizens
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The same on paper, with everything unfolded."""
    return _told(request, "feedback/tracked_printed.html")


@_for_citizens
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Shut the petition on this phone at once."""
    response = redirect("track")
    response.delete_cookie(_COOKIE, path=reverse("track"), samesite="Strict")
    return response


def _told(request: HttpRequest, template: str) -> HttpResponse:
    seen = _let_in_already(request)
    if seen is None:
        return redirect("track")
    until = _over(throttles.LookByAddress(), request)
    if until:
        page = {"form": CodeForm(), "too_often": _too_often(until)}
        return _held(render(request, "feedback/track.html", page, status=429), until)
    told = tracked.tell(seen, today=timezone.localdate())
    for stretch in told["due"]["explanation"] if told["due"] else ():
        for end in ("from", "to"):
            stretch[end] = date.fromisoformat(stretch[end]) if stretch[end] else None
    return _let_in(render(request, template, told | {"tone": _tone(told), "now": timezone.now()}), seen)


def _tone(told: dict[str, Any]) -> str:
    """How it stands, in one word for the eye; the words for it are in the template."""
    if told["withdrawn_on"] or not told["next"]["text"]:
        return "done"
    if told["answer"]:
        return "answered"
    if told["late"]:
        return "late"
    return "paused" if told["due"] and told["due"]["due_on"] is None else "open"


# --- Who is let in --------------------------------------------------------------------------------------------------


def _by_code(form: CodeForm | ActForm) -> Petition | None:
    """The petition of the code in the form, or None with the fault told. The limits were asked."""
    if not form.is_valid():
        return None
    found = petition_of(form.cleaned_data["tracking_code"])
    if found is None:
        form.add_error("tracking_code", NO_SUCH_CODE)
        return None
    throttles.was_right()
    return found


def _let_in(response: HttpResponse, seen: Petition) -> HttpResponse:
    """This browser goes on without the code: until it is closed, or half an hour from now."""
    response.set_signed_cookie(
        _COOKIE, str(seen.pk), salt=_COOKIE, path=reverse("track"), httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Strict",
    )  # fmt: skip
    return response


def _let_in_already(request: HttpRequest) -> Petition | None:
    pk = request.get_signed_cookie(_COOKIE, default=None, salt=_COOKIE, max_age=_LASTS)
    return petition_again(pk) if pk else None


def _over(limit: Any, request: HttpRequest) -> float:
    """Count this request; the seconds to wait, 0 when it is within the limit."""
    return 0 if limit.allow_request(request, None) else max(limit.wait() or 0, 1)


def _too_often(seconds: float) -> str:
    # The minute after: what is shown is not too early by seconds.
    again = timezone.localtime(timezone.now() + timedelta(seconds=seconds + 59))
    return _("Too much was asked from here. Try again after %(time)s; what you typed is kept.") % {
        "time": again.strftime("%H:%M")
    }


def _held(response: HttpResponse, seconds: float) -> HttpResponse:
    if seconds:
        response["Retry-After"] = str(int(seconds))
    return response


# --- What one can do ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Act:
    """One thing that the holder of a code can do. `do` calls the function of the API and gives what it made as text."""

    form: type[ActForm]
    template: str
    # The name in what is told that says whether it is open now.
    is_open: Callable[[dict[str, Any]], bool]
    do: Callable[[Petition, dict[str, Any], datetime], object]
    said: Callable[[Petition, dict[str, Any], str], str]
    # What is shown once more before it is done; None: it is done at once.
    asks: Callable[[Petition, dict[str, Any], datetime], str | None]


def _add(seen: Petition, said: dict[str, Any], at: datetime) -> object:
    files = [content for _name, content in said["files"]]
    return words.supplement(seen, text=said["text"], files=files, at=at).pk


def _rated(seen: Petition, _said: dict[str, Any], pk: str) -> str:
    if seen.verdicts.filter(pk=pk, reopening=Verdict.Reopening.WAITING).exists():
        return _("Thank you for your verdict. The head of the office decides whether the matter is reopened.")
    return _("Thank you for your verdict.")


def _asks_reopening(seen: Petition, said: dict[str, Any], at: datetime) -> str | None:
    answer = verdicts.answer_of(followed(seen))
    if answer is None or not verdicts.asks_reopening(said["score"], answer, at):
        return None
    return _("You ask for the matter to be reopened. The head of the office decides, and you are told here.")


def _asks_withdrawal(_seen: Petition, said: dict[str, Any], _at: datetime) -> str | None:
    if said["whole"]:
        return _("The office stops handling your petition. What is withdrawn is not taken up again.")
    return _("The office goes on with the rest of your petition. What is withdrawn is not taken up again.")


_ADD = _Act(
    SupplementForm,
    "feedback/track_add.html",
    is_open=lambda told: told["can_add"],
    do=_add,
    said=lambda *_what: _("Thank you. The office has what you sent."),
    asks=lambda *_what: None,
)
_RATE = _Act(
    VerdictForm,
    "feedback/track_rate.html",
    is_open=lambda told: told["rating"]["can_rate"],
    do=lambda seen, said, at: verdicts.give(seen, score=said["score"], comment=said["comment"], at=at).pk,
    said=_rated,
    asks=_asks_reopening,
)
_WITHDRAW = _Act(
    WithdrawForm,
    "feedback/track_withdraw.html",
    is_open=lambda told: told["can_withdraw"],
    do=lambda seen, said, at: words.withdraw(seen, whole=said["whole"], text=said["text"], at=at).pk,
    said=lambda _seen, said, _pk: (
        _("The petition is withdrawn.") if said["whole"] else _("The part that you named is withdrawn.")
    ),
    asks=_asks_withdrawal,
)


class _Fitting(FileUploadHandler):
    """Keeps no more than the files of one supplement may weigh; the rest is read past, so that the text is not lost."""

    left = words.MOST_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            self.request.has_too_large_files = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep it."""


@csrf_exempt
@_for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add words and files. The form is checked like every other, but only once it is settled how it is read."""
    request.upload_handlers.insert(0, _Fitting(request))
    return csrf_protect(_acted)(request, _ADD)


@_for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """Say what the answer was worth; a bad score soon after it asks for reopening, and is shown once more first."""
    return _acted(request, _RATE)


@_for_citizens
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the petition back, whole or in part: shown once more before it is done."""
    return _acted(request, _WITHDRAW)


def _acted(request: HttpRequest, act: _Act) -> HttpResponse:
    seen = _let_in_already(request)
    if request.method == "POST":
        return _sent(request, act, seen)
    if seen is None:
        return redirect("track")
    if not act.is_open(tracked.tell(seen, today=timezone.localdate())):
        return redirect("tracked")
    return _let_in(render(request, act.template, {"form": act.form(), "key": uuid4()}), seen)


def _sent(request: HttpRequest, act: _Act, seen: Petition | None) -> HttpResponse:
    """What came with the form: done, shown once more, or given back with what is wrong and everything typed."""
    posted, files = request.POST, request.FILES
    form = act.form(
        posted, files, asks_code=seen is None, are_cut=getattr(request, "has_too_large_files", False)
    )
    until = _over(throttles.Codes(), request)
    if until:
        form.add_error(None, _too_often(until))
        return _held(_again(request, act, form, status=429), until)
    if seen is None:
        seen = _by_code(form)
        if seen is None:
            return _again(request, act, form, status=422)
    else:
        throttles.was_right()
    if not form.is_valid() or "change" in request.POST:
        return _let_in(_again(request, act, form, status=422 if form.errors else 200), seen)
    sure = act.asks(seen, form.cleaned_data, timezone.now())
    if sure and "sure" not in request.POST:
        page = {"form": form, "key": _key(request), "sure": sure, "template": act.template}
        return _let_in(render(request, "feedback/track_sure.html", page), seen)
    return _let_in(_done(request, act, form, seen), seen)


def _done(request: HttpRequest, act: _Act, form: ActForm, seen: Petition) -> HttpResponse:
    """The act itself, once however often the button is pressed."""
    now, said = timezone.now(), form.cleaned_data
    bound_to = fingerprint(request.path.encode(), *form.parts())
    try:
        # A savepoint: what is refused is taken back alone.
        with transaction.atomic():
            made, _is_new = once(
                f"code:{seen.pk}", _key(request), bound_to, lambda: str(act.do(seen, said, now)), at=now
            )
    except BadInput as bad:
        form.take_faults(bad.errors)
        return _again(request, act, form, status=422)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _again(request, act, form, status=409)
    except Unprocessable:
        form.add_error(
            None,
            _(
                "This was sent before, with other words. To send what stands here too, press the button again."
            ),
        )
        return _again(request, act, form, status=409, key=uuid4())
    messages.success(request, act.said(seen, said, made))
    return redirect("tracked")


def _again(
    request: HttpRequest, act: _Act, form: ActForm, *, status: int, key: UUID | None = None
) -> HttpResponse:
    return render(request, act.template, {"form": form, "key": key or _key(request)}, status=status)


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
