"""The arrow table written a second time and tried in full: every move from every stage by every part."""

from itertools import product

import pytest
from django.db import transaction

from bodies.refusals import Refused
from dialogues import workflow
from dialogues.moves import MOVES, Part
from dialogues.stages import Stage
from tests.cases.making import at
from tests.dialogues.making import brought_to, do, facts_for, make_host

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

UNLOCKED = "held minutes_drafted open_for_comments"
# move: sources > target | parts
RULEBOOK = f"""
schedule: planned postponed > planned | head desk
announce: planned > announced | head desk
hold: announced > held | head desk
draft_minutes: {UNLOCKED} > minutes_drafted | head desk
open_comments: minutes_drafted > open_for_comments | head desk
sign: open_for_comments > signed | head
publish: signed > published | head desk
postpone: planned announced > postponed | head
cancel: planned announced {UNLOCKED} published postponed > cancelled | head
correct: planned announced postponed {UNLOCKED} > same | head desk
"""


def rules():
    for line in RULEBOOK.strip().splitlines():
        name, rest = line.split(":", 1)
        arrow, parts = rest.split("|")
        sources, target = arrow.split(">")
        yield name, set(sources.split()), target.strip(), set(parts.split())


BOOK = {name: (sources, target, parts) for name, sources, target, parts in rules()}
# On this day every dialogue of the making could take its next step.
DAY = {"announced": "2026-03-20", "planned": "2026-02-25", "postponed": "2026-02-25"}


def test_the_table_is_the_rulebook():
    table = {row.name: (set(row.sources), row.target or "same", set(row.by)) for row in MOVES.values()}
    assert table == BOOK


def person(host, part):
    return {"head": host.head, "desk": host.handler, "collector": host.clerk, "superior": host.superior}[part]


@pytest.mark.parametrize("part", [*Part.values, "superior"])
@pytest.mark.parametrize("stage", Stage.values)
def test_a_move_is_made_exactly_when_it_is_lawful(stage, part):
    host = make_host()
    dialogue = brought_to(host, stage)
    if stage == "planned":
        # Announcing and postponing need a day.
        do(dialogue, host, "schedule", "2026-02-20")
    on = DAY.get(stage, "2026-04-01")
    for name in MOVES:
        sources, _target, parts = BOOK[name]
        lawful = stage in sources and part in parts
        if (name, stage) == ("schedule", "planned"):
            lawful = False  # its day is named
        made = _made(dialogue, host, name, on, by=person(host, part))
        assert made == lawful, name


def _made(dialogue, host, name, on, *, by):
    """Whether the move is made; taken back at once, so that the next is tried from the same stage."""
    before = dialogue.events.count()
    facts = facts_for(name, dialogue, host, on)
    try:
        with transaction.atomic():
            reason = "vì cần" if MOVES[name].needs_reason else ""
            workflow.move(dialogue, name, by=by, recorded_at=at(on, 15), reason=reason, facts=facts)
            assert dialogue.events.count() == before + 1
            raise _TakenBack
    except _TakenBack:
        return True
    except Refused:
        return False


class _TakenBack(Exception):
    pass


def test_every_move_leads_where_the_book_says():
    host = make_host()
    for (name, (sources, target, _parts)), stage in product(BOOK.items(), Stage.values):
        if stage in sources:
            assert (MOVES[name].target or "same") == target
    dialogue = brought_to(host, "published")
    assert [event.to_stage for event in dialogue.events.order_by("seq")] == [
        "planned", "planned", "announced", "held", "minutes_drafted", "open_for_comments", "signed", "published",
    ]  # fmt: skip
