"""How a person stands towards a case: which parts they play in it.

What each part may do is in cases.moves; which cases a person may know of, in CaseQuerySet.visible_to; which fields
each sees, in cases.visibility.
"""

from datetime import date

from bodies.models import Role
from bodies.scopes import Standing, standing_of
from cases.codes import Kind
from cases.models import Case
from cases.parts import ActorKind, Part
from cases.querysets import WORKS_ON_CASES
from cases.steps import Actor
from cases.visibility import Viewer, viewer_of

_SYSTEM = {ActorKind.CLOCK: Part.CLOCK, ActorKind.CITIZEN: Part.CITIZEN, ActorKind.IMPORTER: Part.IMPORTER}


def parts_of(actor: Actor, case: Case, *, on: date, standing: Standing | None = None) -> frozenset[Part]:
    """Every part this actor plays in this case on a local day. Nobody who works in a denounced body plays any."""
    if actor.user is None:
        return frozenset({_SYSTEM[actor.kind]})
    standing = standing or standing_of(actor.user, on)
    if case.kind == Kind.DENUNCIATION and case.against_body_id in standing.bodies():
        return frozenset()
    return frozenset(_in_the_bodies(case, standing) | _from_above(case, standing))


def _in_the_bodies(case: Case, standing: Standing) -> set[Part]:
    parts: set[Part] = set()
    heads = standing.bodies(Role.HEAD)
    if case.body_id in heads:
        parts.add(Part.HEAD)
    if case.received_by_id in heads:
        parts |= {Part.CHAIR, Part.RECEPTIONIST}
    if {case.body_id, case.received_by_id} & standing.bodies(Role.RECEPTIONIST):
        parts.add(Part.RECEPTIONIST)
    if case.body_id in standing.bodies(Role.HANDLER) and case.handler_id in {None, standing.user.pk}:
        parts.add(Part.HANDLER)
    if standing.bodies(*WORKS_ON_CASES) & _co_bodies(case):
        parts.add(Part.CO_BODY)
    return parts


def _co_bodies(case: Case) -> frozenset[int]:
    return frozenset(body.pk for body in case.co_bodies.all())


def _from_above(case: Case, standing: Standing) -> set[Part]:
    parts: set[Part] = set()
    above = [path for path in standing.below(Role.HEAD, Role.SUPERIOR_OFFICE) if case.body.path != path]
    if _lies_under(case.body.path, above) or _lies_under(
        case.body.area.path, _led_from_outside(case, standing)
    ):
        parts.add(Part.SUPERIOR)
    if _lies_under(case.body.area.path, standing.areas(Role.MONITOR)):
        parts.add(Part.MONITOR)
    return parts


def _led_from_outside(case: Case, standing: Standing) -> list[str]:
    """Areas led through another body than the one that holds the case: nobody is their own superior."""
    if case.body_id in standing.bodies(Role.HEAD, Role.SUPERIOR_OFFICE):
        return []
    return standing.leads()


def viewer_on(case: Case, standing: Standing) -> Viewer:
    """How this reader stands towards a case whose body and co-ordinating bodies were read with it."""
    return viewer_of(
        standing,
        body_id=case.body_id,
        body_path=case.body.path,
        area_path=case.body.area.path,
        received_by_id=case.received_by_id,
        is_co_body=not _co_bodies(case).isdisjoint(standing.bodies()),
    )


def works_on_cases(standing: Standing) -> bool:
    """Whether the person has a desk: cases can wait for them."""
    return bool(standing.bodies(*WORKS_ON_CASES))


def _lies_under(path: str, above: list[str]) -> bool:
    return any(path.startswith(each) for each in above)
