"""How the days of one time limit are counted, and what there is to say of each of them. Pure.

The law behind it: an event belongs to its local day (day 0), the next day that counts is day 1, and a limit in calendar
days that ends on a day off moves to the next working day (Civil Code 2015, Arts 147-148).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import chain, groupby, islice

from django.utils.translation import gettext as _

from bodies.calendars import Calendar


class Unit(StrEnum):
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    # Counted backwards from the event: the latest lawful day
    CALENDAR_DAY_BEFORE = "calendar_day_before"


class BadQuestion(ValueError):
    """A question about days that has no answer; `field` names the part of it that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Pause:
    """[start, end): `start` does not count, `end` does; without an end it is still open."""

    start: date
    end: date | None = None
    # The decision behind it, as a citizen is told
    document: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A decision that adds days, in the rule's unit. Without a day it stands for one that is only asked about."""

    days: int
    dated_on: date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of days, both ends inclusive, that counted or did not, and why; no end where that is not known yet."""

    from_: date
    to: date | None
    counted: int
    why: str

    def as_json(self) -> dict[str, str | int | None]:
        to = self.to.isoformat() if self.to else None
        return {"from": self.from_.isoformat(), "to": to, "counted": self.counted, "why": self.why}


@dataclass(frozen=True, slots=True)
class Span:
    """Days that no other span covers, as ordinals: from `first`, up to but without `end` (None: open), by this pause."""

    first: int
    end: int | None
    pause: Pause


def spans_of(start: date, pauses: Iterable[Pause]) -> tuple[Span, ...]:
    """The days after `start` that pauses cover, each once, named by the pause that began first."""
    spans: list[Span] = []
    free = start.toordinal() + 1
    for pause in sorted(pauses, key=lambda pause: pause.start):
        first = max(pause.start.toordinal(), free)
        if pause.end is None:
            return (*spans, Span(first, None, pause))
        if first < pause.end.toordinal():
            free = pause.end.toordinal()
            spans.append(Span(first, free, pause))
    return tuple(spans)


# What is said of one run of days, as ordinals: the first, the last (None: open), how many counted, why
Said = tuple[int, int | None, int, str]


@dataclass(frozen=True)
class Forward:
    """A limit counted from a day onwards.

    A pause has an effect exactly if counting arrives at its first day before the due day is found: one that begins later
    is never looked at, so a late clock stays late.
    """

    unit: Unit
    amount: int
    start: date
    calendar: Calendar
    spans: tuple[Span, ...] = ()
    extensions: tuple[Extension, ...] = ()
    # The due day is never before this one, the day on which a longer situation was withdrawn
    not_before: date = date.min

    @property
    def on(self) -> date | None:
        """The due day; None while an open pause hides it."""
        due = self._ends[1]
        return None if due is None else date.fromordinal(due)

    @cached_property
    def _ends(self) -> tuple[int | None, int | None]:
        """The last day counted and the due day, each None where counting runs into an open pause before it."""
        days = self._uncovered()
        counted = filter(self.calendar.works, days) if self.unit == Unit.WORKING_DAY else days
        total = self.amount + sum(extension.days for extension in self.extensions)
        last = next(islice(counted, total - 1, None), None)
        if last is None:
            return None, None
        return last, next(filter(self._may_be_due, chain([last], days)), None)

    def _uncovered(self) -> Iterator[int]:
        """The days after the start that no pause covers. They end at an open pause."""
        day, beyond = self.start.toordinal() + 1, self.calendar.known_to.toordinal() + 1
        for span in self.spans:
            yield from range(day, min(span.first, beyond))
            if span.end is None and span.first <= beyond:
                return
            day = span.end or beyond
        yield from range(day, beyond)
        raise BadQuestion("start", outside(self.calendar))

    def _may_be_due(self, day: int) -> bool:
        rolls = self.calendar.roll_forward or self.unit == Unit.WORKING_DAY
        return day >= self.not_before.toordinal() and (not rolls or self.calendar.works(day))

    def told(self) -> Iterator[Said]:
        """What there is to say of the days from the first after the start to the due day or the open pause."""
        day = self.start.toordinal() + 1
        last, due = self._ends
        reasons = self._reasons()
        for span in self.spans:
            if due is not None and span.first > due:
                break
            yield from self._told_of(range(day, span.first), reasons, last, due)
            yield span.first, span.end and span.end - 1, 0, _why_paused(span.pause)
            day = span.end or day
        if due is not None:
            yield from self._told_of(range(day, due + 1), reasons, last, due)

    def _told_of(
        self, days: range, reasons: Iterator[str], last: int | None, due: int | None
    ) -> Iterator[Said]:
        for day in days:
            if last is not None and day > last:
                yield day, day, 0, self._why_moved(day, due)
            elif self.unit == Unit.WORKING_DAY and not self.calendar.works(day):
                yield day, day, 0, self.calendar.why_off(date.fromordinal(day))
            else:
                yield day, day, 1, self._why_counted(day, next(reasons), is_last=day == last)

    def _why_counted(self, day: int, reason: str, *, is_last: bool) -> str:
        on = date.fromordinal(day)
        if self.unit == Unit.WORKING_DAY:
            return self.calendar.why_worked(on) or reason
        if is_last and self.calendar.roll_forward and not self.calendar.works(day):
            words = {"day": self.calendar.why_off(on)}
            return _("last day counted, but not worked (%(day)s): moves to the next working day") % words
        return reason

    def _why_moved(self, day: int, due: int | None) -> str:
        """Of a day after the last one counted."""
        if day < self.not_before.toordinal() or (day == due == self.not_before.toordinal()):
            return _("not due before %(day)s, when the longer situation was withdrawn") % {
                "day": written(self.not_before)
            }
        if day == due:
            return _("the first working day after it: the due day")
        return self.calendar.why_off(date.fromordinal(day))

    def _reasons(self) -> Iterator[str]:
        """For each day that counts, in turn: which days they are, and by which extension."""
        unit = _("calendar days") if self.unit == Unit.CALENDAR_DAY else _("working days")
        yield from [unit] * self.amount
        for number, extension in enumerate(self.extensions, start=1):
            words = {"days": unit, "number": number, "document": extension.document}
            if extension.document:
                why = _("%(days)s, extension %(number)s: %(document)s") % words
            else:
                why = _("%(days)s, extension %(number)s") % words
            yield from [why] * extension.days


@dataclass(frozen=True)
class Backward:
    """A limit counted back from an event: the latest lawful day, or the last working day before it if that is off."""

    amount: int
    start: date
    calendar: Calendar

    @cached_property
    def on(self) -> date:
        first = self.start.toordinal() - self.amount
        known = range(first, self.calendar.known_from.toordinal() - 1, -1)
        due = next(filter(self.calendar.works, known), None)
        if due is None:
            raise BadQuestion("start", outside(self.calendar))
        return date.fromordinal(due)

    def told(self) -> Iterator[Said]:
        """What there is to say of the days from the due day to the one before the event."""
        due, first = self.on.toordinal(), self.start.toordinal() - self.amount
        if due < first:
            yield due, due, 0, _("the last working day before it: the due day")
        for day in range(due + 1, first):
            yield day, day, 0, self.calendar.why_off(date.fromordinal(day))
        if due < first:
            words = {"day": self.calendar.why_off(date.fromordinal(first))}
            why = (
                _("last day counted back, but not worked (%(day)s): moves to the working day before it")
                % words
            )
            yield first, first, 1, why
        for day in range(first + (due < first), self.start.toordinal()):
            yield day, day, 1, _("calendar days before the event")


def stretches(told: Iterable[Said]) -> Iterator[Stretch]:
    """Neighbouring days of which the same is said, as one stretch."""
    for (_counted, why), run in groupby(told, key=lambda said: (said[2] > 0, said[3])):
        days = list(run)
        to = days[-1][1]
        yield Stretch(
            date.fromordinal(days[0][0]),
            date.fromordinal(to) if to else None,
            sum(said[2] for said in days),
            why,
        )


def written(day: date) -> str:
    """A day as it is written in Viet Nam, whatever the language around it."""
    return f"{day:%d/%m/%Y}"


def _why_paused(pause: Pause) -> str:
    return _("paused: %(document)s") % {"document": pause.document} if pause.document else _("paused")


def outside(calendar: Calendar) -> str:
    """What is wrong with a question that leaves the days of the calendar."""
    if calendar.known_from > calendar.known_to:
        return _("The calendar holds no holidays yet: load it first (manage.py load_calendar).")
    known = {"from": written(calendar.known_from), "to": written(calendar.known_to)}
    return _("The holidays are known only from %(from)s to %(to)s; this limit reaches past them.") % known
