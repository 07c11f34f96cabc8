"""Questions: who may ask when, what stays sealed, what becomes of them."""

import pytest
from django.utils import translation

from bodies import guards, identities, tracking
from bodies.identity_facts import Identity
from bodies.models import Announcement, Person
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases.codes import Kind
from cases.models import Case
from cases.panels import panels_for
from dialogues import questions
from dialogues.guards import QuestionGuard
from dialogues.models import Question
from dialogues.questions import Away, NewQuestion
from tests.cases.making import at, day, make_body, make_case, make_user
from tests.dialogues.making import brought_to, do, make_host

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]

HOA = Identity(name="Trần Thị Hòa", phone="0912 345 678", address="Thôn 3")
ROAD = "Bao giờ thì sửa đường liên thôn Vồng đi Quyển Sơn bị hư hỏng nặng?"
BEFORE, AFTER = "2026-03-12", "2026-03-20"


def asked(dialogue, *, brought="public", by=None, on=BEFORE, hour=15, text=ROAD, **facts):
    return questions.ask(dialogue, NewQuestion(text=text, brought=brought, **facts), by=by, at=at(on, hour))


def raised(host, dialogue, **facts):
    return asked(dialogue, brought="in_room", by=host.clerk, on=AFTER, **facts)


def test_a_resident_asks_from_the_announcement_until_it_begins():
    host = make_host()
    dialogue = brought_to(host, "announced")
    assert asked(dialogue, asker=HOA).number == 1
    assert asked(dialogue).number == 2
    with pytest.raises(Refused):
        asked(dialogue, on=AFTER)
    for stage in ("planned", "held", "cancelled"):
        with pytest.raises(Refused):
            asked(brought_to(make_host(), stage))


def test_the_front_and_the_host_collect_and_hear_and_strangers_do_not():
    host = make_host()
    dialogue = brought_to(host, "announced")
    assert (
        asked(dialogue, brought="front", by=host.monitor, collected_by=host.front).collected_by == host.front
    )
    assert asked(dialogue, brought="staff", by=host.clerk).recorded_by == host.clerk
    with pytest.raises(BadInput, match="collected_by"):
        asked(dialogue, brought="front", by=host.clerk, collected_by=host.front)
    with pytest.raises(Refused):
        asked(dialogue, brought="staff", by=make_user(("head", make_body())))
    with pytest.raises(Refused):
        asked(dialogue, brought="in_room", by=host.clerk)
    assert raised(host, dialogue).brought == "in_room"


def test_who_asks_is_sealed_and_neither_the_row_nor_what_is_announced_tells_it():
    host = make_host()
    question = asked(brought_to(host, "announced"), asker=HOA)
    assert identities.masked([question.asker])[question.asker_id].name != HOA.name
    told = str(list(Announcement.objects.values_list("facts", flat=True)))
    assert "Hòa" not in told
    assert "912345678" not in told
    assert "Hòa" not in str(question)
    assert asked(question.dialogue, asker=Identity()).asker is None


def test_a_wrong_identity_names_its_field_and_writes_nothing():
    host = make_host()
    dialogue = brought_to(host, "announced")
    with pytest.raises(BadInput) as bad:
        asked(dialogue, asker=Identity(name="Hòa", phone="12"))
    assert list(bad.value.errors) == ["asker.phone"]
    with pytest.raises(BadInput, match="text"):
        asked(dialogue, text=" ?! ")
    assert (Question.objects.count(), Person.objects.count()) == (0, 0)


def test_only_the_hosts_branch_finds_who_asked_and_only_the_host_reads_them():
    host, other = make_host(), make_host()
    person = asked(brought_to(host, "announced"), asker=HOA).asker
    guard = QuestionGuard()

    def standing(user):
        return standing_of(user, day(BEFORE))

    found = [
        bool(guard.may_find([person.pk], standing(user))) for user in (host.head, host.clerk, host.superior)
    ]
    assert found == [True, True, True]
    for user in (host.monitor, other.head, other.superior):
        assert guard.may_find([person.pk], standing(user)) == set()
        assert guard.may_reveal(person, standing(user)).allowed is False
    assert guard.may_reveal(person, standing(host.clerk)).allowed is True
    assert guard.may_reveal(person, standing(host.superior)).allowed is False
    assert guards.verdict_on(person, standing(host.clerk)).case_reference.endswith("-dt-001")


def test_whoever_must_answer_the_case_reads_who_asked_and_sees_the_mask_on_its_page():
    host, doer = make_host(), make_body()
    holder, stranger = make_user(("handler", doer)), make_user(("handler", make_body()))
    question = raised(host, brought_to(host, "held"), asker=HOA)
    case = questions.take_away(question, Away(body=doer), by=host.head, at=at(AFTER, 16))

    def standing(user):
        return standing_of(user, day(AFTER))

    def asker(user):
        (shown,) = [
            each for each in panels_for(case, standing(user), at(AFTER)) if each.panel.name == "origin"
        ]
        return shown.context["asker"]

    guard = QuestionGuard()
    assert guard.may_reveal(question.asker, standing(holder)).allowed is True
    assert guard.may_find([question.asker.pk], standing(holder)) == {question.asker.pk}
    assert guard.may_reveal(question.asker, standing(stranger)).allowed is False
    assert asker(holder)["person"] == question.asker.token
    assert asker(holder)["name"] != HOA.name
    assert asker(host.monitor) is None


def test_the_code_of_a_question_finds_it_and_is_kept_nowhere():
    question = asked(brought_to(make_host(), "announced"))
    code = tracking.code_of(question.pk)
    assert Question.objects.get(tracking_hash=tracking.hash_of(code)) == question
    assert code not in str(Question.objects.values().get())


