"""How many days a head had to receive citizens, by the law of each week and month, and how many of them are missing. Pure.

Only periodic days on which the head received in person fulfil the duty; what a delegate held is counted apart, and so are
ad hoc receptions, which the law asks for beside the periodic ones. All days are local days of Asia/Ho_Chi_Minh.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice

from bodies.calendars import Calendar
from cases.periods import Period, last_of_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """At least `amount` days per week or month, from and to local days (both inclusive), with its basis in law."""

    title: str
    level: str
    amount: int
    per: str
    basis: str
    mark: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Somebody held the post of head, from and to local days (both inclusive)."""

    title: str
    holder_id: int
    valid_from: date
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One reception day of a body: who received; `in_person`: the head, not a delegate; `periodic`, else ad hoc."""

    day: date
    by_id: int
    in_person: bool
    periodic: bool


@dataclass(frozen=True, kw_only=True)
class Head:
    """All that is known of the head of one body: the post, the law for it, the days held, when the body was open."""

    holdings: tuple[Holding, ...]
    minimums: tuple[Minimum, ...]
    received: tuple[Received, ...]
    open_from: date | None = None
    open_to: date | None = None

    def is_open_on(self, day: date) -> bool:
        return (self.open_from is None or self.open_from <= day) and (
            self.open_to is None or day <= self.open_to
        )

    def on(self, day: date) -> Holding | None:
        return next((holding for holding in self.holdings if holding.covers(day)), None)

    def minimum(self, title: str, day: date) -> Minimum | None:
        return next((row for row in self.minimums if row.title == title and row.holds_on(day)), None)

    @cached_property
    def fulfilling(self) -> list[date]:
        """The days that fulfil the duty, oldest first; two entries for one day are one day."""
        return sorted({row.day for row in self.received if row.periodic and row.in_person})

    def in_person_days(self, first: date, last: date) -> list[date]:
        return self.fulfilling[bisect_left(self.fulfilling, first) : bisect_right(self.fulfilling, last)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A week or month of the duty: `owed` days of it, `done` in person."""

    last: date
    owed: int
    done: int
    minimum: Minimum

    @property
    def lacking(self) -> int:
        return max(0, self.owed - self.done)


@dataclass(frozen=True, kw_only=True)
class MonthOfDuty:
    """One calendar month of one head. Counts are days; `missed` can no longer be held, `still_owed` can."""

    first: date
    title: str
    minimum: Minimum | None
    owed: int
    in_person: int
    delegated: int
    ad_hoc: int
    missed: int
    still_owed: int
    by_holder: dict[int, int]

    @property
    def is_met(self) -> bool | None:
        """None where nothing is owed, or where what is owed can still be held."""
        if self.missed:
            return False
        return None if self.still_owed or not self.owed else True


def months_of_duty(head: Head, period: Period, *, calendar: Calendar, over_on: date) -> Iterator[MonthOfDuty]:
    """Each calendar month that begins in the period and in which the post was held, oldest first.

    `over_on`: the last day that is over; what was owed up to it and not held is missed.
    """
    first = period.first.replace(day=1)
    while first <= period.last:
        last = last_of_month(first)
        if title := _title_in(head, first, last):
            yield _month(head, first, last, title, calendar, over_on)
        first = last + timedelta(days=1)


def _month(head: Head, first: date, last: date, title: str, calendar: Calendar, over_on: date) -> MonthOfDuty:
    shares = list(_shares(head, first, last, title, calendar))
    days = head.in_person_days(first, last)
    others = [row for row in head.received if first <= row.day <= last]
    return MonthOfDuty(
        first=first,
        title=title,
        minimum=shares[-1].minimum if shares else head.minimum(title, last),
        owed=sum(share.owed for share in shares),
        in_person=len(days),
        delegated=len({row.day for row in others if row.periodic and not row.in_person} - {*days}),
        ad_hoc=len({row.day for row in others if not row.periodic and row.in_person}),
        missed=sum(share.lacking for share in shares if share.last <= over_on),
        still_owed=sum(share.lacking for share in shares if share.last > over_on),
        by_holder=dict(
            Counter(by for _day, by in {(r.day, r.by_id) for r in others if r.periodic and r.in_person})
        ),
    )


def _shares(head: Head, first: date, last: date, title: str, calendar: Calendar) -> Iterator[Share]:
    """The month itself, or its weeks, whichever the law of the day asks for.

    A month is judged by the law of its last day. A week belongs to the month of its Thursday, in which most of its working
    days lie, and is judged by the law of that day.
    """
    monthly = head.minimum(title, last)
    if monthly is not None and monthly.per == "month":
        yield _share(head, first, last, monthly, calendar)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    while thursday <= last:
        weekly = head.minimum(title, thursday)
        if weekly is not None and weekly.per == "week":
            monday = thursday - timedelta(days=3)
            yield _share(head, monday, monday + timedelta(days=6), weekly, calendar)
        thursday += timedelta(days=7)


def _share(head: Head, first: date, last: date, minimum: Minimum, calendar: Calendar) -> Share:
    """Nobody owes more days than there were working days with somebody in the post: the week of Tết owes nothing."""
    days = (day for day in _days(first, last) if calendar.is_working_day(day) and _is_held(head, day))
    possible = sum(1 for _day in islice(days, minimum.amount))
    return Share(
        last=last,
        owed=possible,
        done=len(head.in_person_days(first, last)),
        minimum=minimum,
    )


def _is_held(head: Head, day: date) -> bool:
    return head.is_open_on(day) and head.on(day) is not None


def _title_in(head: Head, first: date, last: date) -> str:
    """The post as it was called when it was last held between these days; empty: it was vacant, or the body closed."""
    for day in _days(first, last, backwards=True):
        holding = head.on(day)
        if holding is not None and head.is_open_on(day):
            return holding.title
    return ""


def _days(first: date, last: date, *, backwards: bool = False) -> Iterator[date]:
    numbers = range(first.toordinal(), last.toordinal() + 1)
    return (date.fromordinal(number) for number in (reversed(numbers) if backwards else numbers))
