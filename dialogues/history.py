"""The chain of a dialogue's history: hashed as that of cases is. Who adds a line has locked the dialogue and saves it."""

from collections.abc import Iterator
from typing import Any

from bodies import outbox
from cases.history import line_hash
from cases.steps import local_day
from cases.verification import Fault
from dialogues.models import Dialogue, DialogueEvent

HASHED = ("seq", "move", "from_stage", "to_stage", "by_id", "at", "recorded_at", "reason", "details")
CHAINED = ["events_count", "events_head"]
TOPIC = "dialogue.moved"


def add(dialogue: Dialogue, event: DialogueEvent, facts: dict[str, Any]) -> DialogueEvent:
    """Write one line and announce it, in the caller's transaction."""
    event.dialogue = dialogue
    event.seq = dialogue.events_count + 1
    event.previous = bytes(dialogue.events_head)
    event.hash = line_hash(event.previous, dialogue.code, (getattr(event, name) for name in HASHED))
    dialogue.events_count, dialogue.events_head = event.seq, event.hash
    event.save(force_insert=True)
    outbox.announce(
        TOPIC,
        dialogue.code,
        body=dialogue.host,
        day=_day_of(dialogue, event),
        facts={"move": event.move, "seq": event.seq, "kind": dialogue.kind, **_plan(dialogue), **facts},
        at=event.recorded_at,
    )
    return event


def _plan(dialogue: Dialogue) -> dict[str, Any]:
    return {
        "stage": dialogue.stage,
        "year": dialogue.planned_year,
        "quarter": dialogue.planned_quarter,
        "chair": dialogue.chair,
        "joint": list(dialogue.joint_hosts.values_list("body__code", flat=True)),
    }


def _day_of(dialogue: Dialogue, event: DialogueEvent) -> Any:
    """The day on which it counts: when it was held, else when it was recorded."""
    return dialogue.held_on or local_day(event.recorded_at)


def faults() -> Iterator[Fault]:
    """Histories in which a line was changed, removed or put in. One reading of the table."""
    heads = {
        row.pk: row
        for row in Dialogue.objects.only("pk", "code", "events_count", "events_head").iterator(1000)
    }
    seen: dict[int, tuple[int, bytes]] = {}
    broken: set[int] = set()
    for event in DialogueEvent.objects.order_by("dialogue_id", "seq").iterator(1000):
        seq, previous = seen.get(event.dialogue_id, (0, b""))
        code = heads[event.dialogue_id].code
        expected = line_hash(previous, code, (getattr(event, name) for name in HASHED))
        if event.dialogue_id not in broken and (
            event.seq != seq + 1 or bytes(event.previous) != previous or bytes(event.hash) != expected
        ):
            broken.add(event.dialogue_id)
            yield Fault(code, event.seq, "a line was changed, removed or put in")
        seen[event.dialogue_id] = event.seq, bytes(event.hash)
    for pk, row in heads.items():
        if pk not in broken and seen.get(pk, (0, b"")) != (row.events_count, bytes(row.events_head)):
            yield Fault(row.code, row.events_count, "the dialogue knows other last lines")
