"""The portal: lodging, following, adding, withdrawing, rating, with nothing but a tracking code."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Case, Event
from feedback.models import Petition, Verdict, Word
from tests.cases.making import answered, at, do
from tests.feedback.making import PUBLIC, an, apart, make_petition, make_place, told_on, track

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


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


@pytest.mark.parametrize("asks", [True, False])
def test_who_denounces_is_told_who_will_see_the_name(place, citizen, settings, asks):
    settings.REVEAL_NEEDS_APPROVAL = asks
    told = citizen.post(f"{PUBLIC}petitions/", lodged(place, kind="denunciation")).json()
    assert "Your name is sealed" in told["notice"]
    # Nothing is promised that this installation does not keep.
    assert ("A second person must consent" in told["notice"]) is asks


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


def test_every_wrong_code_costs_the_same_statements(place, citizen):
    """One look into one index, whether it is no code at all, or differs from a true one by a single sign."""
    code = make_petition(place).tracking_code
    near = code[:-1] + ("0" if code[-1] != "0" else "1")

    def asked(typed):
        with CaptureQueriesContext(connection) as seen:
            assert track(citizen, typed).status_code == 404
        return [query["sql"].split("WHERE")[0] for query in seen if "SAVEPOINT" not in query["sql"]]

    assert asked("x") == asked(near) == asked("A" * 100)
    assert len([sql for sql in asked(near) if "feedback_petition" in sql]) == 1


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
