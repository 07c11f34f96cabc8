"""Papers taken at the desk are written down once and acknowledged on the official form; a denouncer is named on none."""

from uuid import uuid4

import pytest
from django.test import Client

from feedback.models import Acknowledgement
from tests.bodies.papers import read_pdf, squeezed
from tests.cases.making import make_user
from tests.feedback.making import Place, an, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
PAPERS = "Đơn khiếu nại, bản chính, 02 trang\n\n  Giấy chứng nhận quyền sử dụng đất, bản sao  "


@pytest.fixture
def place() -> Place:
    return make_place(name="UBND xã Thi Sơn")


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(petition):
    return f"/reception/{petition.code}/papers/"


def printed(client, petition, number=1):
    answer = client.get(f"{url(petition)}{number}.pdf")
    assert answer.status_code == 200
    return answer, squeezed("".join(read_pdf(answer.content)))


def test_what_was_taken_stands_on_the_form_with_both_who_sign(place):
    petition, client = make_petition(place).petition, signed_in(place.clerk)
    answer = client.post(url(petition), {"papers": PAPERS, "key": str(uuid4())})
    assert (answer.status_code, answer.url) == (302, url(petition))
    answer, text = printed(client, petition)
    told = an()
    for said in (
        "GIẤY BIÊN NHẬN",
        "Ủy ban nhân dân xã Thi Sơn",
        f"Người tiếp nhận: {place.clerk.full_name}",
        f"{told['name']}. Địa chỉ: {told['address']}",
        petition.code,
        "1. Đơn khiếu nại, bản chính, 02 trang",
        "2. Giấy chứng nhận quyền sử dụng đất, bản sao",
        "Tổng cộng 02 loại",
        "NGƯỜI CUNG CẤP",
    ):
        assert squeezed(said) in text, said
    assert "no-store" in answer["Cache-Control"]
    assert told["id_number"] not in text
    assert "Giấy chứng nhận" in client.get(url(petition)).content.decode()


def test_pressed_twice_it_is_one_acknowledgement_and_more_papers_are_another(place):
    petition, client = make_petition(place).petition, signed_in(place.clerk)
    form = {"papers": "Đơn", "key": str(uuid4())}
    for _press in range(2):
        assert client.post(url(petition), form).status_code == 302
    assert client.post(url(petition), form | {"papers": "Khác"}).status_code == 409
    client.post(url(petition), {"papers": "Ảnh", "key": str(uuid4())})
    assert list(Acknowledgement.objects.values_list("number", "papers")) == [(1, "Đơn"), (2, "Ảnh")]
    assert squeezed("1. Ảnh") in printed(client, petition, 2)[1]


def test_a_denouncer_is_named_on_no_paper(place):
    petition = make_petition(place, kind="denunciation").petition
    client = signed_in(place.clerk)
    client.post(url(petition), {"papers": "Đơn tố cáo"})
    _answer, text = printed(client, petition)
    assert squeezed(an()["name"]) not in text
    assert squeezed(an()["address"]) not in text


@pytest.mark.parametrize("papers", ["", " \n ", "x" * 201, "\n".join(["giấy"] * 51)])
def test_a_list_that_cannot_be_acknowledged_is_refused_and_stays_typed(place, papers):
    petition, client = make_petition(place).petition, signed_in(place.clerk)
    answer = client.post(url(petition), {"papers": papers})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["papers"])
    assert papers.strip() in answer.content.decode()
    assert not Acknowledgement.objects.exists()


def test_only_the_desk_that_received_it_gives_and_prints_it(place):
    petition = make_petition(place).petition
    signed_in(place.head).post(url(petition), {"papers": "Đơn"})
    other = make_place(code="thanh-son")
    for user in (other.clerk, place.superior, place.monitor, make_user()):
        client = signed_in(user)
        for address in (url(petition), f"{url(petition)}1.pdf"):
            assert client.get(address).status_code == 404
        assert client.post(url(petition), {"papers": "Đơn"}).status_code == 404
    assert Acknowledgement.objects.count() == 1
    page = signed_in(place.clerk).get(f"/cases/{petition.code}/").content.decode()
    assert url(petition) in page
    assert url(petition) not in signed_in(place.superior).get(f"/cases/{petition.code}/").content.decode()
