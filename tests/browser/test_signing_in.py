"""Signing in as a person does it, and what the first pages look like to one who cannot see them."""

import pytest
from playwright.sync_api import expect

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


@pytest.mark.usefixtures("law")
def test_a_passkey_is_added_and_opens_the_way_without_a_password(desk: Desk, clerk: User):
    """The browser's own stand-in for a key with a fingerprint reader."""
    page = desk.page
    devtools = desk.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto("/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.get_by_label("Tên đăng nhập").fill("tiepdan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    # What changes how one signs in asks once more who it is.
    page.wait_for_url("**/accounts/reauthenticate/**")
    assert desk.faults() == []
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/webauthn/add/")
    assert desk.faults() == []
    page.get_by_label("Tên của khóa").fill("Máy ở quầy")
    page.get_by_label("Đăng nhập không cần mật khẩu").check()
    page.get_by_role("button", name="Thêm").click()
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("table")).to_contain_text("Máy ở quầy")
    assert desk.faults() == []
    desk.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url("**/")
    expect(page.locator(".rail-person")).to_have_text("Cán bộ tiếp dân")
