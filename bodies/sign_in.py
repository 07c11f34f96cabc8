"""How staff sign in: by password, passkey or the province's own service, with a second factor for roles that need one.

allauth does the work; here stands what is ours: nobody makes an account by themselves, secrets lie sealed, and who
comes from the province's service is somebody who has an account here already.
"""

from base64 import b64decode, b64encode
from datetime import date
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from bodies.models import Membership, User
from bodies.refusals import BadInput, Refused
from bodies.sealing import Box, seal, unseal

# What boxes of secrets are bound to: they belong to no person of the sealed table.
_SECRETS = UUID("6c6e0000-0000-4000-8000-736563726574")


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the administrator of an office."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail leaves by the outbox only; a changed password or factor is told on the page itself."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The secrets of authenticator apps and the recovery codes lie sealed like identities."""

    def encrypt(self, text: str) -> str:
        box = seal(text.encode(), token=_SECRETS, keys=settings.IDENTITY_KEYS)
        return f"{box.key_id}:{b64encode(box.content).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        key_id, _, content = encrypted_text.partition(":")
        box = Box(key_id, b64decode(content))
        return unseal(box, token=_SECRETS, keys=settings.IDENTITY_KEYS).decode().rstrip(" ")


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the province's service names is looked up by user name."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        said = sociallogin.account.extra_data
        claims = said.get("userinfo", said)
        username = claims.get("preferred_username", "")
        known = User.objects.filter(username=username, is_active=True).first() if username else None
        if known is None:
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        sociallogin.connect(request, known)


def name_of(user: User) -> str:
    """What somebody is called when the sign-in speaks to them."""
    return user.full_name or user.username


def owes_second_factor(user: User, *, on: date) -> bool:
    """Whether this person must have a second factor on this local day (settings.MFA_ROLES) and has none."""
    wanted = settings.MFA_ROLES
    if not wanted:
        return False
    held = set(Membership.objects.on(on).of(user).values_list("role", flat=True))
    held |= {"technical"} if user.is_staff else set()
    if "all" not in wanted and wanted.isdisjoint(held):
        return False
    return (
        not Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    )


@transaction.atomic
def check_second_factor(user: User, code: str, *, on: date) -> None:
    """What signing in for the API asks beyond the password. Raises BadInput naming `code`, Refused where no code will do.

    Whoever has an authenticator app gives its code or a recovery code, once each; a passkey is shown on the sign-in page
    alone; and whoever must have a second factor sets one up there first.
    """
    held = list(Authenticator.objects.filter(user=user))
    kinds = {each.type for each in held}
    if Authenticator.Type.TOTP in kinds:
        codes = [each for each in held if each.type != Authenticator.Type.WEBAUTHN]
        if not code:
            raise BadInput.of("code", _("Give the code of your authenticator app, or a recovery code."))
        if not any(each.wrap().validate_code(code) for each in codes):
            raise BadInput.of("code", _("This code is wrong, or was used before."))
    elif kinds - {Authenticator.Type.RECOVERY_CODES}:
        raise Refused(_("You sign in with a passkey: that works on the sign-in page only."), field="code")
    elif owes_second_factor(user, on=on):
        raise Refused(
            _("Your role needs a second factor: set it up on the sign-in page first."), field="code"
        )
