"""What the holder of a tracking code is told: six steps, what comes next, why it takes longer, and nothing internal."""

import pytest

from tests.cases.making import answered, do, paper
from tests.feedback.making import PUBLIC, apart, done, make_petition, make_place, now_at, told_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def citizen(client_of):
    return apart(client_of(None))


def test_a_complaint_is_told_step_by_step(place, citizen):
    """Timeline 1 of the clocks: received 2 April 2024, acceptance due on the 12th, settled in 30 days."""
    receipt = make_petition(place)
    case = receipt.case
    told = told_on(citizen, receipt, "2024-04-03")
    assert len(told["steps"]) == 6
    assert (now_at(told), done(told)) == (["sorted"], {"received": "2024-04-02"})
    assert told["next"]["by"] == told["due"]["due_on"] == "2024-04-12"
    assert told["next"]["office"] == told["office"] == "UBND xã Thi Sơn"

    do(case, "classify", "2024-04-04", kind="complaint")
    assert now_at(told_on(citizen, receipt, "2024-04-04")) == ["accepted"]

    do(case, "accept", "2024-04-12")
    told = told_on(citizen, receipt, "2024-04-15")
    assert done(told) == {"received": "2024-04-02", "sorted": "2024-04-04", "accepted": "2024-04-12"}
    assert now_at(told) == ["examined"]
    assert told["due"]["due_on"] == told["next"]["by"] == "2024-05-13"
    assert told["due"]["basis"] == "Luật Khiếu nại, Đ.28"
    assert sum(span["counted"] for span in told["due"]["explanation"]) == 30
    assert (told["late"], told["why_longer"], told["answer"]) == (False, [], None)

    told = told_on(citizen, receipt, "2024-05-20")
    assert told["late"] is True
    assert told["why_longer"] == [
        "The office is 7 days late.",
        "The office has given no reason. You may ask it, or the office above it.",
    ]

    answered(case, "2024-05-21")
    told = told_on(citizen, receipt, "2024-05-22")
    assert now_at(told) == ["closed"]
    assert done(told)["answered"] == "2024-05-21"
    assert told["answer"] == {
        "answered_on": "2024-05-21", "number": "15/QĐ-UBND", "result": "Right", "text": "Đã giải quyết",
    }  # fmt: skip
    assert told["rating"]["can_rate"] is True
    # 30 calendar days from 21 May: Thursday 20 June.
    assert "20/06/2024" in told["to_do"][0]


def test_what_the_office_asks_for_is_told_until_it_came(place, citizen):
    receipt = make_petition(place, kind="feedback")
    do(receipt.case, "accept", "2024-04-03")
    do(receipt.case, "ask_supplement", "2024-04-04", what="Bản sao giấy chứng nhận")
    told = told_on(citizen, receipt, "2024-04-05")
    assert told["to_do"] == ["The office asks you for more: Bản sao giấy chứng nhận"]
    assert told["due"]["due_on"] is None
    assert told["why_longer"] == ["The time limit is paused: these days do not count."]
    do(receipt.case, "supplement", "2024-04-08", what="đã nộp")
    assert told_on(citizen, receipt, "2024-04-09")["to_do"] == []


def test_an_extension_is_told_with_its_document(place, citizen):
    receipt = make_petition(place)
    do(receipt.case, "accept", "2024-04-12")
    do(receipt.case, "extend", "2024-05-06", situation=["complex"], document=paper("2024-05-06", "7/QĐ"))
    told = told_on(citizen, receipt, "2024-05-07")
    assert told["due"]["due_on"] == "2024-05-27"
    assert told["due"]["original_due_on"] == "2024-05-13"


@pytest.mark.parametrize(
    ("kind", "move", "facts", "text"),
    [
        ("complaint", "guide", {"right_address": "Tòa án"}, "Another office is in charge"),
        ("complaint", "refuse", {"ground": "hết thời hiệu"}, "It was not taken up"),
        ("feedback", "transfer", {"address": "Sở", "document": "paper"}, "It was passed on"),
        ("complaint", "void", {}, "This entry was cancelled"),
    ],
)
def test_an_end_without_an_answer_is_said_plainly(place, citizen, kind, move, facts, text):
    receipt = make_petition(place, kind=kind)
    facts = {name: paper("2024-04-05") if name == "document" else value for name, value in facts.items()}
    do(receipt.case, move, "2024-04-05", reason="lý do nội bộ", **facts)
    answer = told_on(citizen, receipt, "2024-04-08")
    assert answer["steps"][-1]["text"].startswith(text)
    assert answer["steps"][-1]["done_on"] == "2024-04-05"
    assert now_at(answer) == []
    assert "lý do nội bộ" not in str(answer)
    assert "hết thời hiệu" not in str(answer)


def test_nothing_internal_and_no_person_is_told(place, citizen):
    receipt = make_petition(place)
    case = receipt.case
    do(case, "route", "2024-04-03", body=place.province, instruction="mật: hỏi ông Tư")
    do(case, "assign", "2024-04-03", person=place.superior)
    do(case, "note", "2024-04-03", text="ghi chú nội bộ")
    do(case, "accept", "2024-04-04")
    do(case, "begin_verification", "2024-04-05")
    do(case, "record_verification", "2024-04-06", text="biên bản xác minh")
    told = str(told_on(citizen, receipt, "2024-04-08"))
    for secret in (
        "mật",
        "ghi chú",
        "biên bản",
        place.superior.full_name,
        place.superior.username,
        "Nguyễn Văn An",
    ):
        assert secret not in told


def test_the_answer_to_a_denunciation_is_not_told_here(place, citizen):
    receipt = make_petition(place, kind="denunciation")
    do(receipt.case, "accept", "2024-04-05")
    answered(receipt.case, "2024-04-20")
    told = told_on(citizen, receipt, "2024-04-22")
    assert told["answer"]["text"] == "The conclusion is sent to you by letter."
    assert "Đã giải quyết" not in str(told)
    assert told["answer"]["result"] == ""


def test_who_asked_in_a_joined_petition_follows_the_other_case(place, citizen):
    first, second = make_petition(place), make_petition(place, received="2024-04-03")
    do(second.case, "join", "2024-04-04", into=first.case)
    do(first.case, "accept", "2024-04-05")
    told = told_on(citizen, second, "2024-04-08")
    assert (told["code"], told["followed"]) == (second.petition.code, first.case.reference)
    assert done(told)["accepted"] == "2024-04-05"
    do(second.case, "split", "2024-04-09")
    assert told_on(citizen, second, "2024-04-10")["followed"] is None


def test_the_texts_come_in_vietnamese_unless_english_is_asked_for(place, client_of):
    code = make_petition(place).tracking_code
    vietnamese = apart(client_of(None, "vi")).post(f"{PUBLIC}track/", {"tracking_code": code})
    assert vietnamese["Content-Language"] == "vi"


def test_a_house_rule_is_called_so_in_the_language_of_the_reader(place, client_of):
    receipt = make_petition(place, kind="feedback", received="2024-04-02")
    do(receipt.case, "accept", "2024-04-03")
    told = {
        language: told_on(apart(client_of(None, language)), receipt, "2024-04-04")["due"]["basis"]
        for language in ("vi", "en")
    }
    assert told == {"vi": "quy định nội bộ", "en": "rule of the house"}
