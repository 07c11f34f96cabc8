"""Anybody tries anything in any order: what is written stays lawful, whole and provable."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from bodies.refusals import BadInput, Refused
from cases import verification
from cases.conclusions import Promise
from cases.models import Case
from dialogues import concluding, minutes, questions, workflow
from dialogues.codes import Brought
from dialogues.models import Dialogue
from dialogues.moves import MOVES
from dialogues.questions import Away, NewQuestion
from tests.cases.making import at, make_body
from tests.dialogues.making import facts_for, make_host, make_plan
from tests.dialogues.test_rulebook import BOOK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

# These walks come as far as the signature and beyond.
SEEDS, STEPS = (3, 4), 90
# Tried alike they would end every walk early.
SELDOM = {"cancel", "correct"}
# What the case of the duties is when the dialogue is there; before a day is named there is none.
DUTIES = {
    "announced": {"accepted"},
    "held": {"accepted"},
    "minutes_drafted": {"accepted"},
    "open_for_comments": {"accepted"},
    "signed": {"answered"},
    "published": {"closed"},
    "postponed": {"void"},
    "cancelled": {"void", "closed", None},
    "planned": {"accepted", None},
}


def tried(draw, dialogue, host, doer, now):
    """One act of one person, sometimes foolish."""
    strangers = [host.handler, host.clerk, host.superior, host.monitor]
    who = host.head if draw.random() < 0.7 else draw.choice(strangers)
    kind = draw.choice(["move"] * 6 + ["ask", "settle", "settle", "settle", "conclude", "comment"])
    if kind == "ask":
        brought = draw.choice(list(Brought))
        by = None if brought == Brought.PUBLIC else who
        questions.ask(dialogue, NewQuestion(text=f"Câu {draw.random()}?", brought=brought), by=by, at=now)
    elif kind == "settle":
        question = draw.choice(list(dialogue.questions.all()) or [None])
        if question is None:
            return
        if draw.random() < 0.5:
            questions.answer(question, "Đã rõ", answered_by=host.body, by=who, at=now)
        else:
            questions.take_away(question, Away(body=doer, is_other=True), by=who, at=now)
    elif kind == "conclude":
        concluding.conclude(
            dialogue, Promise(text="Sửa cống", body=draw.choice([doer, None])), by=who, at=now
        )
    elif kind == "comment":
        minutes.comment(dialogue, "Đúng", by=who, at=now)
    else:
        _moved(draw, dialogue, host, who, now)


def _moved(draw, dialogue, host, who, now):
    likely = [name for name, (sources, _target, _parts) in BOOK.items() if dialogue.stage in sources]
    again = {"draft_minutes"} if dialogue.stage != "held" else set()
    if dialogue.stage == "announced" or (dialogue.starts_at or now) > now:
        again.add("postpone")
    likely = [name for name in likely if name not in SELDOM | again or draw.random() < 0.03]
    name = draw.choice(likely) if likely and draw.random() < 0.9 else draw.choice(list(MOVES))
    facts = facts_for(name, dialogue, host, now.date().isoformat())
    if name == "schedule":
        facts["starts_at"] = now + timedelta(days=draw.choice([-1, 4, 4, 8]))
    if name == "sign":
        facts["no_conclusions"] = not dialogue.conclusions.exists()
    reason = "vì cần" if MOVES[name].needs_reason else ""
    workflow.move(dialogue, name, by=who, recorded_at=now, reason=reason, facts=facts)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_tried_what_is_written_stays_lawful(seed):
    draw = random.Random(seed)
    host, doer = make_host(), make_body()
    walking, now = make_plan(host).pk, at("2026-02-01")
    for _step in range(STEPS):
        now += timedelta(hours=draw.choice([1, 5, 24]))
        dialogue = _as_it_stands(walking)
        before, text = dialogue.stage, _signed_text(dialogue)
        try:
            with transaction.atomic():
                tried(draw, dialogue, host, doer, now)
        except (Refused, BadInput):
            pass
        _check(_as_it_stands(dialogue.pk), before, text)
    assert _as_it_stands(walking).signed_on is not None
    assert verification.verify().faults == []


def _as_it_stands(pk):
    return Dialogue.objects.select_related("duties", "host").get(pk=pk)


def _signed_text(dialogue):
    if dialogue.signed_on is None:
        return None
    return dialogue.minutes.text, sorted(dialogue.conclusions.values_list("text", "case__reference"))


def _check(dialogue, before, text):
    duties = Case.objects.get(pk=dialogue.duties_id).stage if dialogue.duties_id else None
    assert duties in DUTIES[dialogue.stage]
    if dialogue.stage != before:
        last = dialogue.events.order_by("-seq").first()
        sources, target, _parts = BOOK[last.move]
        assert (before in sources, target) == (True, dialogue.stage)
    if text is not None:
        assert _signed_text(dialogue) == text
    if dialogue.signed_on is not None:
        assert not dialogue.questions.filter(state="open").exists()
        assert dialogue.minutes.has_no_conclusions != dialogue.conclusions.exists()
    assert dialogue.events_count == dialogue.events.count()
