"""When the clock must look at a case next: the next level of a ladder that a running clock will reach. Pure."""

from collections.abc import Iterable
from datetime import datetime

from bodies.calendars import Calendar
from cases import ladders
from cases.models import Case, Clock


def next_at(case: Case, clocks: Iterable[Clock], *, after: datetime, calendar: Calendar) -> datetime | None:
    """The next instant at which something is to be told; None when no clock runs towards one, or the case is silent."""
    if case.is_silent:
        return None
    instants = [at for clock in clocks if (at := _next_of(case, clock, after, calendar))]
    return min(instants, default=None)


def _next_of(case: Case, clock: Clock, after: datetime, calendar: Calendar) -> datetime | None:
    if clock.due_on is None or clock.state != Clock.State.RUNNING:
        return None
    ladder = ladders.ladder_for(case.kind, clock.due_on)
    coming = ladders.next_rung(ladder, clock.due_on, calendar, after=after) if ladder else None
    return coming[0] if coming else None
