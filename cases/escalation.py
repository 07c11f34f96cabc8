"""What is late climbs by itself. Running it twice, on two workers, or days late gives the same history.

Cases are claimed by the instant at which the clock must look at them, oldest first, rows of other workers skipped.
Each level that a running clock has reached and that is not written yet is written with the moment at which it became
true; its messages are told once. A unique key over clock, due day and level makes a second time impossible.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import Body
from cases import attention, ladders
from cases.codes import Kind
from cases.ladders import Rung
from cases.law import Law, current_law
from cases.models import Case, Clock, Escalation
from cases.reach import Reach
from cases.stages import OPEN
from cases.steps import CLOCK, local_day, plain
from cases.workflow import move_many
from cases.writing import by_the_clock

log = structlog.get_logger(__name__)

BATCH = 500


@dataclass
class Raised:
    """How a sweep went."""

    cases: int = 0
    levels: int = 0
    messages: int = 0
    parked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Due:
    """One level of one clock that is true and not written yet."""

    case: Case
    clock: Clock
    due_on: date
    rung: Rung
    at: datetime
    is_last: bool


def raise_overdue(now: datetime, *, batch: int = BATCH) -> Raised:
    """Look at every case whose time has come, a batch in a transaction, until none is left."""
    done = Raised()
    passed: set[int] = set()
    while ids := _ripe(now, batch, passed):
        _raise_some(ids, now, done, passed)
    if done.levels:
        log.info("escalated", count=done.levels, escalated=done.cases)
    return done


def _ripe(now: datetime, batch: int, passed: set[int]) -> list[int]:
    rows = Case.objects.needing_attention(now).exclude(pk__in=passed)
    return list(rows.values_list("pk", flat=True)[:batch])


def _raise_some(ids: list[int], now: datetime, done: Raised, passed: set[int]) -> None:
    """One batch; on an error it is halved until the bad case stands alone, is parked and listed."""
    try:
        with transaction.atomic():
            seen = _raise_batch(ids, now, done)
    except Exception as error:
        if len(ids) == 1:
            passed.update(ids)
            reference = Case.objects.values_list("reference", flat=True).get(pk=ids[0])
            done.parked.append(reference)
            log.exception("escalation parked", case=reference, error=type(error).__name__)
            return
        middle = len(ids) // 2
        for half in (ids[:middle], ids[middle:]):
            _raise_some(half, now, done, passed)
        return
    # What another worker holds is that worker's; it is not asked for again in this sweep.
    passed.update(set(ids) - seen)


def _raise_batch(ids: list[int], now: datetime, done: Raised) -> set[int]:
    law = current_law()
    rows = Case.objects.select_related("area", "handler", "subject").filter(
        pk__in=ids, next_attention_at__lte=now
    )
    cases = list(rows.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    clocks = _clocks_of(cases)
    due = _not_written_yet(cases, clocks, law, now)
    reach = Reach(local_day(now))
    reached = {(d.clock.pk, d.rung.level): reach.bodies(d.case, d.rung.to) for d in due}
    Escalation.objects.bulk_create(
        Escalation(
            clock=d.clock,
            case=d.case,
            due_on=d.due_on,
            level=d.rung.level,
            at=d.at,
            recorded_at=now,
            bodies=[body.code for body in reached[d.clock.pk, d.rung.level]],
        )
        for d in due
    )
    climbing = sorted(
        (d for d in due if not d.rung.is_reminder), key=lambda d: (d.case.pk, d.at, d.rung.level)
    )
    _write_lines(climbing, reached, now)
    told = [each for d in due for each in _messages(d, reach)]
    done.messages += messages.tell_many(told, at=now)
    _look_again(cases, clocks, law, now)
    done.cases += len({d.case.pk for d in climbing})
    done.levels += len(climbing)
    return {case.pk for case in cases}


def _write_lines(climbing: list[_Due], reached: dict[tuple[int, int], list[Body]], now: datetime) -> None:
    """The lines of history: by the move of the table while a case is open, as plain lines once it has ended."""

    def details(d: _Due) -> dict[str, Any]:
        bodies = reached[d.clock.pk, d.rung.level]
        return {"level": d.rung.level, "clock": d.clock.rule, "last": d.is_last, "bodies": bodies}

    still_open = [(d.case, d.at, details(d)) for d in climbing if d.case.stage in OPEN]
    move_many(still_open, "escalate", by=CLOCK, recorded_at=now)
    for d in climbing:
        if d.case.stage not in OPEN:
            by_the_clock(
                d.case, "escalate", now, {name: plain(value) for name, value in details(d).items()}, at=d.at
            )
            d.case.save(update_fields=["events_count", "events_head"])


def _clocks_of(cases: Iterable[Case]) -> dict[int, list[Clock]]:
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(case__in=list(cases), state__in=["running", "met_late"]):
        clocks[clock.case_id].append(clock)
    return clocks


def _not_written_yet(
    cases: list[Case], clocks: dict[int, list[Clock]], law: Law, now: datetime
) -> list[_Due]:
    ids = [clock.pk for each in clocks.values() for clock in each]
    written = set(Escalation.objects.filter(clock__in=ids).values_list("clock", "due_on", "level"))
    return [
        d
        for case in cases
        if not case.is_silent
        for clock in clocks[case.pk]
        for d in _reached(case, clock, law, now)
        if (clock.pk, clock.due_on, d.rung.level) not in written
    ]


def _reached(case: Case, clock: Clock, law: Law, now: datetime) -> Iterable[_Due]:
    if clock.due_on is None:
        return
    ladder = ladders.ladder_for(case.kind, clock.due_on)
    late = clock.due_on < local_day(now)
    for rung in ladder.rungs if ladder else ():
        # When it is late already a reminder that never left is of no use.
        if rung.is_reminder and late:
            continue
        at = max(ladders.reached_at(rung, clock.due_on, law.calendar), case.received_at)
        if at <= now and (clock.met_on is None or local_day(at) <= clock.met_on):
            yield _Due(
                case, clock, clock.due_on, rung, at, is_last=ladder is not None and rung == ladder.rungs[-1]
            )


_LATE: dict[bool, Promise] = {
    True: _("Due soon: %(kind)s %(reference)s, by %(due)s"),
    False: _("Late: %(kind)s %(reference)s, due on %(due)s (level %(level)s)"),
}


def _messages(d: _Due, reach: Reach) -> list[Told]:
    """Reference, kind and days; of a denunciation not even the kind leaves the desk.

    What was late but is done meanwhile is written, not told.
    """
    if d.clock.met_on is not None:
        return []
    people = reach.people(d.case, reach.bodies(d.case, d.rung.to))
    if d.rung.is_reminder and d.case.handler is not None:
        people = [d.case.handler]
    kind = _("matter") if d.case.kind == Kind.DENUNCIATION else Kind(d.case.kind).label
    facts = {
        "kind": kind,
        "reference": d.case.reference,
        "due": d.due_on.strftime("%d/%m/%Y"),
        "level": d.rung.level,
    }
    key = f"escalation:{d.clock.pk}:{d.due_on}:{d.rung.level}"
    wording = Wording(_LATE[d.rung.is_reminder], "", facts)
    return [
        Told(user, key, "case.escalated", wording, d.case.reference, urgent=not d.rung.is_reminder)
        for user in people
    ]


def _look_again(cases: list[Case], clocks: dict[int, list[Clock]], law: Law, now: datetime) -> None:
    for case in cases:
        case.next_attention_at = attention.next_at(case, clocks[case.pk], after=now, calendar=law.calendar)
    Case.objects.bulk_update(cases, ["next_attention_at"])
