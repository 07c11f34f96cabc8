"""What somebody sees when something is wrong: a page of the product, in their language, with a way on."""

import pytest
from django.test import Client

from tests.cases.making import make_body, make_user

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def clerk() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(("receptionist", make_body())))
    return client


def test_an_address_that_does_not_exist_leads_back_to_the_work(clerk):
    answer = clerk.get("/cases/2026-nowhere-000001/")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_what_a_role_does_not_include_says_so(client):
    client.force_login(make_user(("monitor", make_body())))
    answer = client.get("/import/")
    assert answer.status_code == 403
    assert "Bạn không có quyền mở trang này" in answer.content.decode()


def test_a_form_of_another_session_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/i18n/setlang/", {"language": "en"})
    assert answer.status_code == 403
    assert "Biểu mẫu đã hết hiệu lực" in answer.content.decode()


def test_a_citizen_is_led_back_to_the_field_for_the_code():
    client = Client(enforce_csrf_checks=True)
    for answer in (client.post("/track/", {"tracking_code": "x"}), client.get("/track/khong-co/")):
        assert answer.status_code in {403, 404}
        assert 'href="/track/"' in answer.content.decode()
        assert 'href="/"' not in answer.content.decode()


def test_a_stranger_is_shown_no_menu(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert 'class="rail"' not in answer.content.decode()


def test_a_fault_of_the_server_is_told_without_the_database(clerk, monkeypatch):
    monkeypatch.setattr("cases.queues.counts", lambda *_: 1 / 0)
    answer = clerk.get("/")
    assert answer.status_code == 500
    assert "Có lỗi ở máy chủ" in answer.content.decode()
