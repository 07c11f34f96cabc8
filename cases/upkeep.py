"""What must follow a change below, found by state: clocks reckoned with an older law, open cases at a closed body.

Lower rooms never reach up: a merger or a new holiday is noticed here, in batches that any worker may take. As in the
sweep (cases.escalation) a case is worked out as it was read and written where nothing happened to it meanwhile; one that
cannot be written is passed over and listed in the log, and holds up no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import Body, Message
from bodies.portions import named, write_in_portions
from bodies.stopwatch import Stopwatch
from cases import attention, ladders
from cases.clocks import ClockSet
from cases.codes import Kind
from cases.law import Law, current_law
from cases.models import Case, Clock, Escalation
from cases.stages import OPEN
from cases.steps import local_day
from cases.writing import Line, Seen, by_the_clock, line_by_the_clock, take_unchanged, write_lines

log = structlog.get_logger(__name__)

BATCH = 1000
# A run ends after this, and the next goes on: well below the time limit of its task.
RUN_LASTS = timedelta(minutes=3)


# --- Clocks that were reckoned with an older law ------------------------------------------------------------------------


@dataclass
class _Reckoned:
    """The clocks of one case under the law of today, in memory."""

    case: Case
    seen: Seen
    clocks: ClockSet
    lines: list[Line] = field(default_factory=list)
    # Levels that were written for a due day that was not the right one.
    withdrawn: list[Escalation] = field(default_factory=list)


def reckon_anew(now: datetime) -> int:
    """Reckon clocks again that were reckoned with an older calendar or law; how many due days moved."""
    watch, law, moved = Stopwatch(now), current_law(), 0
    passed: set[int] = set()
    while watch.passed() < RUN_LASTS and (cases := _stale(law, passed)):
        # Looked at once in a run: what somebody holds is the next run's.
        passed |= {case.pk for case in cases}
        reckoned = list(_reckon(cases, law, now))
        moved += sum(write_in_portions(reckoned, partial(_write_reckoned, now=now), _park_reckoned))
    return moved


def _stale(law: Law, passed: set[int]) -> list[Case]:
    clocks = Clock.objects.reckoned_before(law.version).exclude(case__in=passed)
    ids = list(clocks.order_by().values_list("case", flat=True).distinct()[:BATCH])
    return list(Case.objects.select_related("area").filter(pk__in=ids))


def _reckon(cases: list[Case], law: Law, now: datetime) -> Iterator[_Reckoned]:
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(case__in=cases).order_by("started_on", "pk"):
        clocks[clock.case_id].append(clock)
    written: dict[int, list[Escalation]] = defaultdict(list)
    for level in Escalation.objects.filter(case__in=cases, withdrawn_at=None).order_by("level"):
        written[level.clock_id].append(level)
    for case in cases:
        each = _Reckoned(case, Seen.of(case), ClockSet(case, law, clocks[case.pk]))
        due_before = {clock.pk: clock.due_on for clock in each.clocks.live}
        each.clocks.reckon_anew()
        each.clocks.settle_columns()
        case.next_attention_at = attention.next_at(case, each.clocks.clocks, after=now, calendar=law.calendar)
        for clock in each.clocks.live:
            if clock.due_on != due_before[clock.pk]:
                each.withdrawn += _not_due(case, clock, written[clock.pk], law, now)
        if each.clocks.told:
            each.lines = [line_by_the_clock(case, "reckon", now, _details(each))]
        yield each


def _details(each: _Reckoned) -> dict[str, Any]:
    rules = {clock.pk: clock.rule for clock in each.clocks.clocks}
    withdrawn = [{"clock": rules[level.clock_id], "level": level.level} for level in each.withdrawn]
    details: dict[str, Any] = {"clocks": each.clocks.told, "why": "calendar"}
    return details | ({"withdrawn": withdrawn} if withdrawn else {})


def _not_due(
    case: Case, clock: Clock, written: Iterable[Escalation], law: Law, now: datetime
) -> Iterator[Escalation]:
    """Levels written for another due day that the present one has not reached: they were never due (rulings on escalation)."""
    ladder = ladders.ladder_for(case.kind, clock.due_on) if clock.due_on else None
    reached = {
        rung.level
        for rung in (ladder.rungs if ladder and clock.due_on else ())
        if clock.due_on and ladders.reached_at(rung, clock.due_on, law.calendar) <= now
    }
    return (level for level in written if level.due_on != clock.due_on and level.level not in reached)


def _write_reckoned(rows: Sequence[_Reckoned], *, now: datetime) -> int:
    taken = take_unchanged([(each.case, each.seen) for each in rows])
    mine = [each for each in rows if each.case.pk in taken]
    ClockSet.save_reckoned(each.clocks for each in mine)
    write_lines([line for each in mine for line in each.lines])
    withdrawn = [level for each in mine for level in each.withdrawn]
    if withdrawn:
        Escalation.objects.filter(pk__in=[level.pk for level in withdrawn]).update(withdrawn_at=now)
        messages.tell_many(_withdrawals(mine), at=now)
    return sum(len(each.clocks.told) for each in mine)


def _withdrawals(rows: Sequence[_Reckoned]) -> Iterator[Told]:
    """Whoever was told that it was late is told that it was not: reference, kind and the day that holds."""
    told_of = {
        f"escalation:{level.clock_id}:{level.due_on}:{level.level}": (each, level)
        for each in rows
        for level in each.withdrawn
    }
    for message in Message.objects.filter(key__in=told_of).select_related("recipient"):
        each, level = told_of[message.key]
        due_on = next(clock.due_on for clock in each.clocks.clocks if clock.pk == level.clock_id)
        case = each.case
        facts = {
            "kind": _("matter") if case.kind == Kind.DENUNCIATION else Kind(case.kind).label,
            "reference": case.reference,
            "due": f"{due_on:%d/%m/%Y}" if due_on else "—",
        }
        title = _("No longer late: %(kind)s %(reference)s is due on %(due)s")
        yield Told(
            message.recipient,
            f"withdrawn:{message.key}:{due_on}",
            "case.escalated",
            Wording(title, "", facts),
            case.reference,
        )


def _park_reckoned(each: _Reckoned, error: Exception) -> None:
    log.error("reckoning parked", case=each.case.reference, **named(error))


# --- Open cases of closed bodies ------------------------------------------------------------------------------------------


def follow_mergers(now: datetime) -> int:
    """Give open cases of closed bodies to the successor; how many were moved. Their clocks run on."""
    watch, today, moved = Stopwatch(now), local_day(now), 0
    passed: set[int] = set()
    while watch.passed() < RUN_LASTS and (ids := _left_behind(today, passed)):
        passed |= set(ids)
        moved += sum(write_in_portions(ids, partial(_follow, today=today, now=now), _park_left_behind))
    return moved


def _left_behind(today: date, passed: set[int]) -> list[int]:
    closed = Body.objects.filter(valid_to__lt=today, successor__isnull=False)
    rows = Case.objects.filter(stage__in=sorted(OPEN), body__in=closed).exclude(pk__in=passed)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _follow(ids: Sequence[int], *, today: date, now: datetime) -> int:
    rows = Case.objects.filter(pk__in=ids, stage__in=sorted(OPEN)).select_related("body__successor")
    cases = list(rows.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    for case in cases:
        before, after = case.body, _last_successor(case.body, today)
        case.body, case.handler = after, None
        by_the_clock(case, "succeed", now, {"from_body": before.code, "body": after.code})
        case.save(update_fields=["body", "handler", "events_count", "events_head"])
    return len(cases)


def _park_left_behind(pk: int, error: Exception) -> None:
    reference = Case.objects.values_list("reference", flat=True).get(pk=pk)
    log.error("succession parked", case=reference, **named(error))


def _last_successor(body: Body, today: date) -> Body:
    while body.successor is not None and not body.is_open_on(today):
        body = body.successor
    return body
