"""How the rest of the project asks for cases, clocks and history."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from bodies.querysets import under
from cases.stages import ENDED, OPEN

# Roles that read what is below their body by rank, and roles that work on cases of their own (cases.parts).
ABOVE = ("head", "superior_office")
WORKS_ON_CASES = ("receptionist", "handler", "head", "superior_office")

if TYPE_CHECKING:
    from bodies.models import Area, Body
    from bodies.scopes import Standing
    from cases.models import Case, Clock, Event, Subject  # noqa: F401


class SubjectQuerySet(QuerySet["Subject"]):
    def open_to_all(self) -> Self:
        """What cases can be about is no secret."""
        return self


class CaseQuerySet(QuerySet["Case"]):
    def visible_to(self, standing: Standing) -> Self:
        """The cases that somebody with this standing may know of. Unseen is 404, not 403.

        Their bodies' (holding, receiving, co-ordinating), those below them by rank, those of areas they lead or
        watch; never a denunciation of a body they work in (rulings on who reads).
        """
        mine = standing.bodies(*WORKS_ON_CASES)
        seen = Q(body__in=mine) | Q(received_by__in=mine)
        if mine:
            seen |= Q(pk__in=self.model.co_bodies.through.objects.filter(body__in=mine).values("case"))
        below = standing.below(*ABOVE)
        if below:
            seen |= under(below, "body__path")
        areas = sorted({*standing.leads(), *standing.areas("monitor")})
        if areas:
            seen |= under(areas, "body__area__path")
        return self.filter(seen).exclude(kind="denunciation", against_body__in=standing.bodies())

    def open(self) -> Self:
        return self.filter(stage__in=sorted(OPEN))

    def ended(self) -> Self:
        return self.filter(stage__in=sorted(ENDED))

    def overdue(self, today: date) -> Self:
        """Open with a running clock whose due day is past; late from the first moment of the next day."""
        return self.open().filter(due_on__lt=today)

    def held_by(self, body: Body) -> Self:
        return self.filter(body=body)

    def held_within(self, body: Body) -> Self:
        """Held by the body or by one in its superior-subtree."""
        return self.filter(body__path__startswith=body.path)

    def in_area(self, area: Area) -> Self:
        return self.filter(area__path__startswith=area.path)

    def needing_attention(self, now: datetime) -> Self:
        """What the clock must look at, oldest first: never newest first, or the most overdue would starve."""
        return self.filter(next_attention_at__lte=now).order_by("next_attention_at", "id")


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
