"""Likely repeats: the same person, or the same place and similar words; only among cases the clerk may know of."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bodies import identities
from bodies.identity_facts import Identity
from bodies.models import Person
from bodies.scopes import standing_of
from bodies.sealed_rows import Match
from cases.likeness import likeness, pairs_to_look_for
from cases.models import Case
from cases.same_matter import alike_in_words
from feedback.models import Petitioner
from feedback.permissions import cases_known_to
from feedback.repeat_rows import candidates
from tests.bodies.making import make_membership
from tests.cases.making import do
from tests.feedback.making import an, apart, make_petition, make_place, posted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/petitions/"
ROAD = "Đường trục thôn Vồng bị xe tải băm nát"
LAND = "Thu hồi đất chưa bồi thường"


@pytest.fixture
def place():
    return make_place()


def look(client_of, user, **asked):
    answer = client_of(user).post(f"{URL}similar/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def why(found):
    return {each["reference"]: each["why"] for each in found}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"id_number": "035 085 004 567"}, "id_number"),
        ({"phone": "+84 912.345.678"}, "phone"),
        ({"phone": "0912345678", "id_number": "035085004567"}, "id_number"),
    ],
)
def test_the_same_person_is_found_however_the_number_is_typed(place, client_of, asked, reason):
    receipt = make_petition(place, received="2026-04-02")
    make_petition(place, people=[an(id_number="035085009999", phone="0987654321", name="Trần Thị Bình")])
    found = look(client_of, place.clerk, **asked)
    assert [each["reference"] for each in found] == [receipt.case.reference]
    assert found[0]["why"][0] == reason


def test_a_name_counts_where_it_is_the_same_place_too(place, client_of):
    receipt = make_petition(place, received="2026-04-02")
    near = look(client_of, place.clerk, name="NGUYEN VAN AN", area=place.area.code)
    assert why(near) == {receipt.case.reference: ["name"]}
    assert look(client_of, place.clerk, name="NGUYEN VAN AN", area="ha-nam") == []


@pytest.mark.parametrize(
    "title",
    ["duong truc thon vong bi xe tai bam nat", "Đường trục thôn Vồng xe tải băm nát hết", ROAD.upper()],
)
def test_similar_words_in_the_same_place_are_found_with_or_without_marks(place, client_of, title):
    road = make_petition(place, received="2026-04-02", title=ROAD, people=[])
    make_petition(place, received="2026-04-02", title=LAND, people=[])
    elsewhere = make_place(code="kha-phong")
    make_petition(elsewhere, received="2026-04-02", title=ROAD, people=[])
    assert why(look(client_of, place.clerk, title=title, area=place.area.code)) == {
        road.case.reference: ["text"]
    }


def test_words_that_stand_in_every_petition_make_nobody_alike(place, client_of):
    make_petition(place, received="2026-04-02", title="Đơn kiến nghị về việc đường", people=[])
    assert look(client_of, place.clerk, title="Đơn kiến nghị về việc chợ", area=place.area.code) == []


@pytest.mark.parametrize("text", ["", "'", "a & b | !c", "<-> :*", "\\", "đ", "123", "%s %d", "(", "và của"])
def test_no_text_breaks_the_look(place, client_of, text):
    make_petition(place, received="2026-04-02")
    look(client_of, place.clerk, title=text, content=text, area=place.area.code)


def test_what_lies_more_than_a_year_back_is_another_matter(place, client_of):
    make_petition(place, received="2025-04-02", title=ROAD, people=[])
    assert look(client_of, place.clerk, title=ROAD, area=place.area.code) == []


def test_the_office_of_another_place_learns_nothing(place, client_of):
    make_petition(place, received="2026-04-02")
    other = make_place(code="kha-phong")
    assert look(client_of, other.clerk, id_number="035085004567", title=LAND, area=place.area.code) == []


def test_a_denouncer_is_confirmed_to_nobody_who_only_watches(place, client_of):
    receipt = make_petition(place, received="2026-04-02", kind="denunciation")
    other = make_place(code="kha-phong")
    make_membership(user=other.clerk, body=other.office.superior, role="monitor")
    assert client_of(other.clerk).get(f"{URL}{receipt.petition.code}/").status_code == 200
    for asked in (
        {"id_number": "035085004567"},
        {"phone": "0912345678"},
        {"title": LAND, "area": place.area.code},
    ):
        assert look(client_of, other.clerk, **asked) == []
    assert why(look(client_of, place.clerk, id_number="035085004567"))


def test_the_office_complained_of_does_not_find_the_denunciation_of_it(place, client_of):
    make_petition(
        place,
        received="2026-04-02",
        kind="denunciation",
        received_by=place.province,
        against_body=place.office,
    )
    assert look(client_of, place.clerk, id_number="035085004567", title=LAND, area=place.area.code) == []


def test_a_cancelled_entry_is_no_repeat(place, client_of):
    receipt = make_petition(place, received="2026-04-02")
    do(receipt.case, "void", "2026-04-03")
    assert look(client_of, place.clerk, id_number="035085004567") == []


def test_the_answer_to_a_new_petition_names_its_repeats_and_not_itself(place, client_of):
    desk = apart(client_of(place.clerk))
    first = desk.post(URL, posted(place)).json()
    second = desk.post(URL, posted(place)).json()
    assert first["similar"] == []
    assert why(second["similar"]) == {first["code"]: ["id_number", "phone", "name", "text"]}


def test_who_takes_nothing_in_does_not_look(place, client_of):
    assert client_of(place.monitor).post(f"{URL}similar/", {"title": ROAD}).status_code == 403


def test_what_is_typed_wrongly_is_named(place, client_of):
    answer = client_of(place.clerk).post(f"{URL}similar/", {"area": "khong-co"})
    assert (answer.status_code, list(answer.json())) == (400, ["area"])
    answer = client_of(place.clerk).post(f"{URL}similar/", {"phone": "12"})
    assert (answer.status_code, list(answer.json())) == (400, ["phone"])


def test_a_group_of_five_hundred_is_looked_up_in_as_many_statements_as_one(place, client_of):
    from django.utils import timezone

    from bodies.identity_facts import Identity
    from bodies.scopes import standing_of
    from feedback.repeats import Sought
    from feedback.repeats import look as find

    make_petition(place, received="2026-04-02")
    standing = standing_of(place.clerk, timezone.localdate())

    def statements(people):
        sought = Sought(title=LAND, area=place.area, people=[Identity(name="Nguyễn Văn An")] * people)
        with CaptureQueriesContext(connection) as seen:
            assert len(find(sought, standing, today=timezone.localdate())) == 1
        return len(seen)

    assert statements(500) == statements(1) == 1


WHO = [
    ("clerk", {}),
    ("head", {}),
    ("superior", {}),
    ("monitor", {}),
    ("clerk", {"role": "monitor"}),
    ("clerk", {"role": "superior_office"}),
]


@pytest.mark.parametrize("where", ["area", "body", None])
@pytest.mark.parametrize(("who", "also"), WHO)
def test_the_statement_by_hand_finds_what_the_orm_finds(place, who, also, where):
    """By people and by words, for everybody who stands otherwise: what they hold, received, share, are above of or watch."""
    near, far = place, make_place(code="kha-phong")
    for at, kind, facts in (
        (near, "complaint", {}),
        (far, "complaint", {"people": [an(id_number="", phone="0912345678")]}),
        (near, "denunciation", {"received_by": near.province, "against_body": near.office}),
        (far, "denunciation", {"people": [an(name="Trần Bình", id_number="")]}),
        (near, "feedback", {"people": []}),
        (near, "feedback", {"title": ROAD, "people": []}),
        (near, "feedback", {"received": "2024-04-02", "people": []}),
        (near, "feedback", {"people": [an(id_number="", phone="", name="NGUYEN VAN AN")]}),
    ):
        make_petition(at, **{"received": "2026-04-02", "title": LAND, "kind": kind, **facts})
    do(make_petition(near, received="2026-04-02").case, "void", "2026-04-03")
    make_petition(far, received="2026-04-02", title=LAND).case.co_bodies.add(near.office)
    user = getattr(place, who)
    if also:
        make_membership(user=user, body=far.office.superior, **also)
    standing = standing_of(user, TODAY)
    asked = {"area": near.area if where == "area" else None, "body": near.office if where == "body" else None}
    for title, people in ((LAND, AN), (LAND, []), ("", AN), (ROAD, [Identity(name="Trần Bình")])):
        sought = identities.sought(people)
        found = candidates(title, "", sought, standing, today=TODAY, **asked)
        assert {row.pk: row.matches for row in found if row.matches} == by_people(sought, standing)
        alike = {row.pk for row in found if not row.matches}
        assert alike == by_words(title, standing, asked)
        for row in found:
            case = Case.objects.get(pk=row.pk)
            told = (case.reference, case.kind, case.stage, case.title, case.content[:4000], case.received_on)
            assert row[1:9] == (*told, case.body.code, case.area_id)


AN = [Identity(name="Nguyễn Văn An", id_number="035085004567", phone="0912345678")]
TODAY = date(2026, 4, 20)


def by_people(sought, standing):
    seen = cases_known_to(standing).exclude(stage="void")
    return {
        petitioner.petition.case_id: {
            match
            for match in Match
            if bytes(getattr(petitioner.person, f"{match}_index") or b"") in sought[match]
        }
        for petitioner in Petitioner.objects.filter(
            petition__case__in=seen,
            person__in=Person.objects.sharing(
                id_numbers=sought[Match.ID_NUMBER], phones=sought[Match.PHONE], names=sought[Match.NAME]
            ),
        )
    }


def by_words(title, standing, asked):
    rows = alike_in_words(title, "", cases_known_to(standing).exclude(stage="void"), today=TODAY, **asked)
    return set() if rows is None else {case.pk for case in rows}


def test_the_look_reads_the_indexes_of_people_and_of_the_place_and_not_the_tables(place):
    people = [
        Identity(name=f"Người {n}", phone=f"091234{n:04}", id_number=f"00108500{n:04}") for n in range(2000)
    ]
    identities.seal_many(people, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bodies_person")
    standing = standing_of(place.clerk, TODAY)
    with CaptureQueriesContext(connection) as seen:
        candidates(LAND, "", identities.sought(people[:3]), standing, area=place.area, body=None, today=TODAY)
    with connection.cursor() as cursor:
        # Keyed hashes stand in it as literals: nothing personal
        cursor.execute("EXPLAIN " + seen[0]["sql"].replace("%", "%%"))
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert {"person_phone", "person_id_number", "person_name"} <= set(plan.split())
    assert "Seq Scan on bodies_person" not in plan


# --- Likeness -------------------------------------------------------------------------------------------------------

TEXT = st.text(alphabet="đường thôn xã ĐẤT aâấ\n,.'|&!()", max_size=80)


@given(TEXT, TEXT)
def test_likeness_lies_between_nothing_and_all_and_is_the_same_both_ways(one, other):
    score = likeness(one, "", other, "")
    assert 0 <= score <= 1
    assert score == likeness(other, "", one, "")


def test_a_text_is_wholly_like_itself_and_not_at_all_like_another():
    assert likeness(ROAD, "a b c", ROAD, "x y z") == 1
    assert likeness(ROAD, "", LAND, "") == 0


@given(TEXT, TEXT)
def test_what_is_looked_for_holds_no_operator(title, content):
    pairs = pairs_to_look_for(title, content)
    assert len(pairs) <= 16
    assert all(word.isascii() and word.isalnum() for pair in pairs for word in pair)
