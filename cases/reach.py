"""Whom a level of the ladder or a duty to inform reaches: bodies by selector, and the people in them.

Bodies are looked up by kind in the area of the body that holds the case, then in the wider ones; a level without such
a body goes to the next that has one.
"""

from collections.abc import Iterable
from datetime import date

from bodies.kinds import BodyKind
from bodies.models import Body, Membership, Post, Role, User
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


class Reach:
    """Looks up bodies and people for many cases; what it finds it keeps, so a sweep asks once for each body."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._bodies: dict[int, Body] = {}
        self._in_area: dict[tuple[int, str], list[Body]] = {}
        self._people: dict[int, list[User]] = {}

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
        found = {user.pk: user for body in bodies for user in self._of(body)}
        if case.kind == Kind.DENUNCIATION and case.against_body_id:
            denounced = (
                Membership.objects.on(self.on)
                .filter(body=case.against_body_id)
                .values_list("user", flat=True)
            )
            for pk in denounced:
                found.pop(pk, None)
        return list(found.values())

    def _selected(self, case: Case, selector: str) -> list[Body]:
        body = self._body(case.body_id)
        if selector in {"handler", "head"}:
            return [body]
        if selector == "receiving_head":
            return [self._body(case.received_by_id)]
        if selector == "superior_head":
            return self._superior(body)
        if selector == "committee_above":
            return self._near(body, "committee", skip=1)
        return self._near(body, selector, skip=0)

    def _superior(self, body: Body) -> list[Body]:
        while body.superior_id is not None:
            body = self._body(body.superior_id)
            if body.is_open_on(self.on):
                return [body]
        return []

    def _near(self, body: Body, selector: str, *, skip: int) -> list[Body]:
        """In the body's own area, else in the next wider one; `skip` passes over so many areas that have one."""
        for area in reversed([int(part) for part in body.area.path.strip("/").split("/")]):
            found = self._kinds_in(area, selector)
            if found and not skip:
                return found
            skip -= bool(found)
        return []

    def _kinds_in(self, area: int, selector: str) -> list[Body]:
        key = (area, selector)
        if key not in self._in_area:
            rows = (
                Body.objects.open_on(self.on)
                .filter(area=area, kind__in=_BY_KIND[selector])
                .select_related("area")
            )
            self._in_area[key] = self._topmost(list(rows)) if selector == "inspection" else list(rows)
        return self._in_area[key]

    @staticmethod
    def _topmost(bodies: list[Body]) -> list[Body]:
        shortest = min((len(body.path) for body in bodies), default=0)
        return [body for body in bodies if len(body.path) == shortest]

    def _body(self, pk: int) -> Body:
        if pk not in self._bodies:
            self._bodies[pk] = Body.objects.select_related("area").get(pk=pk)
        return self._bodies[pk]

    def _of(self, body: Body) -> list[User]:
        if body.pk not in self._people:
            self._people[body.pk] = _people_of(body, self.on)
        return self._people[body.pk]


def _people_of(body: Body, on: date) -> list[User]:
    """Who holds the head's or a standing member's post; else whoever signs in as head, else as its office or monitor."""
    posts = Post.objects.on(on).filter(
        body=body, duty__in=["head", "standing_member"], holder__is_active=True
    )
    people = [post.holder for post in posts.select_related("holder")]
    for roles in ([Role.HEAD], [Role.SUPERIOR_OFFICE, Role.MONITOR]):
        if people:
            break
        rows = Membership.objects.on(on).filter(body=body, role__in=roles)
        people = [row.user for row in rows.select_related("user")]
    return people
