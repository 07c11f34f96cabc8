"""The ladder of a late clock: which level becomes true when. Pure but for reading its data file once.

A reminder has a level below zero and is told before the due day; level 1 is true from the first moment after the due
day; the others so many working days later. Instants are the first moment of a local day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils import timezone

from bodies.calendars import Calendar, add_working_days

SHIPPED = Path(__file__).parent / "data" / "ladders.yaml"


@dataclass(frozen=True)
class Rung:
    """One level: when it is reached, and whom it reaches.

    In working days after the due day, or, of a reminder that a plan asks for, calendar days before it (`days`, negative).
    """

    level: int
    working_days: int
    to: tuple[str, ...]
    days: int = 0

    @property
    def is_reminder(self) -> bool:
        return self.level < 0


@dataclass(frozen=True)
class Ladder:
    """The levels for a kind of case from a day on (local day), lowest first, with their basis."""

    kind: str
    valid_from: date
    basis: str
    rungs: tuple[Rung, ...]


@lru_cache(maxsize=4)
def ladders(path: Path = SHIPPED) -> tuple[Ladder, ...]:
    """The ladders of the data file; it changes with the product, not while it runs."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Ladder(
            row["kind"],
            row["valid_from"],
            row["basis"],
            tuple(
                Rung(step["level"], step.get("working_days", 0), tuple(step["to"]), step.get("days", 0))
                for step in row["steps"]
            ),
        )
        for row in rows
    )


def ladder_for(kind: str, on: date, known: Iterable[Ladder] | None = None) -> Ladder | None:
    """The ladder in force on a day: the kind's own before the default, the latest before the older."""
    fitting = [
        x for x in (ladders() if known is None else known) if x.kind in {kind, "any"} and x.valid_from <= on
    ]
    return max(fitting, key=lambda x: (x.kind == kind, x.valid_from), default=None)


@lru_cache(maxsize=4096)
def reached_at(rung: Rung, due_on: date, calendar: Calendar) -> datetime:
    """The first moment at which this level is true for a clock due on this day."""
    if rung.days < 0:
        return _midnight(due_on + timedelta(days=rung.days))
    if rung.working_days < 0:
        return _midnight(_working_days_before(due_on, -rung.working_days, calendar))
    late_on = add_working_days(due_on, rung.working_days, calendar) if rung.working_days else due_on
    return _midnight(late_on + timedelta(days=1))


def next_rung(
    ladder: Ladder, due_on: date, calendar: Calendar, *, after: datetime
) -> tuple[datetime, Rung] | None:
    """The next level that is not true yet at an instant, and when it will be."""
    coming = [(at, rung) for rung in ladder.rungs if (at := reached_at(rung, due_on, calendar)) > after]
    return min(coming, key=lambda pair: pair[0], default=None)


def _working_days_before(day: date, count: int, calendar: Calendar) -> date:
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
