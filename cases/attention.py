"""When the clock must look at a case next. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from bodies.calendars import Calendar
from cases.models import Case, Clock


def next_at(case: Case, clocks: Iterable[Clock], *, after: datetime, calendar: Calendar) -> datetime | None:
    """The first moment at which a running clock is late; None when none runs, or when the case is silent (imported)."""
    if case.is_silent:
        return None
    due = [clock.due_on for clock in clocks if clock.state == Clock.State.RUNNING and clock.due_on]
    if not due:
        return None
    return timezone.make_aware(datetime.combine(min(due) + timedelta(days=1), time.min))
