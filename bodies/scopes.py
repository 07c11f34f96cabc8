"""How a member of staff stands: which bodies they work in, what lies below these, and which areas they watch.

One query for each user and day. Rooms above build their own rules on it (cases.permissions).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bodies.kinds import BodyKind
from bodies.models import Body, Membership, Post, Role, User

# Heads of these see the whole area-subtree, not only what is below them by rank (rulings on who reads).
LEADS_AN_AREA = frozenset(
    {BodyKind.TINH_UY, BodyKind.HUYEN_UY, BodyKind.DANG_UY_XA, BodyKind.UBND, BodyKind.HDND}
)


@dataclass(frozen=True)
class Place:
    """One membership: a role in a body, with the body's place among its superiors and on the map."""

    role: str
    body_id: int
    kind: str
    path: str
    area_path: str


@dataclass(frozen=True)
class Standing:
    """All memberships of one person on one local day."""

    user: User
    on: date
    places: tuple[Place, ...]

    def bodies(self, *roles: str) -> frozenset[int]:
        """The bodies in which the person has one of these roles (none named: any)."""
        return frozenset(place.body_id for place in self._with(roles))

    def works_in(self) -> frozenset[int]:
        """The bodies whose work the person sees. Who only keeps their people, bodies and calendars reads none of it."""
        return frozenset(place.body_id for place in self.places if place.role != Role.ADMINISTRATOR)

    def below(self, *roles: str) -> list[str]:
        """Tree paths of the superior-subtrees in which the person has one of these roles."""
        return sorted({place.path for place in self._with(roles)})

    def areas(self, *roles: str, of_kinds: Iterable[str] = ()) -> list[str]:
        """Tree paths of the areas of the bodies in which the person has one of these roles."""
        kinds = frozenset(of_kinds)
        return sorted({place.area_path for place in self._with(roles) if not kinds or place.kind in kinds})

    def leads(self) -> list[str]:
        """Paths of the areas this person leads, as head or office of a committee or council."""
        return self.areas(Role.HEAD, Role.SUPERIOR_OFFICE, of_kinds=LEADS_AN_AREA)

    def _with(self, roles: tuple[str, ...]) -> Iterable[Place]:
        return (place for place in self.places if not roles or place.role in roles)


def tell_places(user: User, on: date, rows: Iterable[Sequence[Any]]) -> None:
    """What was read of a person's places together with the person; it goes with this object, and so with this request."""
    user._standing = Standing(user, on, tuple(Place(*row) for row in rows))  # type: ignore[attr-defined]


def standing_of(user: User, on: date) -> Standing:
    """How this person stands on a local day; nobody's standing outlives the request it was made for."""
    told: Standing | None = getattr(user, "_standing", None)
    if told is not None and told.on == on:
        return told
    rows = (
        Membership.objects.on(on)
        .of(user)
        .values_list("role", "body_id", "body__kind", "body__path", "body__area__path")
    )
    return Standing(user, on, tuple(Place(*row) for row in rows))


def was_head(user: User, body: Body, on: date) -> bool:
    """Whether somebody headed a body on a local day: by the post, and where nobody is written down for it, by their role."""
    holders = set(Post.objects.heads_of([body.pk], on=on).values_list("holder_id", flat=True))
    if holders:
        return user.pk in holders
    return Membership.objects.on(on).of(user).filter(body=body, role=Role.HEAD).exists()
