"""How the rest of the project asks for plans, their lines and their figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from bodies.models import Body
from bodies.querysets import under
from cases.querysets import ABOVE, WORKS_ON_CASES

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from plans.models import Measure, Milestone, Plan, Target, TypedFigure  # noqa: F401


def bodies_seen_by(standing: Standing) -> QuerySet[Body]:
    """The bodies whose figures somebody may see: their own, those below them, those of areas they lead, watch or keep the
    plans of."""
    seen = Q(pk__in=standing.bodies(*WORKS_ON_CASES, "plan_keeper")) | under(standing.below(*ABOVE))
    seen |= under([*standing.leads(), *standing.areas("monitor", "plan_keeper")], "area__path")
    return Body.objects.filter(seen)


def of_branch(standing: Standing, prefix: str = "") -> Q:
    """Plans of one's own branch: those that bind one's places from above, and those issued in what one may see."""
    above: set[int] = set()
    for place in standing.places:
        above |= _ids(place.area_path)
    issued_above = Q((f"{prefix}issuer__area__in", sorted(above)))
    return issued_above | Q((f"{prefix}issuer__in", bodies_seen_by(standing)))


class PlanQuerySet(QuerySet["Plan"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(of_branch(standing))

    def touching(self, bodies: Iterable[int]) -> Self:
        """Plans in whose issuer's area one of these bodies lies, or once stood."""
        chains: set[int] = set()
        above: set[int] = set()
        for path, area_path in Body.objects.filter(pk__in=list(bodies)).values_list("path", "area__path"):
            chains |= _ids(path)
            above |= _ids(area_path)
        above |= set(Body.objects.filter(pk__in=chains).values_list("area", flat=True))
        return self.filter(issuer__area__in=above)


class TargetQuerySet(QuerySet["Target"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(of_branch(standing, "plan__"))

    def in_force(self) -> Self:
        """Lines that stand in the plan's file today."""
        return self.filter(is_retired=False)

    def targets(self) -> Self:
        return self.filter(is_duty=False)

    def duties(self) -> Self:
        return self.filter(is_duty=True)

    def counted(self) -> Self:
        """Those that the product counts by itself."""
        return self.exclude(measured_by="manual")


class MilestoneQuerySet(QuerySet["Milestone"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(of_branch(standing, "plan__"))


class MeasureQuerySet(QuerySet["Measure"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of the bodies whose figures one may see; of the whole plan for those who see the issuer."""
        bodies = bodies_seen_by(standing)
        return self.filter(Q(body__in=bodies) | Q(body=None, target__plan__issuer__in=bodies))

    def newest(self) -> Self:
        """Of each figure the last version."""
        return self.filter(is_newest=True)


class TypedFigureQuerySet(QuerySet["TypedFigure"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(body__in=bodies_seen_by(standing))


def _ids(path: str) -> set[int]:
    """The ids on a tree path, "/1/5/9/"."""
    return {int(part) for part in path.strip("/").split("/") if part}
