"""Limits on requests, for DRF. An address is counted under a keyed hash: none is stored."""

import hmac
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

from bodies.limits import allow


class Limit(BaseThrottle):
    """`most` requests in `per_seconds`, for each address (or for the whole system)."""

    name = ""
    most = 0
    per_seconds = 60
    whole_system = False

    def allow_request(self, request: Any, view: Any) -> bool:
        who = "all" if self.whole_system else address_of(request)
        self.left = allow(
            f"{self.name}:{who}", most=self.most, per_seconds=self.per_seconds, now=timezone.now()
        )
        return self.left == 0

    def wait(self) -> float | None:
        return float(self.left)


def address_of(request: Any) -> str:
    """The caller's address as a keyed hash. Behind the proxy it is the last address that the proxy itself added."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    address = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    return hmac.new(settings.INDEX_KEY, b"address:" + address.encode(), "sha256").hexdigest()[:32]


class SignInByAddress(Limit):
    name, most, per_seconds = "sign-in", 10, 60


class RevealsByPerson(BaseThrottle):
    """So many identities may one person ask to read in an hour, whatever the address: reading many is no desk work."""

    most, per_seconds = 30, 3600

    def allow_request(self, request: Any, view: Any) -> bool:
        name = f"reveal:{request.user.pk}"
        self.left = allow(name, most=self.most, per_seconds=self.per_seconds, now=timezone.now())
        return self.left == 0

    def wait(self) -> float | None:
        return float(self.left)


class LookByAddress(Limit):
    name, most, per_seconds = "look", 60, 60


class PublicByAddress(Limit):
    name, most, per_seconds = "public", 10, 60


class PublicInAll(Limit):
    name, most, per_seconds, whole_system = "public", 1000, 3600, True


class InTurn(BaseThrottle):
    """Several limits, each asked only when the one before let the caller through.

    The whole system's is asked last: who is over their own cannot use up everybody's.
    """

    limits: tuple[type[Limit], ...] = ()

    def allow_request(self, request: Any, view: Any) -> bool:
        for limit in self.limits:
            self.over = limit()
            if not self.over.allow_request(request, view):
                return False
        return True

    def wait(self) -> float | None:
        return self.over.wait()


class Codes(InTurn):
    """Ten codes a minute from one address, a thousand an hour in all: of petitions and questions together."""

    limits = (PublicByAddress, PublicInAll)
