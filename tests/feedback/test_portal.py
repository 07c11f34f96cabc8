"""The portal: lodging, following, adding, withdrawing, rating, with nothing but a tracking code."""

import pytest
from django.utils import timezone

from cases.models import Case, Event
from feedback.models import Petition, Verdict, Word
from tests.cases.making import answered, at, do, paper
from tests.feedback.making import an, apart, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
PUBLIC = "/api/v1/public/"


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def citizen(client_of):
    return apart(client_of(None))


def lodged(place, **facts):
    return {
        "kind": "complaint",
        "received_by": place.office.code,
        "area": place.area.code,
        "content": "Đường vào thôn hỏng đã lâu.",
        "petitioners": [an()],
    } | facts


def track(citizen, code):
    return citizen.post(f"{PUBLIC}track/", {"tracking_code": code})


# --- Lodging --------------------------------------------------------------------------------------------------------


def test_a_citizen_lodges_and_follows(place, citizen):
    answer = citizen.post(f"{PUBLIC}petitions/", lodged(place))
    assert answer.status_code == 201
    case = Case.objects.get()
    assert (case.channel, case.stage, case.title) == ("portal", "received", "Đường vào thôn hỏng đã lâu.")
    assert Event.objects.get().actor == "citizen"
    told = track(citizen, answer.json()["tracking_code"])
    assert told.status_code == 200
    assert told.json()["code"] == answer.json()["code"] == case.reference


def test_who_denounces_is_told_who_will_see_the_name(place, citizen):
    told = citizen.post(f"{PUBLIC}petitions/", lodged(place, kind="denunciation")).json()
    assert "consent of a second person" in told["notice"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"petitioners": []}, "petitioners"),
        ({"petitioners": [an(address="")]}, "petitioners.0.address"),
        ({"kind": "denunciation", "petitioners": []}, "evidence"),
        ({"received_by": "thi-son-khong-co"}, "received_by"),
        ({"content": ""}, "title"),
    ],
)
def test_what_the_citizen_can_still_mend_is_refused_by_field(place, citizen, wrong, field):
    answer = citizen.post(f"{PUBLIC}petitions/", lodged(place, **wrong))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Petition.objects.exists()


def test_an_office_that_takes_none_online_is_not_chosen(place, citizen):
    from tests.bodies.making import make_body

    cell = make_body(area=place.area, kind="chi_bo")
    answer = citizen.post(f"{PUBLIC}petitions/", lodged(place, received_by=cell.code))
    assert (answer.status_code, list(answer.json())) == (400, ["received_by"])


def test_the_choices_are_places_offices_and_kinds_in_plain_words(place, citizen):
    widest = citizen.get(f"{PUBLIC}choices/").json()
    assert [each["code"] for each in widest["areas"]] == ["ha-nam"]
    assert {each["code"] for each in widest["kinds"]} == {
        "complaint", "denunciation", "recommendation", "feedback", "opinion",
    }  # fmt: skip
    here = citizen.get(f"{PUBLIC}choices/", {"area": place.area.code}).json()
    assert {each["code"] for each in here["offices"]} == {"thi-son-ubnd", "thi-son-dang-uy", "thi-son-mttq"}
    assert citizen.get(f"{PUBLIC}choices/", {"area": "khong-co"}).status_code == 400


# --- The code -------------------------------------------------------------------------------------------------------


def test_every_wrong_code_gets_the_same_answer(place, citizen):
    make_petition(place)
    wrong = ["ABCD-EFGH-JKMN", "", "x", "2024-thi-son-ubnd-000001", "0000-0000-0000", "A" * 100]
    answers = [track(citizen, code) for code in wrong if code]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_the_code_is_read_in_any_writing(place, citizen):
    code = make_petition(place).tracking_code
    assert track(citizen, f" {code.lower().replace('-', ' ')} ").status_code == 200


