"""Who comes to the desk again is known while they are typed: by phone, id number or full name, to those who see them anyway."""

import re

import pytest
from django.test import Client

from tests.cases.making import make_user
from tests.feedback.making import Place, an, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture
def place() -> Place:
    return make_place()


def seen(user, **typed):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    answer = client.post("/reception/similar/", {f"{name}_0": value for name, value in typed.items()})
    assert answer.status_code == 200
    page = answer.content.decode()
    filled = re.findall(
        r'data-fills data-name="([^"]*)" data-phone="([^"]*)" data-id_number="([^"]*)" data-address="([^"]*)"',
        page,
    )
    return filled, page


AN = (an()["name"], an()["phone"], an()["id_number"], an()["address"])


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ({"phone": "0912345678"}, True),
        ({"phone": "+84 912.345.678"}, True),
        ({"id_number": "035 085 004567"}, True),
        ({"name": "nguyen van AN"}, True),
        ({"name": "Nguyễn Văn An", "phone": "0999999999"}, True),
        # Half typed, or another's.
        ({"phone": "09123"}, False),
        ({"phone": "x"}, False),
        ({"id_number": "0350"}, False),
        ({"name": "An"}, False),
        ({"name": "Nguyễn Văn"}, False),
        ({"name": "  "}, False),
        ({"name": "12"}, False),
        ({"name": "x" * 150}, False),
        ({"phone": "0912345678", "id_number": "0350"}, True),
        ({}, False),
    ],
    ids=str,
)
def test_a_person_is_found_by_what_is_wholly_typed(place, typed, known):
    make_petition(place)
    assert seen(place.clerk, **typed)[0] == ([AN] if known else [])


def test_somebody_who_came_often_stands_there_once_with_their_cases(place):
    references = [make_petition(place).case.reference for _time in range(2)]
    moved = make_petition(place, people=[an(address="Phố Mới")]).case.reference
    filled, page = seen(place.clerk, phone=an()["phone"])
    # The newest first: where somebody lives now is likelier than where they lived.
    assert [each[3] for each in filled] == ["Phố Mới", an()["address"]]
    assert all(reference in page for reference in (*references, moved))
    assert "2 cases" in page


def test_who_denounced_is_not_known(place):
    make_petition(place, kind="denunciation")
    for typed in ({"phone": an()["phone"]}, {"name": an()["name"]}, {"id_number": an()["id_number"]}):
        filled, page = seen(place.clerk, **typed)
        assert filled == []
        assert an()["address"] not in page


def test_another_desk_and_the_one_above_are_told_nothing_of_the_person(place):
    make_petition(place)
    other = make_place(code="thanh-son")
    for user in (other.clerk, other.head):
        filled, page = seen(user, phone=an()["phone"])
        assert (filled, an()["name"] in page) == ([], False)
    # Above, people are seen in part: their desk fills nothing in.
    above = make_user(("head", place.province))
    filled, page = seen(above, phone=an()["phone"])
    assert (filled, an()["address"] in page) == ([], False)
