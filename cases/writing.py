"""How what was worked out is written: the rows locked first, then case, event, clocks, files and announcement."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from bodies import outbox
from bodies.models import Announcement
from bodies.refusals import Refused
from cases.history import chain
from cases.models import Case, CaseFile, Event
from cases.parts import ActorKind
from cases.steps import Step, local_day

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


def write_many(steps: list[Step]) -> list[Event]:
    """Write the steps of many cases in a few statements, whatever their number."""
    events = [chain(step.case, event_of(step)) for step in steps]
    Case.objects.bulk_update({step.case.pk: step.case for step in steps}.values(), MOVED_BY_THE_CLOCK)
    Event.objects.bulk_create(events)
    outbox.announce_many([announcement_of(step, event) for step, event in zip(steps, events, strict=True)])
    return events


# An escalation changes nothing else of a case.
MOVED_BY_THE_CLOCK = ["next_attention_at", "events_count", "events_head"]


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


def by_the_clock(
    case: Case, what: str, now: datetime, details: dict[str, Any], *, at: datetime | None = None
) -> Event:
    """A line that the system writes without a move: the stage stays, whatever it is. The caller saves the case's chain."""
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
            details=details,
        ),
    )
    event.save(force_insert=True)
    facts = {"move": what, "seq": event.seq, "kind": case.kind}
    row = Announcement(
        topic="case.moved",
        subject=case.reference,
        body_id=case.body_id,
        day=local_day(now),
        facts=facts,
        at=now,
    )
    outbox.announce_many([row])
    return event
