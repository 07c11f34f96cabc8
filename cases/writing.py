"""How what was worked out is written: the rows locked first, then case, event, clocks, files and announcement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from bodies import new_rows, outbox
from bodies.models import Announcement
from bodies.refusals import Refused
from cases.history import chain
from cases.models import Case, CaseFile, Event
from cases.parts import ActorKind
from cases.steps import Step, local_day, plain

# Waiting longer than this for another clerk's move is worse than saying so.
LOCK_WAIT = "3s"

# What a move may change of a case.
MOVED = [
    "kind", "instance", "subject", "area", "channel", "title", "content", "document_numbers", "body", "handler", "standing_member",
    "against_body", "stage", "stage_before", "result", "flags", "version", "joined_to", "people_count", "letters_count",
    "received_on", "ended_on", "ended_on_time", "days_taken", "working_days_taken", "reopened_count", "transfers_count",
    "due_on", "deciding_due_on", "next_attention_at", "events_count", "events_head",
]  # fmt: skip


class Busy(Refused):
    """Somebody else holds the case at this moment."""


def lock(wanted: Iterable[int]) -> dict[int, Case]:
    """The cases, locked in the order of their ids. Two clerks wait for each other a moment, not for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WAIT])
    rows = Case.objects.select_related("area", "joined_to").select_for_update(of=("self",))
    try:
        with transaction.atomic():
            return {row.pk: row for row in rows.filter(pk__in=list(wanted)).order_by("pk")}
    except OperationalError:
        raise Busy(_("Somebody else is just moving this case; look again in a moment.")) from None


def write(step: Step) -> Event:
    """Write one step: nothing of it can be there without the rest, the caller's transaction sees to that."""
    case = step.case
    event = chain(case, event_of(step))
    case.save(update_fields=MOVED)
    event.save(force_insert=True)
    step.clocks.save()
    if step.co_bodies is not None:
        case.co_bodies.set(step.co_bodies)
    if step.files:
        CaseFile.objects.filter(pk__in=[file.pk for file in step.files], event_seq=None).update(
            event_seq=event.seq
        )
    if step.other is not None:
        step.other.save(update_fields=["letters_count", "people_count"])
    outbox.announce_many([announcement_of(step, event)])
    return event


# --- Many at once: worked out on what was read, written where nothing happened meanwhile -----------------------------------


@dataclass(frozen=True)
class Line:
    """One line of history, and what the rest of the project is told of it."""

    event: Event
    announcement: Announcement


@dataclass(frozen=True)
class Seen:
    """A case as it was read: whoever moves it adds a line, whoever looked at it sets when to look again."""

    events_count: int
    next_attention_at: datetime | None

    @classmethod
    def of(cls, case: Case) -> "Seen":
        return cls(case.events_count, case.next_attention_at)


def line_of(step: Step) -> Line:
    """The line of a step that was worked out; moves the chain's head on the case in memory."""
    event = chain(step.case, event_of(step))
    return Line(event, announcement_of(step, event))


def take_unchanged(rows: Iterable[tuple[Case, Seen]]) -> set[int]:
    """Lock the cases that are as they were seen and give them what the clock changes of a case; which these are.

    What somebody else holds is passed over, never waited for.
    """
    columns: list[list[Any]] = [[], [], [], [], [], [], [], []]
    for case, seen in rows:
        was = (case.pk, seen.events_count, seen.next_attention_at)
        now = (case.events_count, bytes(case.events_head), case.next_attention_at)
        for column, value in zip(columns, (*was, *now, case.due_on, case.deciding_due_on), strict=True):
            column.append(value)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, columns)
        return {pk for (pk,) in cursor.fetchall()}


_TAKE = """
WITH new AS (
    SELECT * FROM unnest(%s::bigint[], %s::integer[], %s::timestamptz[], %s::integer[], %s::bytea[], %s::timestamptz[],
                         %s::date[], %s::date[])
    AS n (id, seen_count, seen_attention_at, events_count, events_head, next_attention_at, due_on, deciding_due_on)
), free AS (
    SELECT c.id FROM cases_case c JOIN new ON new.id = c.id
    WHERE c.events_count = new.seen_count AND c.next_attention_at IS NOT DISTINCT FROM new.seen_attention_at
    ORDER BY c.id FOR UPDATE OF c SKIP LOCKED
)
UPDATE cases_case c
SET events_count = new.events_count, events_head = new.events_head, next_attention_at = new.next_attention_at,
    due_on = new.due_on, deciding_due_on = new.deciding_due_on
FROM free JOIN new ON new.id = free.id
WHERE c.id = free.id
RETURNING c.id
"""


def write_lines(lines: Iterable[Line], *also: Sequence[Model]) -> None:
    """Add the lines of cases that were taken, and other new rows with them, in one statement whatever their number."""
    told = [row for line in lines for row in (line.event, line.announcement)]
    new_rows.write([*told, *(row for rows in also for row in rows)])


# --- What is written ------------------------------------------------------------------------------------------------------


def event_of(step: Step) -> Event:
    return Event(
        case=step.case,
        move=step.move.name,
        from_stage=step.from_stage,
        to_stage=step.case.stage,
        body_id=step.case.body_id,
        actor=step.actor.kind,
        by=step.actor.user,
        at=step.at,
        recorded_at=step.recorded_at,
        reason=step.reason,
        details=step.details,
    )


def announcement_of(step: Step, event: Event) -> Announcement:
    """What the rest of the project is told: codes and numbers only."""
    case = step.case
    facts: dict[str, Any] = {
        "move": event.move,
        "seq": event.seq,
        "kind": case.kind,
        "from_stage": event.from_stage,
        "to_stage": event.to_stage,
    }
    return Announcement(
        topic="case.moved",
        subject=case.reference,
        body_id=case.body_id,
        day=local_day(event.at),
        facts=facts,
        at=event.recorded_at,
    )


def opened_announcement(case: Case, event: Event) -> Announcement:
    facts = {"kind": case.kind, "channel": case.channel, "flags": case.flags, "imported": case.is_imported}
    return Announcement(
        topic="case.opened",
        subject=case.reference,
        body_id=case.body_id,
        day=case.received_on,
        facts=facts,
        at=event.recorded_at,
    )


def line_by_the_clock(
    case: Case, what: str, now: datetime, details: Mapping[str, Any], *, at: datetime | None = None
) -> Line:
    """A line that the system writes without a move: the stage stays, whatever it is."""
    event = chain(
        case,
        Event(
            case=case,
            move=what,
            from_stage=case.stage,
            to_stage=case.stage,
            body_id=case.body_id,
            actor=ActorKind.CLOCK,
            at=at or now,
            recorded_at=now,
            details={name: plain(value) for name, value in details.items()},
        ),
    )
    told = Announcement(
        topic="case.moved",
        subject=case.reference,
        body_id=case.body_id,
        day=local_day(now),
        facts={"move": what, "seq": event.seq, "kind": case.kind},
        at=now,
    )
    return Line(event, told)


def by_the_clock(case: Case, what: str, now: datetime, details: Mapping[str, Any]) -> Event:
    """Write such a line at once. The caller has locked the case, and saves its chain."""
    line = line_by_the_clock(case, what, now, details)
    line.event.save(force_insert=True)
    outbox.announce_many([line.announcement])
    return line.event
