"""What everybody may do: read of announced dialogues, ask beforehand, follow a question with its code."""

from uuid import uuid4

import pytest
import time_machine

from cases.codes import Kind
from cases.conclusions import Promise
from dialogues import concluding, questions
from dialogues.models import Question
from dialogues.questions import Away
from tests.cases.making import answered, at, make_case
from tests.cases.making import do as move_case
from tests.dialogues.making import brought_to, do, make_host, make_plan
from tests.feedback.making import apart

pytestmark = pytest.mark.usefixtures("law")
URL = "/api/v1/public/dialogues/"
FOLLOW = "/api/v1/public/questions/track/"
ROAD = "Bao giờ sửa đường liên thôn?"


@pytest.fixture
def citizen(client_of):
    return apart(client_of(None))


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(at("2026-03-12", 10), tick=False):
        yield


def asks(citizen, dialogue, **facts):
    key = facts.pop("key", None)
    headers = {"idempotency-key": key} if key else {}
    return citizen.post(f"{URL}{dialogue.code}/questions/", {"text": ROAD} | facts, headers=headers)


def test_only_what_was_announced_and_not_called_off_is_shown(citizen):
    host = make_host()
    shown = {brought_to(host, stage).code for stage in ("announced", "held", "published")}
    hidden = [brought_to(host, stage).code for stage in ("planned", "postponed", "cancelled")]
    assert {row["code"] for row in citizen.get(URL).json()["results"]} == shown
    assert {citizen.get(f"{URL}{code}/").status_code for code in hidden} == {404}
    assert citizen.get(URL, {"area__within": host.area.code, "since": "2026-03-21"}).json()["results"] == []


def test_an_announced_one_is_read_by_everybody_with_text_time_place_and_how_to_attend(citizen):
    host = make_host()
    dialogue = make_plan(host, title="Đối thoại về đất đai")
    do(dialogue, host, "schedule", "2026-02-20", place="Nhà văn hóa", online_at="https://hop.example.vn/d1")
    do(dialogue, host, "announce", "2026-03-10", announcement="Mời bà con", how_to_attend="Đăng ký ở thôn")
    told = citizen.get(f"{URL}{dialogue.code}/").json()
    assert (told["host"], told["title"], told["area"]) == (
        host.body.name,
        "Đối thoại về đất đai",
        host.area.name,
    )
    assert told["starts_at"] == "2026-03-20T08:00:00+07:00"
    assert (told["place"], told["online_at"]) == ("Nhà văn hóa", "https://hop.example.vn/d1")
    assert (told["announcement"], told["how_to_attend"]) == ("Mời bà con", "Đăng ký ở thôn")
    assert told["takes_questions"] is True


def test_a_resident_asks_once_for_each_key_and_the_code_is_the_receipt(citizen):
    host = make_host()
    dialogue = brought_to(host, "announced")
    key = str(uuid4())
    asked = asks(citizen, dialogue, key=key, asker={"name": "Trần Thị Hòa", "phone": "0912345678"})
    assert asked.status_code == 201, asked.content
    assert (asked["Cache-Control"], asked["Referrer-Policy"]) == ("no-store", "no-referrer")
    again = asks(citizen, dialogue, key=key, asker={"name": "Trần Thị Hòa", "phone": "0912345678"})
    assert (again.status_code, again.json()["tracking_code"]) == (200, asked.json()["tracking_code"])
    assert Question.objects.count() == 1
    assert (
        "Hòa" not in citizen.post(FOLLOW, {"tracking_code": asked.json()["tracking_code"]}).content.decode()
    )


def test_bad_questions_name_their_field_and_late_ones_are_refused(citizen):
    host = make_host()
    dialogue = brought_to(host, "announced")
    assert list(asks(citizen, dialogue, text="?").json()) == ["text"]
    assert list(asks(citizen, dialogue, asker={"phone": "12"}).json()) == ["asker.phone"]
    with time_machine.travel(at("2026-03-20", 8), tick=False):
        assert asks(citizen, dialogue).status_code == 409
    assert asks(citizen, brought_to(make_host(), "planned")).status_code == 404
    assert Question.objects.count() == 0


