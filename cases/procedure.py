"""The legal procedure of a case as a bar of steps: what is done, what is owed now and by when, what comes after.

Pure over rows already read. A planned day is the due day of the clock that the step meets; where that clock does not run
yet, the day it would have if the steps before it were done on their last lawful day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from cases.clock_table import Matter, deciding_rule, started_by
from cases.clocks import matter_of, situation_of
from cases.codes import DUTIES, Kind
from cases.law import Law
from cases.models import Case, Clock, Event
from cases.stages import PRE, UNSETTLED_ENDS, Stage
from cases.steps import local_day
from cases.time_limits import BadQuestion, due

NAMES: dict[str, Promise] = {
    "received": pgettext_lazy("procedure", "Received"),
    "assigned": pgettext_lazy("procedure", "Assigned"),
    "sorted": pgettext_lazy("procedure", "Sorted"),
    "accepted": pgettext_lazy("procedure", "Accepted"),
    "verified": pgettext_lazy("procedure", "Verification"),
    "answered": pgettext_lazy("procedure", "Answered"),
    "told": pgettext_lazy("procedure", "Sent and disclosed"),
    "closed": pgettext_lazy("procedure", "Closed"),
}
_JUDGED = ("received", "sorted", "accepted", "verified", "answered", "told", "closed")
_HEARD = ("received", "sorted", "accepted", "answered", "closed")
_OWED = ("assigned", "answered", "closed")
_SORTING = frozenset({"classify", "route", "accept", "refuse", "guide", "transfer", "archive", "import"})
_ANSWERED = frozenset({Stage.ANSWERED, Stage.CLOSED})


@dataclass(frozen=True)
class BarStep:
    """One step. `state` is done, now, to_come or skipped; days are local days; `is_estimate`: its clock does not run yet."""

    code: str
    name: str
    state: str
    done_on: date | None = None
    planned_on: date | None = None
    is_estimate: bool = False
    is_paused: bool = False
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class Course:
    """The rows it is told from; `events` and `clocks` oldest first."""

    case: Case
    events: Sequence[Event]
    clocks: Sequence[Clock]
    law: Law
    today: date

    def last(self, *moves: str) -> Event | None:
        return next((event for event in reversed(self.events) if event.move in moves), None)

    def clock(self, rules: Iterable[str]) -> Clock | None:
        """The latest clock of one of these rules, the live one before the ended."""
        wanted = frozenset(rules)
        found = [
            clock for clock in self.clocks if clock.rule in wanted and clock.state != Clock.State.STOPPED
        ]
        return max(found, key=lambda clock: (clock.is_live, clock.started_on), default=None)


def bar_of(course: Course) -> list[BarStep]:
    """The steps in their order. A case that ended without settlement shows what was done, then how it ended."""
    case, done, planned = course.case, _done(course), _planned(course)
    codes = _codes(case.kind)
    if case.stage in UNSETTLED_ENDS:
        steps = [_step(code, "done", done, planned, course.today) for code in codes if code in done]
        end = BarStep("ended", str(case.get_stage_display()), "done", case.ended_on)
        return [*steps, end]
    furthest = max((number for number, code in enumerate(codes) if code in done), default=-1)
    steps = []
    for number, code in enumerate(codes):
        state = "done" if code in done else "skipped" if number < furthest else "to_come"
        if state == "to_come" and not any(step.state == "now" for step in steps):
            state = "now"
        steps.append(_step(code, state, done, planned, course.today))
    return steps


def _codes(kind: str) -> tuple[str, ...]:
    if kind in DUTIES:
        return _OWED
    return _JUDGED if kind in {Kind.COMPLAINT, Kind.DENUNCIATION} else _HEARD


def _step(code: str, state: str, done: dict[str, date], planned: dict[str, BarStep], today: date) -> BarStep:
    plan = planned.get(code, BarStep(code, "", ""))
    on = done.get(code)
    counts = state in {"done", "now"} and plan.planned_on is not None and not plan.is_estimate
    is_late = counts and plan.planned_on is not None and (on or today) > plan.planned_on
    return replace(plan, name=str(NAMES[code]), state=state, done_on=on, is_late=is_late)


def _done(course: Course) -> dict[str, date]:
    """The day of each step that is done; what was taken back is to be done again."""
    case, stage = course.case, Stage(course.case.stage)
    days = {"received": case.first_received_on, "assigned": case.received_on}
    sorted_ = next((event for event in course.events if event.move in _SORTING), None)
    if sorted_ is not None:
        days["sorted"] = _day_of(sorted_)
    accepted = course.last("accept", "import", "reopen")
    if accepted is not None and stage not in PRE | UNSETTLED_ENDS | {Stage.VOID}:
        days["accepted"] = _day_of(course.last("accept", "import") or accepted)
    answer = course.last("answer")
    if answer is not None and stage in _ANSWERED:
        days["answered"] = answered_on(answer)
    verified = course.last("begin_verification")
    if verified is not None and stage not in PRE | UNSETTLED_ENDS:
        days["verified"] = _day_of(verified)
    if stage in _ANSWERED:
        days |= _told(course)
    if stage == Stage.CLOSED and case.ended_on is not None:
        days["closed"] = case.ended_on
    return days


def _told(course: Course) -> dict[str, date]:
    """Sent and disclosed: when no limit that the answer began still runs."""
    after = [clock for clock in course.clocks if clock.rule in _after_answer(course)]
    met = [clock.met_on for clock in after if clock.met_on]
    return {"told": max(met)} if met and not any(clock.is_live for clock in after) else {}


def _planned(course: Course) -> dict[str, BarStep]:
    plans = {
        "sorted": _of_clock("sorted", course.clock(["letter.classify"])),
        "accepted": _of_clock("accepted", course.clock(_acceptance(course))),
        "answered": _of_clock("answered", _deciding(course)),
        "told": _of_clock("told", _latest(course, _after_answer(course))),
    }
    if plans["answered"] is None and (start := _start_of_settling(course, plans["accepted"])):
        plans["answered"] = _estimate(course, "answered", [deciding_rule(_matter(course))], start)
    answer = plans["answered"]
    if plans["told"] is None and answer is not None and answer.planned_on is not None:
        plans["told"] = _estimate(course, "told", _after_answer(course), max(answer.planned_on, course.today))
    return {code: plan for code, plan in plans.items() if plan is not None}


def _of_clock(code: str, clock: Clock | None) -> BarStep | None:
    if clock is None:
        return None
    return BarStep(code, "", "", None, clock.due_on, is_paused=clock.state == Clock.State.PAUSED)


def _matter(course: Course) -> Matter:
    return matter_of(course.case, course.law)


def _acceptance(course: Course) -> list[str]:
    return [
        clock.rule
        for clock in course.clocks
        if clock.rule.endswith(".accept") or clock.rule == "denunciation.further_review"
    ]


def _deciding(course: Course) -> Clock | None:
    return course.clock([clock.rule for clock in course.clocks if clock.is_deciding])


def _after_answer(course: Course) -> list[str]:
    return started_by("answer", _matter(course))


def _latest(course: Course, rules: list[str]) -> Clock | None:
    """Of several limits that all must be kept, the one that ends last."""
    found = [clock for rule in rules if (clock := course.clock([rule])) is not None]
    return max(found, key=lambda clock: clock.due_on or date.max, default=None)


def _start_of_settling(course: Course, accepted: BarStep | None) -> date | None:
    """The last lawful day of acceptance, today where that has passed."""
    if course.case.stage not in PRE or accepted is None or accepted.planned_on is None:
        return None
    return max(accepted.planned_on, course.today)


def _estimate(course: Course, code: str, rules: Iterable[str | None], start: date) -> BarStep | None:
    days = [day for rule in rules if rule and (day := _due_on(course, rule, start))]
    return BarStep(code, "", "", None, max(days), is_estimate=True) if days else None


def _due_on(course: Course, code: str, start: date) -> date | None:
    rule = course.law.choose(code, start, situation_of(course.case), course.case.body_id)
    if rule is None:
        return None
    try:
        return due(rule, start, course.law.calendar).on
    except BadQuestion:  # The holidays of that year are not known yet.
        return None


def answered_on(answer: Event) -> date:
    """The date of the decision, else the day of the act."""
    dated = answer.details.get("document", {}).get("date")
    return date.fromisoformat(dated) if dated else _day_of(answer)


def _day_of(event: Event) -> date:
    return local_day(event.at)
