"""Signing in as a person does it, and what the first pages look like to one who cannot see them."""

import pytest

from bodies.models import User
from tests.browser.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "con-duong-lang-nghe"


@pytest.fixture
def clerk() -> User:
    return User.objects.create_user("tiepdan", PASSWORD, full_name="Cán bộ tiếp dân")


@pytest.mark.parametrize("width", [1280, 320])
def test_one_signs_in_with_name_and_password_and_out_again(desk: Desk, clerk: User, width: int):
    page = desk.page
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/cases/")
    assert page.url.endswith("/accounts/login/?next=/cases/")
    assert desk.faults() == []
    page.get_by_label("Tên đăng nhập").fill("tiepdan")
    page.get_by_label("Mật khẩu").fill("wrong")
    page.keyboard.press("Enter")
    assert page.locator("#summary").evaluate("element => element === document.activeElement")
    assert page.get_by_label("Tên đăng nhập").input_value() == "tiepdan"
    assert desk.faults() == []
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/")
    assert desk.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
