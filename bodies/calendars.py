"""Which days are worked, and how far apart they lie. Pure: rows come in as days, days go out.

All days are local days of Asia/Ho_Chi_Minh. What a date is follows from the first of these that names it: an exception,
a swapped working Saturday, a holiday (public, compensatory or swapped off); then Monday to Friday are worked.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from django.utils.translation import gettext as _


class Layer(IntEnum):
    """Who says what a day is; the lowest number goes first."""

    EXCEPTION = 0
    SWAPPED = 1
    HOLIDAY = 2


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says, and who says so."""

    on: date
    layer: Layer
    name: str
    is_working: bool = False
    document: str = ""
    mark: str = ""

    @property
    def title(self) -> str:
        """The name as a citizen can look it up: with the document that decided it, and the doubt that is left."""
        notes = [note for note in (self.document, self.mark) if note]
        return f"{self.name} ({', '.join(notes)})" if notes else self.name


@dataclass(frozen=True)
class Calendar:
    """The days of one version of the calendar.

    Holidays were loaded for the days from `known_from` to `known_to`: a legal limit is never counted outside them.
    """

    version: int
    days: tuple[SpecialDay, ...] = ()
    # Whether a limit in calendar days that ends on a day off moves to the next working day (Civil Code 2015, Arts 147-148)
    roll_forward: bool = True
    known_from: date = date.min
    known_to: date = date.max
    _special: dict[date, SpecialDay] = field(init=False, repr=False, compare=False)
    # Ordinals (date.toordinal): Mondays to Fridays that are off, Saturdays and Sundays that are worked
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _gained: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _differs: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        special = {day.on: day for day in sorted(self.days, key=lambda day: day.layer, reverse=True)}
        lost = (on.toordinal() for on, day in special.items() if not day.is_working and on.weekday() < 5)
        gained = (on.toordinal() for on, day in special.items() if day.is_working and on.weekday() >= 5)
        object.__setattr__(self, "_special", special)
        object.__setattr__(self, "_lost", tuple(sorted(lost)))
        object.__setattr__(self, "_gained", tuple(sorted(gained)))
        object.__setattr__(self, "_differs", frozenset(self._lost + self._gained))

    def __hash__(self) -> int:
        # Cheap: what is reckoned with a calendar is remembered under it.
        return hash(self.version)

    def works(self, ordinal: int) -> bool:
        """Whether the day with this ordinal is worked: the quick form of `is_working_day` for those who count."""
        # Day 1 of the ordinals was a Monday, so a Saturday leaves 6 and a Sunday 0.
        return (ordinal % 7 not in (6, 0)) != (ordinal in self._differs)

    def is_working_day(self, day: date) -> bool:
        return self.works(day.toordinal())

    def special_day(self, day: date) -> SpecialDay | None:
        """The row that decides what this day is, or None where its weekday does."""
        return self._special.get(day)

    def why_off(self, day: date) -> str:
        """Why a day is not worked, in words for a citizen; empty for a working day."""
        if self.is_working_day(day):
            return ""
        special = self.special_day(day)
        return _("day off: %(day)s") % {"day": special.title} if special else _("weekend")

    def why_worked(self, day: date) -> str:
        """Why a Saturday, Sunday or holiday is worked; empty for an ordinary working day and for a day off."""
        special = self.special_day(day)
        return _("worked: %(day)s") % {"day": special.title} if special and special.is_working else ""

    def worked_up_to(self, day: date) -> int:
        """How many working days there were up to and including `day` since the first of all: for differences only."""
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, 7)
        weekdays = 5 * weeks + min(rest, 5)
        return weekdays - bisect_right(self._lost, ordinal) + bisect_right(self._gained, ordinal)


def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """The day that is `days` working days after `start`, or before it if `days` is negative; 0 gives `start` itself."""
    step = 1 if days > 0 else -1
    ordinal, left = start.toordinal(), abs(days)
    while left:
        ordinal += step
        left -= calendar.works(ordinal)
    return date.fromordinal(ordinal)


def next_working_day(day: date, calendar: Calendar) -> date:
    """The first working day after `day`, even where `day` is one."""
    return add_working_days(day, 1, calendar)


def working_days_between(after: date, to: date, calendar: Calendar) -> int:
    """How many working days lie after `after`, up to and including `to`; negative where `to` is the earlier."""
    return calendar.worked_up_to(to) - calendar.worked_up_to(after)
