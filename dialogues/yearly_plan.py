"""The yearly plan of dialogues: what each body planned for each quarter, and what it held. One statement, any year."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from dialogues.codes import Chair
from dialogues.models import Dialogue
from dialogues.stages import WAS_HELD, Stage

_HELD = Q(stage__in=sorted(WAS_HELD))


@dataclass
class Quarter:
    """One quarter of one body's plan. What was cancelled is not planned any more; it is shown beside."""

    quarter: int
    planned: int = 0
    held: int = 0
    cancelled: int = 0
    postponed: int = 0


@dataclass
class PlanOfHost:
    """A body's year. `by_the_head` and `by_delegate` split all that was held, planned or not."""

    host: str
    planned: int = 0
    held: int = 0
    by_the_head: int = 0
    by_delegate: int = 0
    unplanned_held: int = 0
    quarters: list[Quarter] = field(default_factory=lambda: [Quarter(number) for number in (1, 2, 3, 4)])


def plan_of(rows: QuerySet[Dialogue], year: int) -> list[PlanOfHost]:
    """The plans of the hosts of these dialogues, by the code of the host."""
    in_year = Q(held_on__range=(date(year, 1, 1), date(year, 12, 31)))
    counted = (
        rows.filter(Q(planned_year=year) | (Q(planned_year=None) & in_year))
        .order_by("host__code", "planned_quarter")
        .values("host__code", "planned_quarter")
        .annotate(
            all=Count("pk"),
            held=Count("pk", filter=_HELD),
            by_the_head=Count("pk", filter=_HELD & Q(chair=Chair.HEAD)),
            cancelled=Count("pk", filter=Q(stage=Stage.CANCELLED)),
            postponed=Count("pk", filter=Q(stage=Stage.POSTPONED)),
        )
    )
    return list(_by_host(counted))


def _by_host(counted: Iterable[Any]) -> Iterable[PlanOfHost]:
    plans: dict[str, PlanOfHost] = {}
    for row in counted:
        plan = plans.setdefault(row["host__code"], PlanOfHost(row["host__code"]))
        plan.by_the_head += row["by_the_head"]
        plan.by_delegate += row["held"] - row["by_the_head"]
        if row["planned_quarter"] is None:
            plan.unplanned_held += row["held"]
            continue
        quarter = plan.quarters[row["planned_quarter"] - 1]
        quarter.planned, quarter.held = row["all"] - row["cancelled"], row["held"]
        quarter.cancelled, quarter.postponed = row["cancelled"], row["postponed"]
        plan.planned += quarter.planned
        plan.held += quarter.held
    return plans.values()
