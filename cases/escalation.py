"""What is late climbs by itself. Running it twice, on two workers, or days late gives the same history.

A sweep reads the cases whose time has come, oldest first, works out what is due of each, and writes that where nothing
happened to the case meanwhile: what another worker or a clerk holds or has just changed is left to the next sweep. Each
level is written with the moment at which it became true; its messages are told once. A unique key over clock, due day
and level makes a second time impossible.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.contrib.postgres.expressions import ArraySubquery
from django.db import InterfaceError, OperationalError
from django.db.models import F, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import Body, User
from bodies.portions import named, write_in_portions
from bodies.stopwatch import Stopwatch
from cases import attention
from cases.clocks import ClockSet
from cases.codes import Kind
from cases.due_levels import DueLevel, due_levels
from cases.law import Law, current_law
from cases.models import Case, Clock, Escalation
from cases.reach import Reach, Where
from cases.stages import OPEN
from cases.steps import CLOCK, local_day
from cases.workflow import worked_out
from cases.writing import Line, Seen, line_by_the_clock, take_unchanged, write_lines

log = structlog.get_logger(__name__)

# So many cases are read and worked out together.
BATCH = 5000
# So many rows are written at most in one transaction, or else by one case: nobody waits a second for a lock of ours.
WEIGHT = 12_000
# A sweep of the beat ends after this, and the next goes on: well below the time limit of its task.
RUN_LASTS = timedelta(seconds=45)


@dataclass
class Raised:
    """How a sweep went."""

    cases: int = 0
    levels: int = 0
    messages: int = 0
    parked: list[str] = field(default_factory=list)


@dataclass
class _Plan:
    """What is to be written of one case: worked out on what was read, changed only in memory."""

    case: Case
    clocks: list[Clock]
    seen: Seen
    # Each level with the bodies it reaches.
    due: list[tuple[DueLevel, list[Body]]]
    lines: list[Line] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return 1 + len(self.due) + len(self.lines) + len(self.told)


def raise_overdue(now: datetime, *, batch: int = BATCH, lasts: timedelta | None = RUN_LASTS) -> Raised:
    """Look at every case whose time has come until none is left, or the time is over (`lasts` None: it never is)."""
    watch, done, law = Stopwatch(now), Raised(), current_law()
    passed: set[int] = set()
    while lasts is None or watch.passed() < lasts:
        cases = _ripe(now, batch, passed)
        for portion in _portions(_plans(cases, law, now, done, passed)):
            write_in_portions(
                portion,
                lambda plans: _write(plans, now, done, passed),
                lambda plan, error: _park(plan.case, error, done, passed),
            )
        if len(cases) < batch:
            break
    if done.levels:
        log.info("escalated", count=done.levels, escalated=done.cases)
    return done


# --- Reading and working out --------------------------------------------------------------------------------------------

_CASE = (
    "reference", "kind", "instance", "channel", "stage", "flags", "body", "received_by", "handler", "against_body",
    "addressed_to_party_head", "is_imported", "received_on", "received_at", "next_attention_at", "events_count",
    "events_head", "due_on", "deciding_due_on",
)  # fmt: skip
_CLOCK = ("case", "rule", "state", "is_deciding", "due_on", "met_on")


def _ripe(now: datetime, batch: int, passed: set[int]) -> list[Case]:
    rows = Case.objects.needing_attention(now).exclude(pk__in=passed).only(*_CASE)
    return list(rows.annotate(body_path=F("body__path"), area_path=F("body__area__path"))[:batch])


def _plans(cases: list[Case], law: Law, now: datetime, done: Raised, passed: set[int]) -> Iterator[_Plan]:
    clocks = _clocks_of(cases)
    places = (Where(c.body_id, c.received_by_id, c.body_path, c.area_path) for c in cases)  # type: ignore[attr-defined]
    reach = Reach(local_day(now), places)
    plans: list[_Plan] = []
    for case in cases:
        with _parking(case, done, passed):
            levels = due_levels(case, clocks[case.pk], law, now)
            due = [(level, reach.bodies(case, level.rung.to)) for level in levels]
            plans.append(_Plan(case, clocks[case.pk], Seen.of(case), due))
    reach.meet_for((plan.case, bodies) for plan in plans for _level, bodies in plan.due)
    handlers = _handlers(plans)
    for plan in plans:
        with _parking(plan.case, done, passed):
            _work_out(plan, reach, handlers, law, now)
            yield plan


def _clocks_of(cases: Iterable[Case]) -> dict[int, list[Clock]]:
    """Those that run or are paused, and those met late, with the levels written for their due day."""
    clocks: dict[int, list[Clock]] = defaultdict(list)
    levels = Escalation.objects.filter(clock=OuterRef("pk"), due_on=OuterRef("due_on")).values("level")
    states = [Clock.State.RUNNING, Clock.State.PAUSED, Clock.State.MET_LATE]
    rows = Clock.objects.filter(case__in=[case.pk for case in cases], state__in=states).order_by("pk")
    for clock in rows.only(*_CLOCK).annotate(written=ArraySubquery(levels)):
        clocks[clock.case_id].append(clock)
    return clocks


def _handlers(plans: Iterable[_Plan]) -> dict[int, User]:
    ids = {p.case.handler_id for p in plans if any(level.rung.is_reminder for level, _bodies in p.due)}
    return User.objects.in_bulk(ids - {None}) if ids - {None} else {}


def _work_out(plan: _Plan, reach: Reach, handlers: dict[int, User], law: Law, now: datetime) -> None:
    case = plan.case
    climbing = [(level, bodies) for level, bodies in plan.due if not level.rung.is_reminder]
    rows = [
        (
            level.at,
            {
                "level": level.rung.level,
                "clock": level.clock.rule,
                "last": level.is_last,
                "bodies": bodies,
            },
        )
        for level, bodies in climbing
    ]
    if case.stage in OPEN:
        clocks = ClockSet(case, law, plan.clocks)
        plan.lines = worked_out(case, "escalate", rows, clocks, by=CLOCK, recorded_at=now)
    else:
        plan.lines = [line_by_the_clock(case, "escalate", now, facts, at=at) for at, facts in rows]
    plan.told = [each for level, bodies in plan.due for each in _messages(level, bodies, reach, handlers)]
    case.next_attention_at = attention.next_at(case, plan.clocks, after=now, calendar=law.calendar)


_LATE: dict[bool, Promise] = {
    True: _("Due soon: %(kind)s %(reference)s, by %(due)s"),
    False: _("Late: %(kind)s %(reference)s, due on %(due)s (level %(level)s)"),
}


def _messages(level: DueLevel, bodies: list[Body], reach: Reach, handlers: dict[int, User]) -> Iterator[Told]:
    """Reference, kind and days; of a denunciation not even the kind leaves the desk.

    What was late but is done meanwhile is written, not told.
    """
    case, rung = level.case, level.rung
    if level.clock.met_on is not None:
        return
    handler = handlers.get(case.handler_id or 0) if rung.is_reminder else None
    people = [handler] if handler else reach.people(case, bodies)
    kind = _("matter") if case.kind == Kind.DENUNCIATION else Kind(case.kind).label
    facts = {
        "kind": kind,
        "reference": case.reference,
        "due": level.due_on.strftime("%d/%m/%Y"),
        "level": rung.level,
    }
    key = f"escalation:{level.clock.pk}:{level.due_on}:{rung.level}"
    wording = Wording(_LATE[rung.is_reminder], "", facts)
    for user in people:
        yield Told(user, key, "case.escalated", wording, case.reference, urgent=not rung.is_reminder)


# --- Writing --------------------------------------------------------------------------------------------------------------


def _portions(plans: Iterable[_Plan]) -> Iterator[list[_Plan]]:
    """Parts none of which is heavier than WEIGHT, but for a single case that is."""
    portion: list[_Plan] = []
    weight = 0
    for plan in plans:
        if portion and weight + plan.weight > WEIGHT:
            yield portion
            portion, weight = [], 0
        portion.append(plan)
        weight += plan.weight
    if portion:
        yield portion


def _write(plans: Sequence[_Plan], now: datetime, done: Raised, passed: set[int]) -> None:
    taken = take_unchanged([(plan.case, plan.seen) for plan in plans])
    mine = [plan for plan in plans if plan.case.pk in taken]
    escalations = [
        Escalation(
            clock=level.clock,
            case=level.case,
            due_on=level.due_on,
            level=level.rung.level,
            at=level.at,
            recorded_at=now,
            bodies=[body.code for body in bodies],
        )
        for plan in mine
        for level, bodies in plan.due
    ]
    write_lines([line for plan in mine for line in plan.lines], escalations)
    told = messages.tell_many((told for plan in mine for told in plan.told), at=now)
    # What was changed meanwhile is the next sweep's; it is not asked for again in this one.
    passed.update(plan.case.pk for plan in plans if plan.case.pk not in taken)
    done.messages += told
    done.cases += sum(bool(plan.lines) for plan in mine)
    done.levels += sum(len(plan.lines) for plan in mine)


@contextmanager
def _parking(case: Case, done: Raised, passed: set[int]) -> Iterator[None]:
    """A case that cannot be worked out holds up no other."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _park(case, error, done, passed)


def _park(case: Case, error: Exception, done: Raised, passed: set[int]) -> None:
    passed.add(case.pk)
    done.parked.append(case.reference)
    log.error("escalation parked", case=case.reference, **named(error))
