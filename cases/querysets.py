"""How the rest of the project asks for cases, clocks and history."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from bodies.querysets import under
from cases.stages import ENDED, OPEN

# Roles that read what is below their body by rank, and roles that work on cases of their own (cases.parts).
ABOVE = ("head", "superior_office")
WORKS_ON_CASES = ("receptionist", "handler", "head", "superior_office")
# So many bodies are named one by one in a query: the planner knows how many cases each of them has (migration 0009), and
# none at all cost nothing. More than these hold cases enough for a page to be full soon.
FEW = 60

if TYPE_CHECKING:
    from bodies.models import Area, Body
    from bodies.scopes import Standing
    from cases.models import Case, Clock, Event, Notice, Subject  # noqa: F401


class SubjectQuerySet(QuerySet["Subject"]):
    def open_to_all(self) -> Self:
        """What cases can be about is no secret."""
        return self


class CaseQuerySet(QuerySet["Case"]):
    def visible_to(self, standing: Standing, *, as_list: bool = False) -> Self:
        """The cases that somebody with this standing may know of. Unseen is 404, not 403.

        Their bodies' (holding, receiving, co-ordinating), those below them by rank, those of areas they lead or
        watch; never a denunciation of a body they work in (rulings on who reads).

        `as_list`: a page of them is wanted, not one by its name. Asks which bodies lie below, if they are few.
        """
        mine = standing.bodies(*WORKS_ON_CASES)
        below = standing.below(*ABOVE)
        areas = sorted({*standing.leads(), *standing.areas("monitor")})
        # Each part of this "or" has an index of its own where bodies are named; a path would be compared row by row.
        few = self._bodies_of(below, areas) if as_list and (below or areas) else None
        held = mine.union(few) if few else mine
        seen = Q(body__in=held) | Q(received_by__in=mine)
        if mine:
            seen |= Q(_OneOf("pk", self.model.co_bodies.through.objects.filter(body__in=mine).values("case")))
        if few is None:
            seen |= under(below, "body__path") | under(areas, "body__area__path")
        return self.filter(seen).exclude(kind="denunciation", against_body__in=standing.bodies())

    def _bodies_of(self, below: list[str], areas: list[str]) -> list[int] | None:
        """The bodies of these subtrees and areas; None where they are many."""
        bodies: QuerySet[Any] = self.model.body.field.related_model._default_manager.all()
        rows = bodies.filter(under(below) | under(areas, "area__path")).values_list("pk", flat=True)
        found = list(rows[: FEW + 1])
        return found if len(found) <= FEW else None

    def open(self) -> Self:
        return self.filter(stage__in=sorted(OPEN))

    def ended(self) -> Self:
        return self.filter(stage__in=sorted(ENDED))

    def overdue(self, today: date) -> Self:
        """Open with a running clock whose due day is past; late from the first moment of the next day."""
        return self.open().filter(due_on__lt=today)

    def held_by(self, body: Body) -> Self:
        return self.filter(body=body)

    def in_area(self, area: Area) -> Self:
        return self.filter(area__path__startswith=area.path)

    def needing_attention(self, now: datetime) -> Self:
        """What the clock must look at, oldest first: never newest first, or the most overdue would starve."""
        return self.filter(next_attention_at__lte=now).order_by("next_attention_at", "id")


class _OneOf(Func):
    """`id = ANY(ARRAY(SELECT ...))`: read once, before the rows, so that each part of an "or" can go by its own index."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, ids: QuerySet[Any]) -> None:
        super().__init__(F(column), ArraySubquery(ids))


class ClockQuerySet(QuerySet["Clock"]):
    def live(self) -> Self:
        return self.filter(state__in=["running", "paused"])

    def reckoned_before(self, version: int) -> Self:
        """Live clocks reckoned with an older calendar."""
        return self.live().filter(calendar_version__lt=version)


class EventQuerySet(QuerySet["Event"]):
    def in_order(self) -> Self:
        return self.order_by("case_id", "seq")

    def recorded_late(self) -> Self:
        return self.filter(details__recorded_late=True)


class NoticeQuerySet(QuerySet["Notice"]):
    def visible_to(self, standing: Standing) -> Self:
        """What the bodies somebody works in were made to know of."""
        return self.filter(body__in=standing.bodies())
