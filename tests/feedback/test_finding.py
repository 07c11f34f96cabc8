"""A person's number leads to their cases: only those one may learn of, never a denunciation, and in no address."""

import pytest
from django.test import Client

from cases.models import Case
from tests.feedback.making import an, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def found(user, typed):
    """What the search box of the work list answers with, without going anywhere."""
    answer = signed_in(user).post("/cases/find/", {"typed": typed, "in": "open=true"})
    assert answer.status_code == 200
    return [row["line"].reference for row in answer.context["rows"]]


def reference_of(receipt):
    return Case.objects.get(petition=receipt.petition).reference


@pytest.mark.parametrize("typed", ["035085004567", "035 085 004 567", "0912345678", "+84 912.345.678"])
def test_a_number_leads_to_the_cases_of_its_holder_newest_first(typed):
    place = make_place()
    old = make_petition(place, received="2024-04-02")
    new = make_petition(place, received="2024-05-06", title="Đường thôn hỏng", content="Ổ gà khắp thôn.")
    make_petition(place, people=[an(name="Lê Thị Bình", id_number="035085009999", phone="0988 777 666")])
    assert found(place.clerk, typed) == [reference_of(new), reference_of(old)]


def test_who_only_watches_or_works_elsewhere_finds_nobody():
    place = make_place()
    make_petition(place)
    other = make_place(code="le-ho", name="UBND xã Lê Hồ")
    for user in (place.monitor, other.clerk, other.head):
        assert found(user, "035085004567") == []


def test_a_denunciation_is_found_by_no_number_even_by_who_handles_it():
    place = make_place()
    make_petition(place, kind="denunciation", against_body=None)
    for user in (place.clerk, place.handler, place.head):
        assert found(user, "035085004567") == []
        assert found(user, "0912345678") == []


def test_other_words_are_no_number_of_a_person():
    place = make_place()
    make_petition(place)
    for typed in ("15/PC-BTCD", "15pcbtcd", "thon 5 que", "duong thon", "1234567"):
        answer = signed_in(place.clerk).post("/cases/find/", {"typed": typed, "in": ""})
        assert answer.status_code == 302
        assert answer.url.startswith("/cases/?q=")


def test_the_number_stands_nowhere_in_the_answer():
    place = make_place()
    make_petition(place)
    page = signed_in(place.clerk).post("/cases/find/", {"typed": "035085004567"}).content.decode()
    # Every link leads somewhere: what was sent cannot be asked for again by an address.
    assert 'href="?' not in page
    assert "035085004567" not in page
    assert "Nguyễn Văn An" not in page
