"""Which levels of its ladder a case has reached and has not written yet. Pure: rows as they were read, and the time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cases import ladders
from cases.ladders import Rung
from cases.law import Law
from cases.models import Case, Clock
from cases.steps import local_day


@dataclass(frozen=True)
class DueLevel:
    """One level of one clock that is true and not written yet; `at` is when it became true."""

    case: Case
    clock: Clock
    due_on: date
    rung: Rung
    at: datetime
    is_last: bool


def due_levels(case: Case, clocks: Iterable[Clock], law: Law, now: datetime) -> list[DueLevel]:
    """What is to be written of this case, in the order in which it became true.

    `clocks` are its running ones and those met late, each with `written`: the levels written for its present due day.
    """
    if case.is_silent:
        return []
    found = [level for clock in clocks for level in _of(case, clock, law, now)]
    return sorted(found, key=lambda level: (level.at, level.rung.level))


def _of(case: Case, clock: Clock, law: Law, now: datetime) -> Iterator[DueLevel]:
    ladder = ladders.ladder_for(case.kind, clock.due_on) if clock.due_on else None
    if clock.due_on is None or ladder is None or clock.state == Clock.State.PAUSED:
        return
    late = clock.due_on < local_day(now)
    written = clock.written  # type: ignore[attr-defined]
    for rung in ladder.rungs:
        # When it is late already a reminder that never left is of no use.
        if rung.level in written or (rung.is_reminder and late):
            continue
        at = max(ladders.reached_at(rung, clock.due_on, law.calendar), case.received_at)
        if at <= now and (clock.met_on is None or local_day(at) <= clock.met_on):
            yield DueLevel(case, clock, clock.due_on, rung, at, is_last=rung == ladder.rungs[-1])
