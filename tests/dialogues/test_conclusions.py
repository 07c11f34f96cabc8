"""What the chair promised: a case with a body, a day and a ladder; fixed once the minutes are signed."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.template.loader import render_to_string

from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases import escalation
from cases.conclusions import Promise
from cases.models import Case
from cases.panels import panels_for
from cases.periods import period_of
from cases.steps import Actor
from dialogues import concluding, questions
from dialogues.models import Conclusion
from dialogues.questions import NewQuestion
from tests.cases.making import answered, at, day, due_days, make_body, make_case, make_file, make_user, paper
from tests.cases.making import do as move_case
from tests.dialogues.making import brought_to, do, duties_of, make_host

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def concluded(host, dialogue, *, by=None, on="2026-03-21", text="Sửa cống thôn 4", **facts):
    facts = {"body": host.body} | facts
    asked = facts.pop("questions", ())
    return concluding.conclude(
        dialogue, Promise(text=text, **facts), questions=asked, by=by or host.head, at=at(on)
    )


def test_a_conclusion_is_a_case_due_on_the_day_the_chair_named_with_all_that_was_said():
    host, doer, helper = make_host(), make_body(), make_body()
    person = make_user(("handler", doer))
    dialogue = brought_to(host, "held")
    made = concluded(
        host,
        dialogue,
        body=doer,
        person=person,
        co_bodies=[helper],
        due_on=day("2026-05-15"),
        proof="Ảnh nghiệm thu",
    )
    case = made.case
    assert (case.kind, case.stage, case.body, case.received_by) == ("conclusion", "accepted", doer, host.body)
    assert (case.handler, list(case.co_bodies.all())) == (person, [helper])
    assert due_days(case) == {"conclusion.act": "2026-05-15"}
    assert case.clocks.get().fixed_by == host.body.name
    assert "Ảnh nghiệm thu" in case.content
    assert case.conclusion == made
    assert case.events.get(seq=1).details["dialogue"] == dialogue.code


def test_without_a_day_the_house_rule_counts_from_the_dialogue():
    host = make_host()
    made = concluded(host, brought_to(host, "held"))
    # Thirty days from Friday 20/3: Sunday 19/4, so Monday the 20th.
    assert due_days(made.case) == {"conclusion.act": "2026-04-20"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"body": None}, "body"),
        ({"text": "  "}, "text"),
        ({"due_on": day("2026-03-19")}, "due_on"),
        ({"text": "x" * 20_001}, "text"),
    ],
    ids=["no_body", "no_text", "before", "too_long"],
)
def test_a_conclusion_that_cannot_be_is_refused_and_nothing_is_written(facts, field):
    host = make_host()
    dialogue = brought_to(host, "held")
    before = Case.objects.count()
    with pytest.raises(BadInput) as bad:
        concluded(host, dialogue, **facts)
    assert list(bad.value.errors) == [field]
    assert (Conclusion.objects.count(), Case.objects.count()) == (0, before)


def test_whoever_is_named_works_there_and_the_doer_does_not_help_itself():
    host = make_host()
    dialogue = brought_to(host, "held")
    with pytest.raises(BadInput, match="person"):
        concluded(host, dialogue, person=make_user(("handler", make_body())))
    with pytest.raises(BadInput, match="co_bodies"):
        concluded(host, dialogue, co_bodies=[host.body])


def test_conclusions_are_written_between_the_dialogue_and_the_signature_by_the_host():
    host = make_host()
    for stage in ("planned", "announced"):
        with pytest.raises(Refused):
            concluded(host, brought_to(host, stage))
    dialogue = brought_to(host, "open_for_comments")
    for stranger in (host.monitor, host.superior, host.clerk):
        with pytest.raises(Refused):
            concluded(host, dialogue, by=stranger, on="2026-03-23")
    made = concluded(host, dialogue, by=host.handler, on="2026-03-23")
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    with pytest.raises(Refused):
        concluded(host, dialogue, on="2026-03-26")
    with pytest.raises((IntegrityError, InternalError), match="signed"), transaction.atomic():
        Conclusion.objects.filter(pk=made.pk).update(text="khác")
    with pytest.raises((IntegrityError, InternalError), match="signed"), transaction.atomic():
        Conclusion.objects.filter(pk=made.pk).delete()


def test_where_there_are_conclusions_nobody_states_that_there_are_none():
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    concluded(host, dialogue, on="2026-03-23")
    with pytest.raises(BadInput, match="no_conclusions"):
        do(dialogue, host, "sign", "2026-03-25", no_conclusions=True)


def test_it_climbs_when_late_and_closes_only_with_proof():
    host = make_host()
    doer = make_body(superior=host.body)
    case = concluded(host, brought_to(host, "held"), body=doer, due_on=day("2026-04-01")).case
    escalation.raise_overdue(at("2026-04-10", 8))
    assert set(case.escalations.values_list("level", flat=True)) >= {1, 2}
    assert case in Case.objects.overdue(day("2026-04-10"))
    with pytest.raises(BadInput, match="files"):
        move_case(
            case, "answer", "2026-04-11", result="done", text="Xong", document=paper("2026-04-11"), files=[]
        )
    answered(case, "2026-04-11", "done")
    move_case(case, "close", "2026-04-11")
    assert Conclusion.objects.closed(period_of("2026")).get().case.ended_on_time is False


def test_the_doer_notes_how_far_it_is_and_whoever_concluded_reads_it():
    host, doer = make_host(), make_body()
    case = concluded(host, brought_to(host, "held"), body=doer, due_on=day("2026-05-15")).case
    doers = Actor.staff(make_user(("head", doer)))
    move_case(
        case, "progress", "2026-04-10", by=doers, text="Đã đào xong", percent=60, files=[make_file(case)]
    )
    note = case.events.latest("seq")
    assert (note.move, note.details) == ("progress", {"text": "Đã đào xong", "percent": 60})
    assert case.files.get().event_seq == note.seq
    assert (case.stage, due_days(case)) == ("accepted", {"conclusion.act": "2026-05-15"})
    assert Case.objects.visible_to(standing_of(host.head, day("2026-04-11"))).filter(pk=case.pk).exists()
    with pytest.raises(Refused):
        move_case(case, "progress", "2026-04-11", by=Actor.staff(make_user(("head", make_body()))), text="x")


def test_only_the_chair_gives_more_time():
    host, doer = make_host(), make_body()
    case = concluded(host, brought_to(host, "held"), body=doer, due_on=day("2026-05-15")).case
    doers_head = make_user(("head", doer))
    with pytest.raises(Refused):
        move_case(
            case, "extend", "2026-05-01", by=Actor.staff(doers_head), document=paper("2026-05-01"), days=10
        )
    move_case(case, "extend", "2026-05-01", by=Actor.staff(host.head), document=paper("2026-05-01"), days=10)
    assert due_days(case) == {"conclusion.act": "2026-05-25"}


def test_a_conclusion_can_answer_questions_of_its_own_dialogue():
    host = make_host()
    dialogue = brought_to(host, "held")
    asked = questions.ask(
        dialogue, NewQuestion(text="Bao giờ sửa cống?", brought="in_room"), by=host.clerk, at=at("2026-03-20")
    )
    made = concluded(host, dialogue, questions=[asked])
    assert list(asked.conclusions.all()) == [made]
    with pytest.raises(BadInput, match="questions"):
        concluded(host, brought_to(host, "held"), questions=[asked])


def test_what_was_concluded_is_counted_by_host_doer_and_period():
    host, doer = make_host(), make_body()
    dialogue = brought_to(host, "held")
    concluded(host, dialogue, body=doer)
    withdrawn = concluded(host, dialogue).case
    move_case(withdrawn, "withdraw", "2026-03-22", by=Actor.staff(host.head), whole=True)
    made = Conclusion.objects.made(period_of("2026"))
    assert made.of_hosts([host.body.pk]).count() == 1
    assert made.get().case.body == doer
    assert Conclusion.objects.made(period_of("2025")).count() == 0
    do(dialogue, host, "cancel", "2026-04-01")
    assert Conclusion.objects.made(period_of("2026")).count() == 0


def test_the_page_of_its_case_tells_where_it_was_promised():
    host = make_host()
    dialogue = brought_to(host, "held")
    made = concluded(host, dialogue, proof="Ảnh nghiệm thu")
    standing = standing_of(host.head, day("2026-03-22"))

    def origin(case):
        found = [each for each in panels_for(case, standing, at("2026-03-22")) if each.panel.name == "origin"]
        return found[0] if found else None

    shown = origin(made.case)
    page = render_to_string(shown.panel.template, {"panel": shown.context})
    assert dialogue.code in page
    assert "Ảnh nghiệm thu" in page
    assert origin(duties_of(dialogue)).context["code"] == dialogue.code
    assert origin(make_case(host.body)) is None
