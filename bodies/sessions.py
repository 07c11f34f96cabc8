"""What a session must hold to at every request: it ends when nobody was there, and a role's second factor comes first."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bodies.scopes import standing_of
from bodies.sign_in import owes_second_factor

_SIGNED_OUT = _(
    "You were signed out because nothing was done for a while, or because twelve hours had passed. What you had typed is kept."
)
_FACTOR_OWED = _(
    "Your role needs a second factor: set up an authenticator app or a passkey before you go on."
)
_BEGAN, _SEEN, _FACTOR = "began_at", "seen_at", "has_second_factor"
# How often the instant is written down: not at every request.
_WRITTEN_EVERY = 60
_FREE = ("/accounts/", "/static/", "/i18n/", "/healthz", "/readyz", "/metrics")


Keeper = Callable[[HttpRequest, datetime], None]
_KEEPERS: list[Keeper] = []


def register_keeper(keeper: Keeper) -> None:
    """What a room does with a form that came when its session had ended: it keeps what was typed. Twice is once."""
    if keeper not in _KEEPERS:
        _KEEPERS.append(keeper)


def guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware. Callers with a token have no session and pass."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.standing = SimpleLazyObject(lambda: standing_of(request.user, timezone.localdate()))  # type: ignore[attr-defined, arg-type]
        if _SEEN in request.session or (request.session.session_key and request.user.is_authenticated):
            if _is_over(request):
                for keeper in _KEEPERS if request.method == "POST" else ():
                    keeper(request, timezone.now())
                logout(request)
                messages.info(request, _SIGNED_OUT)
            elif request.user.is_authenticated and _owes_factor(request):
                messages.warning(request, _FACTOR_OWED)
                return redirect(reverse("mfa_index"))
        return get_response(request)

    return answer


def _is_over(request: HttpRequest) -> bool:
    now = int(timezone.now().timestamp())
    seen = request.session.get(_SEEN, now)
    began = request.session.get(_BEGAN, now)
    # Each writing puts the end of the session itself off: from its beginning it lasts so long and no longer.
    if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
        return True
    if _SEEN not in request.session or now - seen > _WRITTEN_EVERY:
        request.session[_SEEN], request.session[_BEGAN] = now, began
    return False


def _owes_factor(request: HttpRequest) -> bool:
    if not settings.MFA_ROLES or request.path.startswith(_FREE) or request.session.get(_FACTOR):
        return False
    if owes_second_factor(request.user, on=timezone.localdate()):  # type: ignore[arg-type]
        return True
    request.session[_FACTOR] = True
    return False
