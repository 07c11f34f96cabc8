"""How the rest of the project asks for dated reports."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q, QuerySet

from cases.stages import Stage
from plans.querysets import bodies_seen_by

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from plans.models import Report  # noqa: F401


class ReportQuerySet(QuerySet["Report"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of the bodies whose figures one may see, and those owed to or through one's bodies."""
        receives = standing.bodies()
        of_branch = Q(body__in=bodies_seen_by(standing))
        return self.filter(of_branch | Q(duty__to__in=receives) | Q(duty__via__in=receives))

    def owed(self) -> Self:
        """Not handed in; what was entered by mistake (its case is void) is owed by nobody."""
        return self.filter(handed_in_on=None).exclude(case__stage=Stage.VOID)

    def overdue(self, today: date) -> Self:
        return self.owed().filter(due_on__lt=today)

    def in_time(self) -> Self:
        return self.filter(handed_in_on__lte=F("due_on"))

    def handed_in_late(self) -> Self:
        return self.filter(handed_in_on__gt=F("due_on"))
