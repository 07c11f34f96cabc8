"""Whom a target binds: bodies of its kinds and levels within the issuer's tree, as it stood in the period.

A body that lived on some day of the period is in scope: one dissolved in June counts for the year with its days until
June, and no longer for the third quarter. A plan binds nobody after its issuer ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from bodies.models import Body
from bodies.querysets import under
from plans.models import Plan, Target
from plans.terms import FAR_OFF, Term
from plans.words import COMMITTEES, MEMBERS, OTHER, WITHOUT_UNIT


@dataclass(frozen=True, slots=True)
class Bound:
    """One body of a plan's tree, with the local days on which it lived (both inclusive)."""

    id: int
    kind: str
    level: str
    area_id: int
    first: date
    last: date

    def lives(self, first: date, last: date) -> bool:
        return self.first <= last and self.last >= first


def tree_of(plan: Plan) -> QuerySet[Body]:
    """Every body, living or ended, of the issuer's area; with those that stood under a body of it before a merger moved
    their area elsewhere."""
    top = Body.objects.filter(area=plan.issuer.area_id).values_list("path", flat=True)
    return Body.objects.filter(under([plan.issuer.area.path], "area__path") | under(sorted(top)))


def bodies_of(plan: Plan, only: Iterable[int] | None = None) -> list[Bound]:
    """The plan's tree in one list; with `only`, those of these bodies' areas."""
    rows = tree_of(plan)
    if only is not None:
        rows = rows.filter(area__in=Body.objects.filter(pk__in=list(only)).values("area"))
    found = rows.order_by("pk").values_list("pk", "kind", "level", "area_id", "valid_from", "valid_to")
    return [Bound(*row[:4], row[4] or date.min, row[5] or date.max) for row in found]


def in_scope(target: Target, plan: Plan, term: Term, tree: Iterable[Bound], *, as_of: date) -> list[Bound]:
    """Those of the tree whom the target binds in the period, as far as it has gone by a day."""
    begins, ends = target.lasts_on(plan)
    first = max(term.first, begins, plan.issuer.valid_from or date.min)
    last = min(term.seen_on(as_of), ends or FAR_OFF, plan.issuer.valid_to or date.max)
    kinds, levels = kinds_of(target), frozenset(target.levels)
    return [
        body
        for body in tree
        if body.kind in kinds
        and (body.level in levels or (OTHER in levels and body.kind in WITHOUT_UNIT))
        and first <= last
        and body.lives(first, last)
    ]


def kinds_of(target: Target) -> frozenset[str]:
    """The kinds of bodies in scope; where it names members, their committees."""
    return frozenset(kind for each in target.kinds for kind in (COMMITTEES if each == MEMBERS else (each,)))
