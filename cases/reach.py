"""Whom a level of the ladder or a duty to inform reaches: bodies by selector, and the people in them.

Bodies are looked up by kind in the area of the body that holds the case, then in the wider ones; a level without such
a body goes to the next that has one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from bodies.kinds import BodyKind
from bodies.models import Body, Membership, Post, Role, User
from bodies.querysets import valid_on
from cases.codes import Kind
from cases.models import Case

_COMMITTEES = (BodyKind.TINH_UY, BodyKind.HUYEN_UY, BodyKind.DANG_UY_XA)
_BY_KIND = {
    "committee": _COMMITTEES,
    "mobilisation": (BodyKind.BAN_DAN_VAN, BodyKind.KHOI_DAN_VAN),
    "inspection": (BodyKind.UBKT,),
    "front": (BodyKind.MTTQ,),
    "organisations": (BodyKind.DOAN_THE,),
}


class Where(NamedTuple):
    """Where a case lies: who holds it and received it, and the paths of the holder in the trees of bodies and areas."""

    body: int
    received_by: int
    body_path: str
    area_path: str

    @classmethod
    def of(cls, case: Case) -> "Where":
        return cls(case.body_id, case.received_by_id, case.body.path, case.body.area.path)


class Reach:
    """Bodies and people for many cases on a local day: looked up together, in a fixed number of statements."""

    def __init__(self, on: date, places: Iterable[Where]) -> None:
        self.on = on
        wanted = set(places)
        paths = [place.body_path for place in wanted]
        ids = {pk for path in paths for pk in _parts(path)} | {place.received_by for place in wanted}
        areas = {pk for place in wanted for pk in _parts(place.area_path)}
        kinds = [kind for group in _BY_KIND.values() for kind in group]
        rows = Body.objects.filter(Q(pk__in=ids) | Q(area__in=areas, kind__in=kinds) & valid_on(on))
        self._bodies = {body.pk: body for body in rows.select_related("area").order_by("pk")}
        self._in_area: dict[tuple[int, str], list[Body]] = {}
        self._by_area: dict[int, list[Body]] = defaultdict(list)
        for body in self._bodies.values():
            self._by_area[body.area_id].append(body)
        self._people: dict[int, list[User]] = {}
        self._members: dict[int, set[int]] = {}

    def bodies(self, case: Case, selectors: Iterable[str]) -> list[Body]:
        """The open bodies that these selectors name for this case; never the one a denunciation complains of."""
        found: dict[int, Body] = {}
        for selector in selectors:
            for body in self._selected(case, selector):
                if not (case.kind == Kind.DENUNCIATION and body.pk == case.against_body_id):
                    found[body.pk] = body
        return list(found.values())

    def people(self, case: Case, bodies: Iterable[Body]) -> list[User]:
        """Heads and standing members of these bodies; of a denounced body nobody, wherever else they sit."""
        bodies = list(bodies)
        self.meet({body.pk for body in bodies}, _denounced([case]))
        found = {user.pk: user for body in bodies for user in self._people[body.pk]}
        for denounced in _denounced([case]):
            for pk in self._members[denounced]:
                found.pop(pk, None)
        return list(found.values())

    def meet_for(self, reached: Iterable[tuple[Case, Iterable[Body]]]) -> None:
        """Look up at once the people of all these cases."""
        pairs = list(reached)
        self.meet({body.pk for _case, bodies in pairs for body in bodies}, _denounced(c for c, _ in pairs))

    def meet(self, bodies: set[int], denounced: set[int]) -> None:
        """Learn who is to be told in these bodies, and everybody who works in the denounced ones."""
        new = bodies - self._people.keys()
        if new:
            self._people |= _holders(new, self.on)
        unheld = {pk for pk in new if not self._people[pk]}
        unknown = denounced - self._members.keys()
        if not unheld | unknown:
            return
        members: dict[int, list[Membership]] = {pk: [] for pk in unheld | unknown}
        rows = Membership.objects.on(self.on).filter(body__in=unheld | unknown).select_related("user")
        for row in rows.order_by("pk"):
            members[row.body_id].append(row)
        self._people |= {pk: _who_signs_in(members[pk]) for pk in unheld}
        self._members |= {pk: {row.user_id for row in members[pk]} for pk in unknown}

    def _selected(self, case: Case, selector: str) -> list[Body]:
        body = self._bodies[case.body_id]
        if selector in {"handler", "head"}:
            return [body]
        if selector == "receiving_head":
            return [self._bodies[case.received_by_id]]
        if selector == "superior_head":
            return self._superior(body)
        if selector == "committee_above":
            return self._near(body, "committee", skip=1)
        return self._near(body, selector, skip=0)

    def _superior(self, body: Body) -> list[Body]:
        while body.superior_id is not None:
            body = self._bodies[body.superior_id]
            if body.is_open_on(self.on):
                return [body]
        return []

    def _near(self, body: Body, selector: str, *, skip: int) -> list[Body]:
        """In the body's own area, else in the next wider one; `skip` passes over so many areas that have one."""
        for area in reversed(_parts(body.area.path)):
            found = self._kinds_in(area, selector)
            if found and not skip:
                return found
            skip -= bool(found)
        return []

    def _kinds_in(self, area: int, selector: str) -> list[Body]:
        key = (area, selector)
        if key not in self._in_area:
            kinds = _BY_KIND[selector]
            rows = [body for body in self._by_area[area] if body.kind in kinds and body.is_open_on(self.on)]
            self._in_area[key] = self._topmost(rows) if selector == "inspection" else rows
        return self._in_area[key]

    @staticmethod
    def _topmost(bodies: list[Body]) -> list[Body]:
        shortest = min((len(body.path) for body in bodies), default=0)
        return [body for body in bodies if len(body.path) == shortest]


def _parts(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]


def _denounced(cases: Iterable[Case]) -> set[int]:
    """The bodies that denunciations among these cases complain of."""
    return {case.against_body_id for case in cases if case.kind == Kind.DENUNCIATION and case.against_body_id}


def _holders(bodies: set[int], on: date) -> dict[int, list[User]]:
    """Who holds the head's or a standing member's post of each body."""
    found: dict[int, list[User]] = {pk: [] for pk in bodies}
    posts = Post.objects.on(on).filter(
        body__in=bodies, duty__in=["head", "standing_member"], holder__is_active=True
    )
    for post in posts.select_related("holder").order_by("pk"):
        found[post.body_id].append(post.holder)
    return found


def _who_signs_in(members: list[Membership]) -> list[User]:
    """Where nobody holds the post: whoever signs in as head, else as the body's office or monitor."""
    for roles in ({Role.HEAD}, {Role.SUPERIOR_OFFICE, Role.MONITOR}):
        if people := [row.user for row in members if row.role in roles]:
            return people
    return []
