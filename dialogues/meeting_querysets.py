"""How the rest of the project asks for meetings, supervision sessions and attendance: the words that plans count with.

Periods are spans of local days, both ends in it. What was struck out counts nowhere but can still be read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Prefetch, Q, QuerySet

from bodies.querysets import under
from cases.querysets import ABOVE

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from dialogues.models import Attendance, Meeting, Supervision  # noqa: F401


class MeetingQuerySet(QuerySet["Meeting"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of bodies somebody works in, of those below them by rank, and of areas they lead or watch."""
        return self.filter(_seen(standing, "host") | Q(chaired_by__in=standing.works_in()))

    def with_everything(self) -> Self:
        """With what a reader of one of them is shown: a fixed number of queries for any number of rows."""
        rows = self.select_related("host", "chaired_by")
        return rows.prefetch_related("participants", _recommendations(self.model))

    def of_rhythms(self, rhythms: Collection[str]) -> Self:
        return self.filter(rhythm__in=list(rhythms))


class SupervisionQuerySet(QuerySet["Supervision"]):
    def visible_to(self, standing: Standing) -> Self:
        """As meetings; partners see what they took part in."""
        mine = standing.bodies()
        seen = _seen(standing, "chair")
        if mine:
            seen |= Q(pk__in=_joined_by(self.model, mine))
        return self.filter(seen)

    def with_everything(self) -> Self:
        """With what a reader of one of them is shown: a fixed number of queries for any number of rows."""
        rows = self.select_related("chair", "subject")
        return rows.prefetch_related("partners", "about", _recommendations(self.model))

    def of_kinds(self, kinds: Collection[str]) -> Self:
        return self.filter(kind__in=list(kinds))


class AttendanceQuerySet(QuerySet["Attendance"]):
    def visible_to(self, standing: Standing) -> Self:
        """As meetings, by the committee; members see their own."""
        return self.filter(_seen(standing, "committee") | Q(member=standing.user))


def _recommendations(model: Any) -> Prefetch[Any]:
    rows = model._meta.get_field("recommendations").related_model._default_manager
    return Prefetch("recommendations", rows.select_related("case__body"))


def _joined_by(supervisions: Any, bodies: Collection[int]) -> QuerySet[Any]:
    """The ids of sessions that these bodies took part in as partners."""
    rows = supervisions._meta.get_field("partners").remote_field.through._default_manager
    joined: QuerySet[Any] = rows.filter(body__in=bodies).values("supervision")
    return joined


def _seen(standing: Standing, body: str) -> Q:
    seen = Q((f"{body}__in", standing.works_in())) | under(standing.below(*ABOVE), f"{body}__path")
    return seen | under([*standing.leads(), *standing.areas("monitor")], f"{body}__area__path")