def test_nothing_of_it_is_kept_by_a_browser(place, citizen):
    for answer in (track(citizen, "ABCD-EFGH-JKMN"), track(citizen, make_petition(place).tracking_code)):
        assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_ten_codes_a_minute_from_one_address(place, citizen):
    code = make_petition(place).tracking_code
    answers = [citizen.post(f"{PUBLIC}track/", {"tracking_code": code}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def from_address(client, number):
    return {"REMOTE_ADDR": f"10.0.{number // 256}.{number % 256}"}


def test_a_thousand_wrong_codes_an_hour_in_the_whole_system_and_right_ones_do_not_count(place, client_of):
    from bodies import limits
    from feedback.throttles import PublicInAll

    client, code = client_of(None), make_petition(place).tracking_code

    def ask(number, typed):
        return client.post(
            f"{PUBLIC}track/", {"tracking_code": typed}, **from_address(client, number)
        ).status_code

    assert [ask(n, code) for n in range(5)] == [200] * 5
    for _ in range(998):
        limits.allow(
            f"{PublicInAll.name}:all", most=1000, per_seconds=PublicInAll.per_seconds, now=timezone.now()
        )
    assert [ask(100, "ABCD-EFGH-JKMN"), ask(101, code), ask(102, code)] == [404, 200, 200]
    assert [ask(103, "ABCD-EFGH-JKMN"), ask(104, "ABCD-EFGH-JKMN"), ask(105, code)] == [404, 429, 429]


def test_who_is_over_their_own_limit_does_not_use_up_everybodys(place, client_of):
    from bodies.models import TryCount

    client = client_of(None)
    for _ in range(30):
        client.post(f"{PUBLIC}track/", {"tracking_code": "ABCD-EFGH-JKMN"})
    assert TryCount.objects.get(name="public:all").tries == 10


def test_the_desk_is_not_counted(place, client_of):
    from tests.feedback.making import posted

    for _ in range(12):
        client_of(None).post(f"{PUBLIC}petitions/", {})
    assert client_of(None).post(f"{PUBLIC}petitions/", {}).status_code == 429
    assert client_of(place.clerk).post("/api/v1/petitions/", posted(place)).status_code == 201


# --- Where it stands ------------------------------------------------------------------------------------------------


def told_on(citizen, receipt, day):
    import time_machine

    with time_machine.travel(at(day, 12), tick=False):
        answer = track(citizen, receipt.tracking_code)
    assert answer.status_code == 200
    return answer.json()


def now_at(told):
    return [step["code"] for step in told["steps"] if step["is_now"]]


def done(told):
    return {step["code"]: step["done_on"] for step in told["steps"] if step["done_on"]}


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


# --- Adding and withdrawing -----------------------------------------------------------------------------------------


def test_a_supplement_reaches_the_case_and_its_text_stays_out_of_the_history(place, citizen):
    receipt = make_petition(place)
    asked = {"tracking_code": receipt.tracking_code, "text": "Xin gửi thêm ảnh"}
    assert citizen.post(f"{PUBLIC}supplement/", asked).status_code == 201
    word, event = Word.objects.get(), Event.objects.latest("seq")
    assert (word.text, word.number, word.event_seq) == ("Xin gửi thêm ảnh", 1, event.seq)
    assert (event.move, event.actor) == ("supplement", "citizen")
    assert "Xin gửi" not in str(event.details)
    assert citizen.post(f"{PUBLIC}supplement/", asked | {"text": " "}).status_code == 400


def test_the_whole_is_withdrawn_once(place, citizen):
    receipt = make_petition(place)
    asked = {"tracking_code": receipt.tracking_code, "whole": True}
    assert citizen.post(f"{PUBLIC}withdraw/", asked).status_code == 201
    assert Case.objects.get().stage == "withdrawn"
    again = citizen.post(f"{PUBLIC}withdraw/", asked)
    assert (again.status_code, list(again.json())) == (409, ["refused"])
    more = {"tracking_code": receipt.tracking_code, "text": "còn nữa"}
    assert citizen.post(f"{PUBLIC}supplement/", more).status_code == 409


def test_a_part_is_withdrawn_in_the_citizens_words(place, citizen):
    receipt = make_petition(place)
    asked = {"tracking_code": receipt.tracking_code, "whole": False}
    assert list(citizen.post(f"{PUBLIC}withdraw/", asked).json()) == ["text"]
    assert citizen.post(f"{PUBLIC}withdraw/", asked | {"text": "việc cấp sổ"}).status_code == 201
    assert Case.objects.get().stage == "received"
    assert Word.objects.get().text == "việc cấp sổ"
    assert "cấp sổ" not in str(Event.objects.latest("seq").details)


def test_a_joined_petition_is_withdrawn_without_the_case_of_the_others(place, citizen):
    first, second = make_petition(place), make_petition(place, received="2024-04-03")
    do(second.case, "join", "2024-04-04", into=first.case)
    asked = {"tracking_code": second.tracking_code, "whole": True}
    assert citizen.post(f"{PUBLIC}withdraw/", asked).status_code == 201
    first.case.refresh_from_db()
    assert first.case.stage == "received"
    assert first.case.events.latest("seq").details["whole"] is False
    assert citizen.post(f"{PUBLIC}withdraw/", asked).status_code == 409
    told = track(citizen, second.tracking_code).json()
    assert told["withdrawn_on"] == str(timezone.localdate())


def test_after_the_answer_nothing_is_added_or_taken_back(place, citizen):
    receipt = make_petition(place)
    do(receipt.case, "accept", "2024-04-12")
    answered(receipt.case, "2024-04-20")
    code = {"tracking_code": receipt.tracking_code}
    assert citizen.post(f"{PUBLIC}supplement/", code | {"text": "x"}).status_code == 409
    assert citizen.post(f"{PUBLIC}withdraw/", code | {"whole": True}).status_code == 409


# --- The verdict ----------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(place):
    receipt = make_petition(place, kind="feedback")
    do(receipt.case, "accept", "2024-04-03")
    answered(receipt.case, "2024-04-10", result="met")
    do(receipt.case, "close", "2024-04-10")
    return receipt


def rate(citizen, receipt, day, **facts):
    import time_machine

    with time_machine.travel(at(day, 12), tick=False):
        return citizen.post(f"{PUBLIC}verdict/", {"tracking_code": receipt.tracking_code} | facts)


def test_an_answer_is_rated_once(closed, citizen):
    assert rate(citizen, closed, "2024-04-11", score=4, comment="Được").status_code == 201
    assert rate(citizen, closed, "2024-04-11", score=5).status_code == 409
    assert Verdict.objects.values_list("score", "comment", "reopening").get() == (4, "Được", "")
    told = told_on(citizen, closed, "2024-04-12")["rating"]
    assert (told["can_rate"], told["score"]) == (False, 4)


@pytest.mark.parametrize("score", [0, 6, -1, "năm", None])
def test_a_score_is_one_to_five(closed, citizen, score):
    answer = rate(citizen, closed, "2024-04-11", score=score)
    assert (answer.status_code, list(answer.json())) == (400, ["score"])


def test_there_is_no_verdict_before_the_answer(place, citizen):
    assert rate(citizen, make_petition(place), "2024-04-11", score=1).status_code == 409


@pytest.mark.parametrize(
    ("score", "day", "asks"),
    [(1, "2024-04-20", True), (2, "2024-04-20", True), (3, "2024-04-20", False), (1, "2024-04-21", False)],
)
def test_a_bad_verdict_within_ten_days_asks_for_reopening(closed, citizen, score, day, asks):
    rate(citizen, closed, day, score=score)
    assert Verdict.objects.get().reopening == ("waiting" if asks else "")
    closed.case.refresh_from_db()
    assert closed.case.stage == "closed"


def test_a_head_decides_and_the_citizen_is_told(closed, place, citizen, client_of):
    rate(citizen, closed, "2024-04-12", score=1)
    verdict = Verdict.objects.get()
    decide = f"/api/v1/verdicts/{verdict.pk}/decide/"
    assert apart(client_of(place.clerk)).post(decide, {"reopen": True, "reason": "x"}).status_code == 409
    assert apart(client_of(place.monitor)).post(decide, {"reopen": True, "reason": "x"}).status_code == 409
    answer = apart(client_of(place.head)).post(decide, {"reopen": True, "reason": "Chưa sửa hết"})
    assert (answer.status_code, answer.json()["reopening"]) == (200, "granted")
    closed.case.refresh_from_db()
    assert closed.case.stage == "accepted"
    again = apart(client_of(place.head)).post(decide, {"reopen": False, "reason": "x"})
    assert again.status_code == 409
    assert track(citizen, closed.tracking_code).json()["rating"]["can_rate"] is False


def test_a_refused_reopening_is_told_with_its_reason(closed, place, citizen, client_of):
    rate(citizen, closed, "2024-04-12", score=2)
    verdict = Verdict.objects.get()
    decide = f"/api/v1/verdicts/{verdict.pk}/decide/"
    nobody = apart(client_of(place.head)).post(decide, {"reopen": False, "reason": " "})
    assert (nobody.status_code, list(nobody.json())) == (400, ["reason"])
    assert (
        apart(client_of(place.superior)).post(decide, {"reopen": False, "reason": "Đã đủ"}).status_code == 200
    )
    told = track(citizen, closed.tracking_code).json()["rating"]
    assert (told["reopening"], told["reason"]) == ("Not reopened", "Đã đủ")


def test_the_head_learns_that_reopening_is_asked_for(closed, place, citizen):
    from bodies import outbox
    from bodies.models import Message

    rate(citizen, closed, "2024-04-12", score=1, comment="tệ quá")
    outbox.tell_pending(timezone.now())
    message = Message.objects.get(topic="verdict.given")
    assert message.recipient == place.head
    assert message.subject == closed.case.reference
    assert "tệ" not in message.text


def test_an_answer_given_after_reopening_is_rated_anew(closed, place, citizen):
    rate(citizen, closed, "2024-04-12", score=1)
    do(closed.case, "reopen", "2024-04-15")
    answered(closed.case, "2024-04-20", result="met")
    assert rate(citizen, closed, "2024-04-22", score=5).status_code == 201
    assert sorted(Verdict.objects.values_list("score", flat=True)) == [1, 5]
