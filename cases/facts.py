"""What a case counts for, day by day: the one place that says what received, open, late and closed mean. Pure.

Every figure is a count of facts. A fact is true from its day on, until the day before `until`; so the same rows answer
for today and for any past day, as far as the case is known now. By the rulings on figures:

- received: the day the responsible body received it; an entry made void was never received;
- open: held by a body that still owes something; late: open, and the clock it is judged by has run out: the deciding one,
  before acceptance that of acceptance (else of sorting); a paused clock is not late;
- closed: ended, on time by that clock; withdrawn, terminated, joined and void cases are shown apart, in no share;
- a reopened case is open again: it is no longer closed from that day on, and counts anew when it is closed again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from cases.codes import Flag
from cases.models import Case, Clock, Event
from cases.stages import ENDED, OUTSIDE_SHARE, Stage
from cases.steps import local_day


class What(StrEnum):
    """What a fact says of its case."""

    RECEIVED = "received"
    GROUP = "group"
    HOT_SPOT = "hot_spot"
    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    JOINED = "joined"
    VOID = "void"


@dataclass(frozen=True)
class Fact:
    """One thing that is true of a case from `day` on, up to the day before `until` (null: still). Local days."""

    what: What
    body_id: int
    day: date
    until: date | None = None
    # Of a closing: by its clock in time or not (null: no such clock was met), and how long it took.
    on_time: bool | None = None
    days: int | None = None
    working_days: int | None = None

    def holds_on(self, day: date) -> bool:
        return self.day <= day and (self.until is None or day < self.until)


def facts_of(case: Case, events: Sequence[Event], clocks: Sequence[Clock]) -> list[Fact]:
    """Everything the case counts for, from its whole history (in order) and its clocks."""
    stretches, endings = _life(case, events)
    if case.stage == Stage.VOID:
        return [fact for fact in endings if fact.what == What.VOID]
    facts = [Fact(What.RECEIVED, case.body_id, case.received_on)]
    facts += [
        Fact(what, case.body_id, case.received_on)
        for what, flag in ((What.GROUP, Flag.GROUP), (What.HOT_SPOT, Flag.HOT_SPOT))
        if flag in case.flags
    ]
    facts += stretches
    facts += [late for stretch in stretches for late in _late_in(stretch, clocks)]
    facts += endings
    facts += [
        Fact(What.REOPENED, event.body_id, local_day(event.at)) for event in events if event.move == "reopen"
    ]
    return facts


def _life(case: Case, events: Sequence[Event]) -> tuple[list[Fact], list[Fact]]:
    """The stretches in which a body held the open case, and its endings, each until it was taken back."""
    stretches: list[Fact] = []
    endings: list[Fact] = []
    held: Fact | None = None
    for event in events:
        day = local_day(event.at)
        is_open = event.to_stage not in ENDED
        if held is not None and is_open and event.body_id == held.body_id:
            continue
        ended = None if is_open else _ending(case, event, day)
        # Acts may be told of in another order than they were done: no stretch ends before it began.
        turn = ended.day if ended else day
        if held is not None:
            turn = max(turn, held.day)
            stretches.append(replace(held, until=turn))
            held = None
        elif endings and event.from_stage != event.to_stage:
            turn = max(turn, endings[-1].day)
            endings[-1] = replace(endings[-1], until=turn)
        if is_open:
            held = Fact(What.OPEN, event.body_id, turn)
        elif ended and event.from_stage != event.to_stage:
            endings.append(ended)
    if held is not None:
        stretches.append(held)
    return [each for each in stretches if each.until is None or each.day < each.until], [
        each for each in endings if each.until is None or each.day < each.until
    ]


def _ending(case: Case, event: Event, day: date) -> Fact:
    told = event.details.get("ended") or {}
    stage = Stage(event.to_stage)
    what = What(stage.value) if stage in OUTSIDE_SHARE else What.CLOSED
    return Fact(
        what,
        event.body_id,
        date.fromisoformat(told["on"]) if told else day,
        on_time=told.get("on_time"),
        days=told.get("days") if what == What.CLOSED else None,
        working_days=told.get("working_days") if what == What.CLOSED else None,
    )


def judged_by(clocks: Iterable[Clock]) -> list[Clock]:
    """The clocks a case is late or on time by: the deciding ones and that of acceptance, else that of sorting."""
    clocks = list(clocks)
    judging = [clock for clock in clocks if clock.is_deciding or clock.rule.endswith(".accept")]
    return judging or [clock for clock in clocks if clock.rule == "letter.classify"]


def _late_in(stretch: Fact, clocks: Sequence[Clock]) -> Iterator[Fact]:
    """The days of a stretch on which one of the judging clocks had run out, without gaps counted twice."""
    spans = [
        (clock.due_on + timedelta(days=1), _earlier(clock.met_on or clock.stopped_on, stretch.until))
        for clock in judged_by(clocks)
        if clock.due_on is not None
    ]
    reached = stretch.day
    for begins, until in sorted(spans, key=lambda span: span[0]):
        first = max(begins, reached)
        if until is None or first < until:
            yield Fact(What.LATE, stretch.body_id, first, until)
        if until is None:
            return
        reached = max(reached, until)


def _earlier(a: date | None, b: date | None) -> date | None:
    return min(a, b) if a and b else a or b
