"""How the rest of the project asks for areas, bodies, people and messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from bodies.models import (  # noqa: F401
        Announcement,
        Area,
        Body,
        Delivery,
        Job,
        Membership,
        Message,
        Person,
        Post,
        Reveal,
        User,
    )


def valid_on(day: date, prefix: str = "") -> Q:
    """Rows in force on a local day: both ends inclusive, an empty end is open."""
    begun = Q((f"{prefix}valid_from", None)) | Q((f"{prefix}valid_from__lte", day))
    not_ended = Q((f"{prefix}valid_to", None)) | Q((f"{prefix}valid_to__gte", day))
    return begun & not_ended


def under(paths: Iterable[str], field: str = "path") -> Q:
    """Rows at or below one of these tree paths. No path: no row."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q((f"{field}__startswith", path))
    return found


class AreaQuerySet(QuerySet["Area"]):
    def open_to_all(self) -> Self:
        """Names of places are no secret: everybody who signs in may read them."""
        return self

    def within(self, area: Area) -> Self:
        """The area and every area in it."""
        return self.filter(path__startswith=area.path)

    def valid_on(self, day: date) -> Self:
        return self.filter(valid_on(day))


class BodyQuerySet(QuerySet["Body"]):
    def open_to_all(self) -> Self:
        """Which bodies there are is no secret: everybody who signs in may read it."""
        return self

    def subordinate_to(self, body: Body) -> Self:
        """The superior-subtree: the body and all below it."""
        return self.filter(path__startswith=body.path)

    def in_area(self, area: Area) -> Self:
        """The area-subtree: bodies of the area and of every area in it."""
        return self.filter(area__path__startswith=area.path)

    def open_on(self, day: date) -> Self:
        # The same rule as Body.is_open_on
        return self.filter(valid_on(day))

    def chain_above(self, body: Body) -> Self:
        """The superiors of a body, nearest first, without the body itself."""
        ids = [int(part) for part in body.path.strip("/").split("/")][:-1]
        return self.filter(pk__in=ids).order_by("-path")


class PostQuerySet(QuerySet["Post"]):
    def on(self, day: date) -> Self:
        return self.filter(valid_on(day))

    def heads_of(self, bodies: Iterable[int], *, on: date) -> Self:
        """Who heads these bodies on a day."""
        return self.on(on).filter(body__in=bodies, duty="head")


class MembershipQuerySet(QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        """In force on a local day, of people who may still sign in."""
        return self.filter(valid_on(day), user__is_active=True)

    def of(self, user: User) -> Self:
        return self.filter(user=user)


class PersonQuerySet(QuerySet["Person"]):
    def visible_to(self, user: User) -> Self:
        """Nobody lists sealed identities: they are found by an equal value and read one by one (bodies.identities)."""
        return self.none()

    def sharing(
        self, *, id_numbers: Iterable[bytes] = (), phones: Iterable[bytes] = (), names: Iterable[bytes] = ()
    ) -> Self:
        """Persons with one of these keyed hashes. No hash: no row."""
        found = Q(pk__in=[])
        for field, hashes in (
            ("id_number_index", list(id_numbers)),
            ("phone_index", list(phones)),
            ("name_index", list(names)),
        ):
            if hashes:
                found |= Q((f"{field}__in", hashes))
        return self.filter(found)


class RevealQuerySet(QuerySet["Reveal"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def visible_to(self, user: User) -> Self:
        """Requests of one's own and those one decided; those one may decide: identities.reveals_to_decide."""
        return self.filter(Q(asked_by=user) | Q(decided_by=user))


class AnnouncementQuerySet(QuerySet["Announcement"]):
    def waiting(self, now: datetime) -> Self:
        """Not yet told, not parked, and not to be left alone until later."""
        return self.filter(Q(not_before=None) | Q(not_before__lte=now), announced_at=None, parked_at=None)

    def parked(self) -> Self:
        return self.filter(parked_at__isnull=False, announced_at=None)


class MessageQuerySet(QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(recipient=user)

    def unopened(self) -> Self:
        return self.filter(opened_at=None)


class DeliveryQuerySet(QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        """May leave now; among them those whose sender fell silent."""
        return self.filter(state__in=["waiting", "sending"], not_before__lte=now)

    def under_way(self, now: datetime) -> Self:
        """In the hands of a worker that is believed to be alive."""
        return self.filter(state="sending", not_before__gt=now)

    def for_digest(self, now: datetime) -> Self:
        return self.filter(state="digest", not_before__lte=now)

    def dead(self) -> Self:
        return self.filter(state="dead")


class JobQuerySet(QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """Whoever started it watches it; a technical administrator watches all."""
        return self.all() if user.is_staff else self.filter(by=user)

    def at_work(self, silent_since: datetime) -> Self:
        """In the hands of a worker that was heard of since."""
        return self.filter(state="running", seen_at__gt=silent_since)

    def to_take_up(self, silent_since: datetime) -> Self:
        """Waiting, or left behind by a worker that fell silent."""
        return self.filter(Q(state="waiting") | Q(state="running", seen_at__lte=silent_since))
