"""A petition logged at the desk: the case it opens, the receipt, and what is refused."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bodies import tracking
from bodies.models import Announcement, Person, Submission
from cases.models import Case, CaseNumber, Clock, Event
from feedback.models import Petition, Petitioner
from tests.bodies.making import make_area, make_body, make_membership, make_user
from tests.feedback.making import an, apart, make_petition, make_place, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/petitions/"


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def desk(place, client_of):
    return apart(client_of(place.clerk))


def test_the_answer_holds_the_case_the_receipt_and_the_due_day(place, desk):
    answer = desk.post(URL, posted(place, received_at="2024-04-02T09:00:00+07:00"))
    assert answer.status_code == 201
    told = answer.json()
    assert told["code"] == "2024-thi-son-ubnd-000001"
    assert told["case"] == {
        "reference": "2024-thi-son-ubnd-000001",
        "stage": "received",
        "responsible_body": "thi-son-ubnd",
        "due_on": "2024-04-12",
    }
    assert tracking.read(told["receipt"]["tracking_code"]) == told["receipt"]["tracking_code"]
    assert told["receipt"]["office"] == "UBND xã Thi Sơn"
    assert (told["similar"], told["warnings"]) == ([], [])


def test_everything_is_written_once(place, desk):
    desk.post(URL, posted(place, people_count=3))
    petition, case = Petition.objects.get(), Case.objects.get()
    assert petition.case == case
    assert petition.code == case.reference
    assert (petition.recorded_by, case.people_count) == (place.clerk, 3)
    assert Person.objects.count() == Petitioner.objects.count() == 1
    assert [event.move for event in Event.objects.all()] == ["open"]
    topics = Announcement.objects.order_by("id").values_list("topic", flat=True)
    assert list(topics) == ["case.opened", "petition.received"]


def test_the_database_finds_the_petition_by_its_code_and_does_not_hold_it(place, desk):
    code = desk.post(URL, posted(place)).json()["receipt"]["tracking_code"]
    petition = Petition.objects.get()
    assert bytes(petition.tracking_hash) == tracking.hash_of(code)
    assert tracking.code_of(petition.pk) == code
    held = str(Petition.objects.values().get()) + str(Submission.objects.values())
    assert code not in held
    assert code.replace("-", "") not in held


@pytest.mark.parametrize(
    ("people", "flags"),
    [(4, []), (5, ["group"]), (12, ["group"])],
)
def test_five_people_are_a_group(place, desk, people, flags):
    desk.post(URL, posted(place, people_count=people))
    assert Case.objects.get().flags == flags


def test_a_group_that_appointed_nobody_is_warned_about(place, desk):
    told = desk.post(URL, posted(place, people_count=6)).json()["warnings"]
    assert [each["field"] for each in told] == ["petitioners"]
    assert "1 to 2" in told[0]["sentence"]


def test_an_anonymous_denunciation_without_evidence_is_taken_in_and_marked(place, desk):
    told = desk.post(URL, posted(place, kind="denunciation", petitioners=[], anonymous=True)).json()
    case = Case.objects.get()
    assert case.flags == ["anonymous", "ineligible"]
    assert Event.objects.get().details["lacks"] == ["no_evidence"]
    assert len(told["warnings"]) == 1
    desk.post(URL, posted(place, kind="denunciation", petitioners=[], anonymous=True, evidence=True))
    assert Case.objects.latest("pk").flags == ["anonymous"]


def test_a_petition_to_the_head_of_a_party_committee_starts_the_notice(place, desk):
    desk.post(URL, posted(place, addressed_to=place.party.code))
    assert Clock.objects.filter(rule="party.notice").count() == 1
    desk.post(URL, posted(place, addressed_to=place.office.code))
    assert Clock.objects.filter(rule="party.notice").count() == 1


def test_who_complains_too_late_is_asked_why_and_not_refused(place, desk):
    """90 days from 2024-01-02 end on 2024-04-01, a working Monday."""
    on_time = desk.post(URL, posted(place, received_at="2024-04-01", learned_on="2024-01-02"))
    late = desk.post(URL, posted(place, received_at="2024-04-02", learned_on="2024-01-02"))
    assert on_time.json()["warnings"] == []
    assert late.status_code == 201
    assert [each["field"] for each in late.json()["warnings"]] == ["learned_on"]
    assert "01/04/2024" in late.json()["warnings"][0]["sentence"]


def test_without_a_title_the_first_words_of_the_content_stand_for_it(place, desk):
    words = " ".join(["đường"] * 60)
    desk.post(URL, posted(place, title="", content=words + "\nThứ hai"))
    title = Case.objects.get().title
    assert title.endswith("đường…")
    assert len(title) <= 121


def test_a_complaint_of_the_second_instance_names_the_case_it_comes_from(place, desk):
    first = desk.post(URL, posted(place)).json()["code"]
    desk.post(URL, posted(place, appeal_of=first))
    second = Case.objects.latest("pk")
    assert (second.instance, second.appeal_of.reference) == ("second", first)
    other = make_place(code="kha-phong")
    unseen = make_petition(other).case.reference
    for wrong in ({"appeal_of": unseen}, {"appeal_of": first, "kind": "feedback"}):
        answer = desk.post(URL, posted(place, **wrong))
        assert (answer.status_code, list(answer.json())) == (400, ["appeal_of"])


def test_text_in_any_old_form_is_kept_as_nfc(place, desk):
    import unicodedata

    told = posted(
        place, title=unicodedata.normalize("NFD", "Khiếu nại về đất"), content="§¬n khiÕu n¹i vÒ ®Êt ®ai"
    )
    assert desk.post(URL, told).status_code == 201
    case = Case.objects.get()
    assert case.title == "Khiếu nại về đất"
    assert case.content == "Đơn khiếu nại về đất đai"


# --- The same key ---------------------------------------------------------------------------------------------------


def test_the_same_key_and_body_give_the_first_answer_again(place, desk):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = desk.post(URL, posted(place), headers=key)
    again = desk.post(URL, posted(place), headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    for part in ("code", "case", "receipt"):
        assert again.json()[part] == first.json()[part]
    assert Case.objects.count() == 1


def test_another_body_with_the_same_key_is_refused(place, desk):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    desk.post(URL, posted(place), headers=key)
    assert desk.post(URL, posted(place, title="Khác"), headers=key).status_code == 422
    assert Case.objects.count() == 1


def test_a_key_that_made_nothing_can_be_used_again(place, desk):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert desk.post(URL, posted(place, area="khong-co"), headers=key).status_code == 400
    assert desk.post(URL, posted(place), headers=key).status_code == 201


def test_a_key_belongs_to_its_caller(place, desk, client_of):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert desk.post(URL, posted(place), headers=key).status_code == 201
    assert apart(client_of(place.head)).post(URL, posted(place), headers=key).status_code == 201
    assert Case.objects.count() == 2


def test_a_key_must_be_a_uuid(place, desk):
    answer = desk.post(URL, posted(place), headers={"Idempotency-Key": "1"})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()


# --- What is refused ------------------------------------------------------------------------------------------------

WRONG = [
    ({"kind": "letter"}, "kind"),
    ({"kind": "conclusion"}, "kind"),
    ({"kind": None}, "kind"),
    ({"channel": "pigeon"}, "channel"),
    ({"channel": "import"}, "channel"),
    ({"received_by": "khong-co"}, "received_by"),
    ({"received_by": ""}, "received_by"),
    ({"area": "khong-co"}, "area"),
    ({"subject": "khong-co"}, "subject"),
    ({"against_body": "khong-co"}, "against_body"),
    ({"addressed_to": "khong-co"}, "addressed_to"),
    ({"sender_body": "khong-co"}, "sender_body"),
    ({"received_at": "hôm qua"}, "received_at"),
    ({"received_at": "2024-02-30"}, "received_at"),
    ({"received_at": "0202-04-02"}, "received_at"),
    ({"learned_on": "2999-01-01"}, "learned_on"),
    ({"title": "", "content": ""}, "title"),
    ({"title": " \u200b\t", "content": "\x07"}, "title"),
    ({"title": "đ" * 301}, "title"),
    ({"content": "đ" * 100_001}, "content"),
    ({"flags": ["green"]}, "flags"),
    ({"flags": ["complex", "especially_complex"]}, "flags"),
    ({"instance": "third"}, "instance"),
    ({"people_count": 0}, "people_count"),
    ({"people_count": -1}, "people_count"),
    ({"people_count": 10**12}, "people_count"),
    ({"petitioners": [{"name": "A"}, {"name": "B"}], "people_count": 1}, "people_count"),
    ({"petitioners": "An"}, "petitioners"),
    ({"petitioners": [{"name": "An"}] * 501}, "petitioners"),
    ({"petitioners": [{}]}, "petitioners.0.name"),
    ({"petitioners": [{"name": "An"}, {"name": "Bình", "phone": "12"}]}, "petitioners.1.phone"),
    ({"petitioners": [{"name": "An", "id_number": "12"}]}, "petitioners.0.id_number"),
    ({"petitioners": [{"name": "An"}], "anonymous": True}, "petitioners"),
    ({"petitioners": [{"name": f"Người {n}", "is_representative": True} for n in "abcdef"]}, "petitioners"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_every_refusal_names_the_field_and_writes_nothing(place, desk, wrong, field):
    answer = desk.post(URL, posted(place, **wrong))
    assert answer.status_code == 400, answer.content
    assert list(answer.json()) == [field]
    assert not Petition.objects.exists()
    assert not Person.objects.exists()
    assert not CaseNumber.objects.exists()


def test_tomorrow_has_not_come(place, desk):
    tomorrow = (timezone.now() + timedelta(minutes=5)).isoformat()
    assert list(desk.post(URL, posted(place, received_at=tomorrow)).json()) == ["received_at"]


def test_a_closed_body_names_its_successor(place, desk):
    old = make_body(area=make_area(code="cu"), valid_to="2024-06-30", successor=place.office)
    make_membership(user=place.clerk, body=old, role="receptionist")
    answer = desk.post(URL, posted(place, received_by=old.code))
    assert answer.status_code == 400
    assert place.office.code in answer.json()["received_by"][0]


def test_a_place_that_ended_is_refused(place, desk):
    make_area(code="huyen-cu", valid_to="2025-06-30")
    assert list(desk.post(URL, posted(place, area="huyen-cu")).json()) == ["area"]
    assert desk.post(URL, posted(place, area="huyen-cu", received_at="2025-06-30")).status_code == 201


def test_refusals_are_in_the_language_of_the_caller(place, client_of):
    answer = apart(client_of(place.clerk, "vi")).post(URL, posted(place, received_by="khong-co"))
    assert answer["Content-Language"] == "vi"


def test_ten_thousand_petitioners_are_counted_not_named(place, desk):
    assert desk.post(URL, posted(place, petitioners=[{"name": "An"}] * 10_000)).status_code == 400
    told = posted(place, petitioners=[{"name": f"Người {n}", "is_representative": n < 5} for n in range(500)])
    assert desk.post(URL, told | {"people_count": 10_000}).status_code == 201
    assert (Case.objects.get().people_count, Petitioner.objects.count()) == (10_000, 500)


def test_five_hundred_people_cost_as_many_statements_as_two(place, desk):
    def statements(people):
        told = posted(
            place, petitioners=[an(name=f"Người {n}", id_number="", phone="") for n in range(people)]
        )
        with CaptureQueriesContext(connection) as seen:
            assert desk.post(URL, told).status_code == 201
        return len(seen)

    statements(1)
    assert statements(500) == statements(2)


# --- Who may --------------------------------------------------------------------------------------------------------


def test_only_people_of_the_receiving_office_take_petitions_in(place, client_of):
    other = make_place(code="kha-phong")
    assert client_of(None).post(URL, posted(place)).status_code == 401
    assert client_of(place.monitor).post(URL, posted(place)).status_code == 403
    assert client_of(make_user("khach")).post(URL, posted(place)).status_code == 403
    answer = apart(client_of(other.clerk)).post(URL, posted(place))
    assert (answer.status_code, list(answer.json())) == (400, ["received_by"])
    for user in (place.clerk, place.handler, place.head):
        assert apart(client_of(user)).post(URL, posted(place)).status_code == 201
