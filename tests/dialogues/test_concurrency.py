"""Many at once: exactly one wins a move, no number is lost or given twice."""

import pytest

from bodies.refusals import Refused
from cases import verification
from cases.models import Case
from dialogues import questions, workflow
from dialogues.codes import Brought
from dialogues.models import Dialogue, Question
from dialogues.questions import NewQuestion
from tests.cases.making import at
from tests.cases.test_concurrency import in_threads, loaded  # noqa: F401 - a fixture
from tests.dialogues.making import brought_to, facts_for, make_host, make_plan

pytestmark = pytest.mark.django_db(transaction=True)


def test_plans_made_at_once_are_numbered_without_gap_or_double():
    host = make_host()
    in_threads(8, lambda _each: make_plan(host), range(8))
    assert sorted(Dialogue.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_questions_asked_at_once_are_numbered_without_gap_or_double():
    host = make_host()
    dialogue = brought_to(host, "announced")
    new = NewQuestion(text="Bao giờ sửa đường?", brought=Brought.PUBLIC)
    in_threads(8, lambda _each: questions.ask(dialogue, new, by=None, at=at("2026-03-12")), range(8))
    assert sorted(Question.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_of_many_who_make_the_same_move_exactly_one_wins():
    host = make_host()
    dialogue = brought_to(host, "announced")
    facts = facts_for("hold", dialogue, host, "2026-03-20")

    def hold(_each):
        try:
            workflow.move(dialogue, "hold", by=host.head, recorded_at=at("2026-03-20", 14), facts=facts)
        except Refused:
            return 0
        return 1

    assert sum(in_threads(6, hold, range(6))) == 1
    assert dialogue.events.filter(move="hold").count() == 1
    assert Case.objects.get(kind="dialogue").events.filter(move="record_duty").count() == 2
    assert verification.verify().faults == []