def test_what_is_answered_in_the_room_says_by_whom():
    host = make_host()
    dialogue = brought_to(host, "held")
    question = raised(host, dialogue)
    questions.answer(
        question, "Sẽ sửa trong tháng 5", answered_by=host.body, by=host.handler, at=at(AFTER, 16)
    )
    question.refresh_from_db()
    assert (question.state, question.answer, question.answered_by) == (
        "answered",
        "Sẽ sửa trong tháng 5",
        host.body,
    )
    with translation.override("en"), pytest.raises(Refused, match="settled already"):
        questions.answer(question, "khác", answered_by=host.body, by=host.handler, at=at(AFTER, 17))


def test_what_is_taken_away_is_a_case_of_the_body_named_counted_from_the_day_of_the_dialogue():
    host, doer = make_host(), make_body()
    dialogue = brought_to(host, "held")
    question = raised(host, dialogue)
    case = questions.take_away(
        question, Away(body=doer, kind=Kind.FEEDBACK), by=host.head, at=at("2026-03-23")
    )
    assert (case.kind, case.body, case.received_by, case.channel) == ("feedback", doer, host.body, "dialogue")
    assert (case.received_on, case.area, case.content) == (day("2026-03-20"), host.area, ROAD)
    assert case.question == question
    question.refresh_from_db()
    assert (question.state, question.case) == ("taken_away", case)
    opened = case.events.get(seq=1)
    assert (opened.details["dialogue"], opened.details["question"]) == (dialogue.code, question.number)


def test_a_like_open_matter_is_named_and_joined_not_doubled():
    host = make_host()
    known = make_case(host.body, kind="feedback", received="2026-03-02", title=ROAD, area=host.area)
    dialogue = brought_to(host, "held")
    question = raised(host, dialogue)
    with pytest.raises(Refused, match=known.reference):
        questions.take_away(question, Away(body=host.body), by=host.head, at=at(AFTER, 16))
    assert Case.objects.filter(channel="dialogue", kind="recommendation").count() == 0
    case = questions.take_away(question, Away(into=known), by=host.head, at=at(AFTER, 16))
    known.refresh_from_db()
    assert (case.stage, case.joined_to, known.letters_count) == ("joined", known, 2)


def test_another_matter_in_like_words_is_a_case_of_its_own_when_somebody_says_so():
    host = make_host()
    make_case(host.body, kind="feedback", received="2026-03-02", title=ROAD, area=host.area)
    question = raised(host, brought_to(host, "held"))
    case = questions.take_away(question, Away(body=host.body, is_other=True), by=host.head, at=at(AFTER, 16))
    assert case.stage == "received"


@pytest.mark.parametrize(
    "facts", [{"received": "2024-03-02"}, {"kind": "denunciation"}, {"title": "Xin cấp lại sổ hộ nghèo"}],
    ids=["long_ago", "denunciation", "other_words"],
)  # fmt: skip
def test_what_is_not_the_same_matter_stops_nobody(facts):
    host = make_host()
    given = {"kind": "feedback", "received": "2026-03-02", "title": ROAD, "area": host.area} | facts
    make_case(host.body, **given)
    question = raised(host, brought_to(host, "held"))
    assert (
        questions.take_away(question, Away(body=host.body), by=host.head, at=at(AFTER, 16)).stage
        == "received"
    )


@pytest.mark.parametrize(
    ("away", "field"), [(Away(), "body"), (Away(kind=Kind.DENUNCIATION), "kind"), (Away(kind=Kind.REPORT), "kind")],
    ids=["no_body", "denunciation", "duty"],
)  # fmt: skip
def test_a_question_goes_to_somebody_as_something_that_can_be_said_aloud(away, field):
    host = make_host()
    question = raised(host, brought_to(host, "held"))
    before = Case.objects.count()
    with pytest.raises(BadInput) as bad:
        questions.take_away(question, away, by=host.head, at=at(AFTER, 16))
    assert list(bad.value.errors) == [field]
    assert Case.objects.count() == before


def test_the_front_and_superiors_decide_nothing_about_a_question():
    host = make_host()
    question = raised(host, brought_to(host, "held"))
    for user in (host.monitor, host.superior, host.clerk):
        with pytest.raises(Refused):
            questions.set_aside(question, "không rõ", by=user, at=at(AFTER, 16))
    questions.set_aside(question, "không rõ nội dung", by=host.handler, at=at(AFTER, 16))
    assert Question.objects.get().state == "set_aside"


def test_minutes_are_not_signed_over_a_question_that_waits():
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    question = asked(dialogue, brought="in_room", by=host.clerk, on="2026-03-23")
    with pytest.raises(Refused, match="1"):
        do(dialogue, host, "sign", "2026-03-25")
    questions.answer(question, "Đã trả lời", answered_by=host.body, by=host.head, at=at("2026-03-24"))
    do(dialogue, host, "sign", "2026-03-25")
    with pytest.raises(Refused):
        asked(dialogue, brought="in_room", by=host.clerk, on="2026-03-26")


def test_figures_count_questions_by_what_became_of_them():
    host = make_host()
    dialogue = brought_to(host, "held")
    first, second = raised(host, dialogue), raised(host, dialogue, text="Khi nào có nước sạch?")
    questions.answer(first, "Tháng 5", answered_by=host.body, by=host.head, at=at(AFTER, 16))
    questions.take_away(second, Away(body=host.body), by=host.head, at=at(AFTER, 16))
    raised(host, dialogue, text="Còn điện thì sao?")
    of_host = Question.objects.of_hosts([host.body.pk])
    counts = [
        of_host.count(),
        of_host.answered().count(),
        of_host.taken_away().count(),
        of_host.waiting().count(),
    ]
    assert counts == [3, 1, 1, 1]
