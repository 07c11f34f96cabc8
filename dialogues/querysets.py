"""How the rest of the project asks for dialogues, questions and conclusions: the words that plans count with.

Periods are spans of local days, both ends in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from bodies.querysets import under
from cases.querysets import ABOVE
from cases.stages import OPEN, OUTSIDE_SHARE
from dialogues.stages import AHEAD, PUBLIC, WAS_HELD, Stage

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from cases.periods import Period
    from dialogues.models import Conclusion, Dialogue, Question  # noqa: F401


class DialogueQuerySet(QuerySet["Dialogue"]):
    def visible_to(self, standing: Standing) -> Self:
        """Hosted by a body somebody works in or by one below it by rank, or in an area they lead or watch."""
        return self.filter(_seen(standing, self.model))

    def open_to_all(self) -> Self:
        """What everybody may know of: from the announcement on, as long as it is not called off."""
        return self.filter(stage__in=sorted(PUBLIC))

    def behind(self, reference: str) -> Self:
        """The dialogue from which a case came: as a question, a conclusion or its own duties."""
        asked = self.model._meta.get_field("questions").related_model._default_manager
        concluded = self.model._meta.get_field("conclusions").related_model._default_manager
        return self.filter(
            Q(duties__reference=reference)
            | Q(pk__in=asked.filter(case__reference=reference).values("dialogue"))
            | Q(pk__in=concluded.filter(case__reference=reference).values("dialogue"))
        )

    # --- whose it is ----------------------------------------------------------------------------------------------

    def hosted_by(self, bodies: Iterable[int], *, joint: bool = False) -> Self:
        """Of these hosts; with `joint` also those that they hosted together with another."""
        bodies = list(bodies)
        if not joint:
            return self.filter(host__in=bodies)
        return self.filter(Q(host__in=bodies) | Q(pk__in=_joined_by(self.model, bodies)))

    def by_the_head(self) -> Self:
        """Chaired by the head of the host in person."""
        return self.filter(chair="head")

    def by_delegate(self) -> Self:
        return self.filter(chair="delegate")

    def of_kinds(self, kinds: Collection[str]) -> Self:
        return self.filter(kind__in=list(kinds))

    def with_participants(self, groups: Collection[str]) -> Self:
        return self.filter(participants__in=list(groups))

    def in_fields(self, subjects: Collection[str]) -> Self:
        """About these subjects or narrower ones, by code."""
        codes = list(subjects)
        return self.filter(Q(subject__code__in=codes) | Q(subject__parent__code__in=codes))

    # --- when -----------------------------------------------------------------------------------------------------

    def planned(self, period: Period) -> Self:
        """In the plan of a quarter that ends within the period, and not cancelled."""
        quarters = list(_quarters(period))
        if not quarters:
            return self.none()
        return self._of_quarters(quarters).exclude(stage=Stage.CANCELLED)

    def cancelled_from_plan(self, period: Period) -> Self:
        """What stood in the plan of these quarters and was cancelled."""
        quarters = list(_quarters(period))
        return self._of_quarters(quarters).filter(stage=Stage.CANCELLED) if quarters else self.none()

    def _of_quarters(self, quarters: Iterable[tuple[int, int]]) -> Self:
        named = Q()
        for year, quarter in quarters:
            named |= Q(planned_year=year, planned_quarter=quarter)
        return self.filter(named)

    def held(self, period: Period) -> Self:
        """Held on a day of the period; what was cancelled since was not."""
        return self.filter(stage__in=sorted(WAS_HELD), held_on__range=(period.first, period.last))

    def published(self, period: Period) -> Self:
        """Results made known on a day of the period."""
        return self.filter(stage=Stage.PUBLISHED, published_on__range=(period.first, period.last))

    def left_behind(self, today: date) -> Self:
        """Still to be held by a host that was merged into another."""
        gone = Q(host__valid_to__lt=today, host__successor__isnull=False)
        return self.filter(gone, stage__in=sorted(AHEAD | {Stage.POSTPONED}))

    def published_in_time(self) -> Self:
        return self.filter(stage=Stage.PUBLISHED, published_in_time=True)


class QuestionQuerySet(QuerySet["Question"]):
    def visible_to(self, standing: Standing) -> Self:
        """Those of the dialogues this person may know of: a question has no audience of its own."""
        return self.filter(_seen(standing, self.model.dialogue.field.related_model, "dialogue__"))

    def of_hosts(self, bodies: Iterable[int]) -> Self:
        return self.filter(dialogue__host__in=list(bodies))

    def answered(self) -> Self:
        return self.filter(state="answered")

    def taken_away(self) -> Self:
        return self.filter(state="taken_away")

    def waiting(self) -> Self:
        return self.filter(state="open")


class ConclusionQuerySet(QuerySet["Conclusion"]):
    """The figures of a period are those of cases (rulings on figures); here they are asked for by host or doer."""

    def visible_to(self, standing: Standing) -> Self:
        return self.filter(_seen(standing, self.model.dialogue.field.related_model, "dialogue__"))

    def of_hosts(self, bodies: Iterable[int]) -> Self:
        """Concluded at dialogues of these hosts."""
        return self.filter(dialogue__host__in=list(bodies))

    def made(self, period: Period) -> Self:
        """Concluded at dialogues held in the period, not withdrawn."""
        return self.filter(
            dialogue__stage__in=sorted(WAS_HELD), dialogue__held_on__range=(period.first, period.last)
        ).exclude(case__stage__in=sorted(OUTSIDE_SHARE))

    def closed(self, period: Period) -> Self:
        return self.filter(case__stage="closed", case__ended_on__range=(period.first, period.last))

    def open(self) -> Self:
        return self.filter(case__stage__in=sorted(OPEN))


def _seen(standing: Standing, dialogues: Any, prefix: str = "") -> Q:
    """Joint hosts see a dialogue as its host does."""
    mine = standing.works_in()
    seen = Q((f"{prefix}host__in", mine)) | under(standing.below(*ABOVE), f"{prefix}host__path")
    if mine:
        # After a merger what the former body held is seen by its successor.
        seen |= Q((f"{prefix}host__successor__in", mine))
        seen |= Q((f"{prefix}pk__in", _joined_by(dialogues, mine)))
    return seen | under([*standing.leads(), *standing.areas("monitor")], f"{prefix}host__area__path")


def _joined_by(dialogues: Any, bodies: Collection[int]) -> QuerySet[Any]:
    """The ids of dialogues that these bodies host together with another."""
    rows = dialogues._meta.get_field("joint_hosts").related_model._default_manager
    joined: QuerySet[Any] = rows.filter(body__in=bodies).values("dialogue")
    return joined


def _quarters(period: Period) -> Iterable[tuple[int, int]]:
    """The quarters whose last month lies in the period."""
    for year in range(period.first.year, period.last.year + 1):
        for quarter in (1, 2, 3, 4):
            month = 3 * quarter
            if period.first <= date(year, month, 1) <= period.last:
                yield year, quarter
