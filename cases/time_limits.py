"""When a legal time limit ends, and why on that day. Pure: rules, a calendar and days come in, days go out.

A limit is kept if the act happens on or before the due day; the case is late from the first moment of the next day.
Every day is a day of Asia/Ho_Chi_Minh. The limits themselves are dated rows (`cases/data/time_limits.csv`), each with its
law and article; how their days are counted is in `cases.counting`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import cast

from django.utils.translation import gettext as _

from bodies.calendars import Calendar
from cases.counting import (
    Backward,
    BadQuestion,
    Extension,
    Forward,
    Pause,
    Stretch,
    Unit,
    outside,
    spans_of,
    stretches,
    written,
)

__all__ = [
    "BadQuestion",
    "Due",
    "Extension",
    "Pause",
    "Rule",
    "State",
    "Stretch",
    "Unit",
    "choose",
    "due",
    "recognised_in_time",
    "warn_on",
]


class State(StrEnum):
    RUNNING = "running"
    # An open pause took effect: the due day is unknown, the clock is neither on time nor late
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the time limits: so many days of a unit, counted from an act, in force from one day to another."""

    code: str
    unit: Unit
    amount: int
    # The flags that must all be on the case; empty is the normal row
    situation: frozenset[str] = frozenset()
    kind: str = "any"
    instance: str = ""
    stage: str = ""
    applies_when: str = ""
    counted_from: str = ""
    met_by: str = ""
    extendable_times: int = 0
    extension_amount: int | None = None
    pause_basis: str = ""
    pause_from: date | None = None
    basis: str = ""
    mark: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    # The key of the body whose own house rule this is; None is the rule of all
    body: int | None = None

    @property
    def is_house(self) -> bool:
        """The product's default where the law is silent: the one kind of rule that a body may change for itself."""
        return self.mark.startswith("HOUSE")

    @property
    def binds_a_body(self) -> bool:
        """False for limits on the citizen and for information: they warn or inform, and are never late."""
        return self.stage not in {"file", "effect"}

    @property
    def longest(self) -> int:
        """The days it comes to with every extension."""
        return self.amount + self.extendable_times * (self.extension_amount or 0)

    def in_force_on(self, day: date) -> bool:
        """Both ends inclusive."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def may_be_paused_on(self, day: date) -> bool:
        """Whether a basis is in force for a pause whose first day this is."""
        return bool(self.pause_basis) and (self.pause_from is None or self.pause_from <= day)


@dataclass(frozen=True)
class Due:
    """The answer: the last day on which the act is in time, None while an open pause hides it."""

    on: date | None
    # Without pauses and extensions
    original_on: date
    _course: Forward | Backward = field(repr=False, compare=False)

    @property
    def state(self) -> State:
        return State.PAUSED if self.on is None else State.RUNNING

    @cached_property
    def explanation(self) -> tuple[Stretch, ...]:
        """Every day from the start to the due day, worked out in the language of the one who reads it first.

        Stretches follow one another without a gap; what they count sums to the amount plus the extensions.
        """
        return tuple(stretches(self._course.told()))


def choose(rules: Iterable[Rule], code: str, on: date, situation: Iterable[str] = ()) -> Rule | None:
    """The row that governs a clock whose counted act fell on this day, or None where no row is in force: never guess.

    The largest situation contained in the case's flags. A body's own row stands in the place of a house rule only: once
    the law speaks, the law's row governs.
    """
    flags = frozenset(situation)
    in_force = [rule for rule in rules if rule.code == code and rule.in_force_on(on)]
    fitting = [rule for rule in in_force if rule.situation <= flags]
    house = {rule.situation for rule in fitting if rule.is_house and rule.body is None}
    lawful = [rule for rule in fitting if rule.body is None or rule.situation in house]
    return max(lawful, key=_precedence, default=None)


def _precedence(rule: Rule) -> tuple[int, bool, int]:
    # Of two flags with a row each and none for both (complex, especially complex) the graver one has the longer limit.
    return len(rule.situation), rule.body is not None, rule.longest


def warn_on(rule: Rule, start: date) -> date | None:
    """The day on which a limit is shown with a warning because the sources disagree on its unit; None for other limits.

    It is the day on which the amount ends in calendar days (letter.classify: 10), not rolled: the earlier reading.
    """
    is_disputed = rule.mark.startswith("CONFLICT") and rule.unit == Unit.WORKING_DAY
    return start + timedelta(days=rule.amount) if is_disputed else None


def recognised_in_time(current: Due, on: date) -> bool:
    """Whether a situation found on this day (complex, remote) still replaces the amount of a complaint's clock.

    It does on or before the current due day, or while that is unknown: the clock then takes the row of its new flags that
    was in force on its own first day, and counts from the same start. Later it is recorded and changes nothing. Withdrawn,
    the clock takes the shorter row again, with `not_before` = the day of withdrawal.
    """
    return current.on is None or on <= current.on


def due(
    rule: Rule,
    start: date,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause] = (),
    extensions: int | Sequence[Extension] = (),
    not_before: date = date.min,
) -> Due:
    """The due day of a limit counted from `start` (day 0), and why. A number of extensions means so many full ones.

    Raises BadQuestion, naming the field, for a pause that ends before it begins; for more, longer or wrongly dated
    extensions than the rule allows; for pauses and extensions of a limit that is counted backwards; and for days
    outside the calendar.
    """
    if not calendar.known_from <= start <= calendar.known_to:
        raise BadQuestion("start", outside(calendar))
    pauses, extensions = _checked_pauses(rule, pauses), _allowed_extensions(rule, extensions)
    if rule.unit == Unit.CALENDAR_DAY_BEFORE:
        backward = Backward(rule.amount, start, calendar)
        return Due(backward.on, backward.on, backward)

    plain = Forward(rule.unit, rule.amount, start, calendar)
    course = replace(plain, spans=spans_of(start, pauses), not_before=not_before)
    for number, extension in enumerate(extensions):
        _check_date(extension, start, replace(course, extensions=extensions[:number]).on)
    course = replace(course, extensions=extensions)
    # Only an open pause hides a due day, and the plain course has none
    return Due(course.on, cast(date, plain.on), course)


def _checked_pauses(rule: Rule, pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    pauses = tuple(pauses)
    if pauses and rule.unit == Unit.CALENDAR_DAY_BEFORE:
        raise BadQuestion("pauses", _("A limit counted back from an event takes no pauses."))
    if any(pause.end is not None and pause.end < pause.start for pause in pauses):
        raise BadQuestion("pauses", _("A pause cannot end before it begins."))
    return pauses


def _allowed_extensions(rule: Rule, extensions: int | Sequence[Extension]) -> tuple[Extension, ...]:
    """In the order of their dates; refused where the rule does not allow so many, or not so long ones."""
    number = extensions if isinstance(extensions, int) else len(extensions)
    if number and rule.unit == Unit.CALENDAR_DAY_BEFORE:
        raise BadQuestion("extensions", _("A limit counted back from an event takes no extensions."))
    if not 0 <= number <= rule.extendable_times:
        most = {"times": rule.extendable_times}
        raise BadQuestion("extensions", _("This limit can be extended %(times)s times at most.") % most)
    full = rule.extension_amount or 0
    if isinstance(extensions, int):
        return (Extension(full),) * number
    if any(not 1 <= extension.days <= full for extension in extensions):
        raise BadQuestion(
            "extensions", _("An extension of this limit adds 1 to %(days)s days.") % {"days": full}
        )
    return tuple(sorted(extensions, key=lambda extension: extension.dated_on or date.min))


def _check_date(extension: Extension, start: date, due_before_it: date | None) -> None:
    """An extension is decided while the limit runs: from its start to the due day reached with those before it."""
    dated_on = extension.dated_on
    if dated_on is None or (start <= dated_on and (due_before_it is None or dated_on <= due_before_it)):
        return
    if dated_on < start or due_before_it is None:
        why = _("An extension dated %(day)s lies before the limit began to run on %(start)s.")
    else:
        why = _("An extension dated %(day)s came too late: the limit had ended on %(end)s.")
    days = {"day": written(dated_on), "start": written(start), "end": written(due_before_it or start)}
    raise BadQuestion("extensions", why % days)
