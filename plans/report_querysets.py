"""How the rest of the project asks for dated reports."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet

from bodies.querysets import under
from cases.querysets import ABOVE, WORKS_ON_CASES

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from plans.models import Report  # noqa: F401


class ReportQuerySet(QuerySet["Report"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of one's own bodies and those below, of areas one leads or watches; those owed to or through one's bodies."""
        mine = standing.bodies(*WORKS_ON_CASES)
        seen = Q(body__in=mine) | under(standing.below(*ABOVE), "body__path")
        seen |= under([*standing.leads(), *standing.areas("monitor")], "body__area__path")
        receives = standing.bodies()
        return self.filter(seen | Q(duty__to__in=receives) | Q(duty__via__in=receives))

    def owed(self) -> Self:
        return self.filter(handed_in_on=None)

    def overdue(self, today: date) -> Self:
        return self.owed().filter(due_on__lt=today)

    def in_time(self) -> Self:
        return self.filter(handed_in_on__lte=F("due_on"))

    def handed_in_late(self) -> Self:
        return self.filter(handed_in_on__gt=F("due_on"))
