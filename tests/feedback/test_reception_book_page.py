"""The reception book on the screen: the lines of some days page by page, searched without an address that tells of whom, and on paper."""

import re

import pytest
from django.test import Client

from tests.cases.making import do, make_user
from tests.feedback.making import Place, an, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/reception/book/"
APRIL = {"from": "01/04/2024", "to": "30/04/2024"}


@pytest.fixture
def place() -> Place:
    return make_place()


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def clerk(place):
    return signed_in(place.clerk)


def lines(answer):
    assert answer.status_code == 200
    return [(line.cells[0], line.code) for line in answer.context["page"].lines]


def test_the_lines_of_the_days_stand_in_their_order_with_who_came(place, clerk):
    second = make_petition(place, received="2024-04-09", title="Đèn đường")
    first = make_petition(place, received="2024-04-02")
    secret = make_petition(
        place, received="2024-04-10", kind="denunciation", people=[an(name="Trần Thị Kín")]
    )
    nobody = make_petition(place, received="2024-04-11", people=[])
    for received in ("2024-03-31", "2024-05-01"):
        make_petition(place, received=received)
    make_petition(place, received="2024-04-12", channel="letter")
    do(first.case, "accept", "2024-04-05")
    answer = clerk.get(URL, APRIL)
    codes = [each.petition.code for each in (first, second, secret, nobody)]
    assert lines(answer) == list(zip("1234", codes, strict=True))
    told = an()
    cells = [line.cells for line in answer.context["page"].lines]
    assert cells[0][2:4] == [f"{told['name']} – {told['address']}", told["id_number"]]
    assert cells[0][7] == "x"
    assert (cells[2][2], cells[2][3]) == ("Kept sealed", "")
    assert cells[3][2] == "Without a name"
    assert "Trần Thị Kín" not in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_pages_follow_each_other_without_a_gap_and_keep_counting(place, clerk, monkeypatch):
    monkeypatch.setattr("feedback.book_pages.SIZE", 2)
    # Two came in the same moment: the number of the case decides.
    days = ("2024-04-02", "2024-04-02", "2024-04-03", "2024-04-04", "2024-04-05")
    codes = [make_petition(place, received=each).petition.code for each in days]
    numbered = list(zip("12345", sorted(codes), strict=True))
    seen, answer = [], clerk.get(URL, APRIL)
    assert answer.context["page"].before == ""
    for _page in range(3):
        seen.append(lines(answer))
        after = answer.context["page"].after
        if after:
            answer = clerk.get(URL, APRIL | {"cursor": after})
    assert seen == [numbered[:2], numbered[2:4], numbered[4:]]
    back = clerk.get(URL, APRIL | {"cursor": answer.context["page"].before})
    assert lines(back) == numbered[2:4]
    first = clerk.get(URL, APRIL | {"cursor": back.context["page"].before})
    assert (lines(first), first.context["page"].before) == (numbered[:2], "")


def test_a_position_that_means_nothing_is_the_beginning(place, clerk):
    code = make_petition(place).petition.code
    for cursor in ("x", "WzFd", "é", "WyJuIiwgbnVsbCwgMSwgMV0="):
        assert lines(clerk.get(URL, APRIL | {"cursor": cursor})) == [("1", code)]


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("thu hoi dat", True),
        ("THU HỒI", True),
        ("đền bù", False),
        ("0912 345 678", True),
        ("0912345679", False),
        ("035085004567", True),
        ("nguyen van an", True),
        ("Nguyễn Văn", False),
    ],
)
def test_it_finds_words_without_marks_and_a_person_by_number_or_full_name(place, clerk, typed, finds):
    code = make_petition(place).petition.code
    make_petition(place, title="Chuyện khác", people=[an(name="Lê Thị Bình", phone="", id_number="")])
    make_petition(place, received="2024-03-01")
    answer = clerk.post(URL, APRIL | {"body": place.office.code, "q": typed})
    assert lines(answer) == ([("1", code)] if finds else [])


def test_nobody_finds_out_by_a_number_who_denounced(place, clerk):
    make_petition(place, kind="denunciation", title="Việc lớn")
    for typed in ("0912345678", "Nguyễn Văn An"):
        assert lines(clerk.post(URL, APRIL | {"q": typed})) == []
    assert len(lines(clerk.post(URL, APRIL | {"q": "việc lớn"}))) == 1


def test_only_days_go_into_the_address(place, clerk):
    answer = clerk.post(URL, APRIL | {"body": place.office.code, "q": ""})
    assert (answer.status_code, answer.url) == (
        302,
        f"{URL}?body={place.office.code}&from=2024-04-01&to=2024-04-30",
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "31/02/2024"}, "from"),
        ({"to": "01/03/2024"}, "to"),
        ({"to": "01/01/2030"}, "to"),
        ({"body": "x"}, "body"),
    ],
)
def test_what_cannot_be_shown_is_said_at_its_field(clerk, asked, field):
    for url in (URL, f"{URL}print/"):
        answer = clerk.get(url, APRIL | asked)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]


def test_only_the_people_of_a_desk_read_it_and_only_of_their_own(place, clerk):
    make_petition(place)
    for other in (place.monitor, make_user()):
        assert signed_in(other).get(URL).status_code == 403
    foreign = make_place(code="thanh-son")
    assert clerk.get(URL, APRIL | {"body": foreign.office.code}).status_code == 422
    assert lines(signed_in(foreign.clerk).get(URL, APRIL)) == []


def test_a_denunciation_of_the_body_is_not_in_its_book(place, clerk):
    make_petition(place, kind="denunciation", against_body=place.office, title="Tố cáo lãnh đạo")
    assert lines(clerk.get(URL, APRIL)) == []


def test_the_page_costs_the_same_however_many_lines(place, clerk, django_assert_max_num_queries):
    make_petition(place)
    clerk.get(URL, APRIL)
    with django_assert_max_num_queries(10) as few:
        clerk.get(URL, APRIL)
    for _each in range(8):
        make_petition(place)
    with django_assert_max_num_queries(len(few)):
        assert len(lines(clerk.get(URL, APRIL))) == 9


def test_on_paper_stand_all_lines_with_their_sum_and_room_to_sign(place, clerk, monkeypatch):
    monkeypatch.setattr("feedback.book_pages.SIZE", 1)
    make_petition(place, people_count=3)
    do(make_petition(place, people_count=2).case, "accept", "2024-04-05")
    answer = clerk.get(f"{URL}print/", APRIL)
    page = answer.content.decode()
    assert [line.cells[0] for line in answer.context["lines"]] == ["1", "2"]
    assert answer.context["totals"] == {"people": 5, "accepted": 1, "guided": 0, "sent": 0}
    assert re.search(r"<thead>.*Full name - address.*</thead>", page, re.DOTALL)
    assert "Head of the body" in page
    assert place.clerk.full_name in page


def test_more_lines_than_anybody_signs_are_not_printed(place, clerk, monkeypatch):
    monkeypatch.setattr("feedback.book_views.MOST_PRINTED", 1)
    for _each in range(2):
        make_petition(place)
    answer = clerk.get(f"{URL}print/", APRIL)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["to"])