def test_strangers_ask_so_often_and_no_oftener(citizen):
    host = make_host()
    dialogue = brought_to(host, "announced")
    answers = [asks(citizen, dialogue).status_code for _ in range(21)]
    assert answers == [201] * 20 + [429]


def test_a_wrong_code_gets_one_answer_whatever_is_wrong_with_it(citizen):
    for code in ("", "ABCD-EFGH-JKMN", "không phải mã"):
        answer = citizen.post(FOLLOW, {"tracking_code": code})
        assert answer.status_code == (400 if code == "" else 404)


def followed(citizen, code, on):
    with time_machine.travel(at(on, 12), tick=False):
        answer = citizen.post(FOLLOW, {"tracking_code": code})
    assert answer.status_code == 200
    return answer.json()


def test_who_asked_follows_the_answer_and_the_case_and_the_promise_without_doing_anything(citizen):
    host = make_host()
    dialogue = brought_to(host, "announced")
    code = asks(citizen, dialogue).json()["tracking_code"]
    question = Question.objects.get()
    assert followed(citizen, code, "2026-03-12")["state"] == "open"
    do(dialogue, host, "hold", "2026-03-20")
    case = questions.take_away(
        question, Away(body=host.body, kind=Kind.FEEDBACK), by=host.head, at=at("2026-03-21")
    )
    promise = concluding.conclude(
        dialogue,
        Promise(text="Sửa đường trước mùa mưa", body=host.body),
        questions=[question],
        by=host.head,
        at=at("2026-03-21"),
    ).case
    told = followed(citizen, code, "2026-03-22")
    assert told["case"]["reference"] == case.reference
    assert told["conclusions"] == []  # not signed yet
    for name, on in (("draft_minutes", "2026-03-23"), ("open_comments", "2026-03-23")):
        do(dialogue, host, name, on)
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    (told,) = followed(citizen, code, "2026-03-26")["conclusions"]
    assert (told["stage"], told["progress"]) == ("Accepted", None)
    for on, facts in (("2026-04-02", {"percent": 40}), ("2026-04-10", {"percent": 60}), ("2026-04-11", {})):
        move_case(promise, "progress", on, text="Ông Bình đang thi công", **facts)
    (told,) = followed(citizen, code, "2026-04-25")["conclusions"]
    assert (told["text"], told["due_on"], told["late"]) == ("Sửa đường trước mùa mưa", "2026-04-20", True)
    assert told["progress"] == {"percent": 60, "on": "2026-04-10"}
    assert "Bình" not in str(told)
    answered(promise, "2026-04-26", "done")
    move_case(promise, "close", "2026-04-26")
    (told,) = followed(citizen, code, "2026-04-27")["conclusions"]
    assert (told["stage"], told["result"], told["late"]) == ("Closed", "Done", False)


def test_a_question_joined_to_an_open_matter_is_followed_there(citizen):
    host = make_host()
    known = make_case(host.body, kind="feedback", received="2026-03-02", title="Đường thôn", area=host.area)
    dialogue = brought_to(host, "announced")
    code = asks(citizen, dialogue).json()["tracking_code"]
    do(dialogue, host, "hold", "2026-03-20")
    questions.take_away(Question.objects.get(), Away(into=known), by=host.head, at=at("2026-03-21"))
    assert followed(citizen, code, "2026-03-22")["case"]["reference"] == known.reference


def test_results_and_promises_are_told_once_they_are_published(citizen):
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    concluding.conclude(dialogue, Promise(text="Sửa cống", body=host.body), by=host.head, at=at("2026-03-23"))
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    before = citizen.get(f"{URL}{dialogue.code}/").json()
    assert (before["conclusions"], before["results"], before["takes_questions"]) == ([], "", False)
    do(dialogue, host, "publish", "2026-03-27", results="Kết luận 01 việc")
    told = citizen.get(f"{URL}{dialogue.code}/").json()
    assert [(row["text"], row["office"]) for row in told["conclusions"]] == [("Sửa cống", host.body.name)]
    assert told["results"] == "Kết luận 01 việc"


def test_the_public_list_costs_the_same_whatever_it_holds(citizen, django_assert_max_num_queries):
    host = make_host()
    for number in range(1, 4):
        brought_to(host, "announced")
        with django_assert_max_num_queries(4):  # the savepoint of the test, the limit, the page
            assert len(citizen.get(URL).json()["results"]) == number
