"""Which petitions somebody may know of, how much of the petitioners they are shown, and who may find, read and consent."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodies import guards, identities
from bodies.scopes import standing_of
from cases.codes import PETITIONS, Kind
from cases.visibility import Viewer
from feedback.models import Petition
from feedback.permissions import Shown, shown_to
from tests.bodies.making import make_area, make_body, make_membership, make_user
from tests.cases.making import do
from tests.feedback.making import an, apart, make_petition, make_place, told_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/petitions/"
TODAY = date(2024, 4, 10)
WORDS = ("Nguyễn Văn An", "035085004567", "912345678", "Thôn Vồng")


@pytest.fixture
def place():
    return make_place()


def seen_by(client_of, user, receipt):
    return client_of(user).get(f"{URL}{receipt.petition.code}/")


# The table, written a second time.
TABLE = {
    ("holding", False): "open",
    ("receiving", False): "open",
    ("co_body", False): "masked",
    ("superior", False): "masked",
    ("monitor", False): "hidden",
    ("holding", True): "hidden",
    ("receiving", True): "hidden",
    ("co_body", True): "hidden",
    ("superior", True): "hidden",
    ("monitor", True): "hidden",
}


@pytest.mark.parametrize("viewer", Viewer)
@pytest.mark.parametrize("kind", sorted(PETITIONS))
def test_the_table_of_identities_is_this_one(viewer, kind):
    assert shown_to(viewer, kind) == Shown(TABLE[viewer.value, kind == Kind.DENUNCIATION])


@pytest.mark.parametrize(
    ("who", "shown"),
    [("clerk", "open"), ("handler", "open"), ("head", "open"), ("superior", "masked"), ("monitor", "hidden")],
)
def test_each_reader_is_shown_what_the_table_says(place, client_of, who, shown):
    answer = seen_by(client_of, getattr(place, who), make_petition(place))
    assert answer.status_code == 200
    (person,) = answer.json()["petitioners"]
    assert person["shown"] == shown
    told = answer.content.decode()
    assert [word in told for word in WORDS] == [shown == "open"] * 4
    if shown == "masked":
        assert person["name"] == "N••••• V•• A•"
        assert person["id_number"] == "035•••••4567"
    assert ("person" in person) == (who != "monitor")


def test_who_co_ordinates_sees_masks(place, client_of):
    other = make_place(code="kha-phong")
    receipt = make_petition(place)
    do(receipt.case, "route", "2024-04-03", body=place.province, co_bodies=[other.office])
    assert seen_by(client_of, other.handler, receipt).json()["petitioners"][0]["shown"] == "masked"
    # Who received it goes on reading it openly.
    assert seen_by(client_of, place.clerk, receipt).json()["petitioners"][0]["shown"] == "open"


@pytest.mark.parametrize("who", ["clerk", "handler", "head", "superior", "monitor"])
def test_a_denouncer_is_shown_to_nobody(place, client_of, who):
    answer = seen_by(client_of, getattr(place, who), make_petition(place, kind="denunciation"))
    told = answer.content.decode()
    assert answer.status_code == 200
    assert not any(word in told for word in WORDS)
    assert "•" not in told


def test_a_monitor_sees_the_outline_of_a_denunciation_and_nothing_else(place, client_of):
    receipt = make_petition(place, kind="denunciation", title="Ông Tư nhận tiền", content="Việc cụ thể")
    whole = seen_by(client_of, place.monitor, receipt).json()
    assert set(whole) == {"code", "kind", "instance", "channel", "received_on", "case"}
    assert set(whole["case"]) == {"reference", "stage", "due_on"}
    (line,) = client_of(place.monitor).get(URL).json()["results"]
    assert line == whole


def test_strangers_the_office_complained_of_and_technical_administrators_see_nothing(place, client_of):
    receipt = make_petition(place, kind="denunciation", against_body=place.office, received_by=place.province)
    users = [
        place.clerk,
        place.head,
        make_place(code="kha-phong").head,
        make_user("quan-tri", is_staff=True, is_superuser=True),
    ]
    for user in users:
        assert seen_by(client_of, user, receipt).status_code == 404
        assert client_of(user).get(URL).json()["results"] == []
    assert seen_by(client_of, place.superior, receipt).status_code == 200
    assert client_of(None).get(URL).status_code == 401


def test_unseen_and_not_there_give_the_same_answer(place, client_of):
    receipt = make_petition(place)
    stranger = client_of(make_place(code="kha-phong").head)
    unseen = stranger.get(f"{URL}{receipt.petition.code}/")
    absent = stranger.get(f"{URL}2024-thi-son-ubnd-999999/")
    assert (
        (unseen.status_code, unseen.content) == (absent.status_code, absent.content) == (404, absent.content)
    )


def test_a_list_costs_the_same_for_one_and_for_thirty(place, client_of):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            answer = client_of(place.head).get(URL)
        return len(seen), len(answer.json()["results"])

    make_petition(place)
    few, one = statements()
    for _ in range(29):
        make_petition(place)
    many, thirty = statements()
    assert (one, thirty) == (1, 30)
    assert many == few <= 3


def test_a_page_costs_the_same_for_one_petitioner_and_for_fifty(place, client_of):
    def statements(people):
        receipt = make_petition(place, people=[an(name=f"Người {n}") for n in range(people)])
        with CaptureQueriesContext(connection) as seen:
            assert len(seen_by(client_of, place.head, receipt).json()["petitioners"]) == people
        return len(seen)

    assert statements(50) == statements(1) <= 6


def test_the_list_is_paged_newest_first_and_filtered(place, client_of):
    old = make_petition(place, received="2024-03-01", kind="feedback")
    new = make_petition(place, received="2024-04-01", channel="letter")

    def codes(**asked):
        return [row["code"] for row in client_of(place.head).get(URL, asked).json()["results"]]

    assert codes() == [new.petition.code, old.petition.code]
    assert codes(kind="feedback") == codes(received_before="2024-03-01") == [old.petition.code]
    assert codes(channel="letter") == codes(received_after="2024-03-02") == [new.petition.code]
    assert codes(area="ha-nam") == codes(received_by="thi-son-ubnd") == codes()
    assert codes(case=old.case.reference) == [old.petition.code]
    first = client_of(place.head).get(URL, {"page_size": 1}).json()
    assert client_of(place.head).get(first["next"]).json()["results"][0]["code"] == old.petition.code
    assert client_of(place.head).get(URL, {"area": "khong-co"}).status_code == 400


# --- The guard ------------------------------------------------------------------------------------------------------


def findable(user, receipt):
    person = receipt.petition.petitioners.get().person
    return bool(guards.findable([person.pk], standing_of(user, TODAY)))


def verdict(user, receipt):
    return guards.verdict_on(receipt.petition.petitioners.get().person, standing_of(user, TODAY))


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_people_are_found_through_the_cases_one_does_more_than_watch(place, kind):
    receipt = make_petition(place, kind=kind)
    assert findable(place.clerk, receipt)
    assert findable(place.superior, receipt)
    assert not findable(place.monitor, receipt)
    assert not findable(make_place(code="kha-phong").head, receipt)


def test_the_office_complained_of_does_not_find_its_denouncer_even_as_a_monitor(place):
    receipt = make_petition(place, kind="denunciation", received_by=place.province, against_body=place.office)
    assert not findable(place.head, receipt)
    make_membership(user=place.superior, body=place.office, role="monitor")
    assert not findable(place.superior, receipt)


def test_only_a_denouncer_is_read_with_consent(place):
    told, denounced = make_petition(place), make_petition(place, kind="denunciation")
    assert verdict(place.clerk, told) == guards.Verdict(
        allowed=True, needs_approval=False, case_reference=told.case.reference
    )
    assert verdict(place.clerk, denounced) == guards.Verdict(
        allowed=True, needs_approval=True, case_reference=denounced.case.reference
    )
    assert not verdict(place.monitor, told).allowed


def test_a_letter_corrected_into_a_denunciation_protects_its_writer(place):
    receipt = make_petition(place)
    do(receipt.case, "classify", "2024-04-03", kind="denunciation")
    assert verdict(place.clerk, receipt).needs_approval


def test_consent_is_given_by_the_head_of_the_office_or_above(place):
    receipt = make_petition(place, kind="denunciation")
    person, reference = receipt.petition.petitioners.get().person, receipt.case.reference

    def may(user, reference=reference):
        return guards.may_approve(person, reference, standing_of(user, TODAY))

    assert may(place.head)
    assert may(place.superior)
    for user in (place.clerk, place.handler, place.monitor, make_place(code="kha-phong").head):
        assert not may(user)
    assert not may(place.head, make_petition(place).case.reference)


def test_the_office_complained_of_never_consents(place):
    village = make_body(
        area=make_area(code="thon-vong", level="community", parent=place.area),
        kind="thon_tdp",
        superior=place.office,
    )
    receipt = make_petition(place, kind="denunciation", received_by=place.province, against_body=place.office)
    person = receipt.petition.petitioners.get().person
    assert village.superior == place.office
    assert not guards.may_approve(person, receipt.case.reference, standing_of(place.head, TODAY))
    assert guards.may_approve(person, receipt.case.reference, standing_of(place.superior, TODAY))


def test_search_finds_a_petitioner_by_phone_only_for_those(place):
    from tests.cases.making import at

    make_petition(place)
    found = identities.search(place.clerk, at=at("2024-04-10"), phone="0912345678")
    assert [each.masked.name for each in found] == ["N••••• V•• A•"]
    assert identities.search(place.monitor, at=at("2024-04-10"), phone="0912345678") == []


def test_a_denouncer_is_read_with_a_reason_and_a_second_persons_consent(place, client_of):
    from bodies.models import IdentityRead

    receipt = make_petition(place, kind="denunciation")
    (shown,) = seen_by(client_of, place.handler, receipt).json()["petitioners"]
    reveal = f"/api/v1/people/{shown['person']}/reveal/"
    asked = client_of(place.handler).post(reveal, {"reason": "Hẹn làm việc"})
    assert (asked.status_code, asked.json()["case_reference"]) == (202, receipt.case.reference)
    (waiting,) = client_of(place.head).get("/api/v1/reveals/").json()
    decision = f"/api/v1/reveals/{waiting['id']}/decision/"
    for user in (place.clerk, place.monitor):
        assert apart(client_of(user)).post(decision, {"grant": True}).status_code in {404, 409}
    assert client_of(place.head).post(decision, {"grant": True}).status_code == 200
    read = client_of(place.handler).post(reveal, {"reason": "Hẹn làm việc"})
    assert (read.status_code, read.json()["name"]) == (200, "Nguyễn Văn An")
    line = IdentityRead.objects.get()
    assert (line.by, line.case_reference) == (place.handler, receipt.case.reference)
    assert client_of(place.handler).post(reveal, {"reason": "Lại"}).status_code == 202
    for user in (place.monitor, make_place(code="kha-phong").head):
        assert client_of(user).post(reveal, {"reason": "Tò mò"}).status_code == 404


def test_no_browser_keeps_what_names_people(place, client_of):
    assert seen_by(client_of, place.clerk, make_petition(place))["Cache-Control"] == "no-store"


# --- Corrections ----------------------------------------------------------------------------------------------------


def correct(client, receipt, **facts):
    return client.post(
        f"{URL}{receipt.petition.code}/people/", {"position": 0, "reason": "Ghi nhầm", **facts}
    )


def test_a_wrong_entry_is_resealed_and_the_history_names_only_the_fields(place, client_of):
    receipt = make_petition(place)
    answer = correct(
        apart(client_of(place.clerk)), receipt, name="Nguyễn Văn Ân", phone="0987654321", version=1
    )
    assert (answer.status_code, answer.json()) == (200, {"fields": ["name", "phone"], "version": 2})
    person = seen_by(client_of, place.clerk, receipt).json()["petitioners"][0]
    assert (person["name"], person["phone"], person["id_number"]) == (
        "Nguyễn Văn Ân",
        "+84987654321",
        "035085004567",
    )
    event = receipt.case.events.latest("seq")
    assert event.move == "correct"
    for word in (*WORDS, "Ân", "987654321"):
        assert word not in str(event.details)
    assert receipt.petition.petitioners.get().person.former_identities.count() == 1


@pytest.mark.parametrize(
    ("facts", "status", "field"),
    [
        ({"name": "N••••• V•• A•"}, 400, "name"),
        ({"phone": "12"}, 400, "phone"),
        ({"position": 3, "name": "B"}, 400, "position"),
        ({}, 400, "fields"),
        ({"name": "Nguyễn Văn An"}, 409, "refused"),
        ({"name": "Bình", "version": 7}, 409, "refused"),
        ({"name": "Bình", "reason": " "}, 400, "reason"),
    ],
)
def test_a_correction_that_is_none_changes_nothing(place, client_of, facts, status, field):
    receipt = make_petition(place)
    answer = correct(apart(client_of(place.clerk)), receipt, **facts)
    assert (answer.status_code, field in answer.json()) == (status, True)
    assert receipt.case.events.count() == 1
    assert receipt.petition.petitioners.get().person.former_identities.count() == 0


def test_who_may_not_correct_learns_nothing_by_trying(place, client_of):
    """The true and a false value get the same answer."""
    receipt = make_petition(place, kind="denunciation")
    answers = [
        correct(apart(client_of(place.superior)), receipt, name=name)
        for name in ("Nguyễn Văn An", "Trần Thị B")
    ]
    assert {answer.status_code for answer in answers} == {409}
    assert len({answer.content for answer in answers}) == 1


def test_the_slip_is_printed_again_by_the_office_that_received_it(place, client_of):
    receipt = make_petition(place)
    again = client_of(place.clerk).post(f"{URL}{receipt.petition.code}/receipt/")
    assert again.json()["tracking_code"] == receipt.tracking_code
    assert client_of(place.superior).post(f"{URL}{receipt.petition.code}/receipt/").status_code == 403
    assert Petition.objects.count() == 1
    assert told_on(apart(client_of(None)), receipt, "2024-04-03")["code"] == receipt.petition.code
