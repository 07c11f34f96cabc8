"""The reception desk in a browser: a walk-in by keyboard alone, counted in keystrokes and seconds; no faults at any width."""

import time

import pytest

from cases.models import Case
from feedback.models import Petitioner
from tests.browser.desk import Desk
from tests.cases.making import make_area, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
MOST_KEYS = 25


@pytest.fixture
def office():
    body = make_body(area=make_area())
    return body, make_user(("receptionist", body))


def test_a_walk_in_is_logged_by_keyboard_alone(desk: Desk, office, capsys):
    _body, clerk = office
    page = desk.sign_in(clerk)
    page.goto("/reception/")
    keys = 0

    def press(key: str) -> None:
        nonlocal keys
        keys += 1
        page.keyboard.press(key)

    def to(name: str) -> None:
        for _step in range(15):
            if page.evaluate("document.activeElement.name") == name:
                return
            press("Tab")
        raise AssertionError(name)

    page.keyboard.type("Nguyễn Văn An")
    to("phone_0")
    page.keyboard.type("0912345678")
    to("address_0")
    page.keyboard.type("Thôn Hạ")
    to("kind")
    press("ArrowDown")
    to("title")
    page.keyboard.type("Đèn đường ngõ 4 không sáng")
    began = time.monotonic()
    press("Control+Enter")
    page.wait_for_url("**/receipt/")
    spent = time.monotonic() - began
    with capsys.disabled():
        print(f"\nlogging a walk-in: {keys} keystrokes beyond the text, {spent:.2f} s of the server")
    assert keys <= MOST_KEYS
    assert spent < 1
    assert page.evaluate("document.activeElement.hasAttribute('data-prints')")
    assert Case.objects.get().title == "Đèn đường ngõ 4 không sáng"
    assert Petitioner.objects.count() == 1
    assert desk.faults() == []


@pytest.mark.parametrize("width", [1280, 320])
def test_the_form_has_no_faults_and_points_to_what_is_wrong(desk: Desk, office, width: int):
    body, clerk = office
    make_case(
        body,
        kind="feedback",
        title="Đèn đường ngõ 4 không sáng ban đêm",
        area=body.area,
        received="2026-11-02",
    )
    page = desk.sign_in(clerk)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/reception/")
    assert desk.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Tóm tắt").fill("Đèn đường ngõ 4 không sáng")
    page.locator("#similar li").wait_for()
    page.locator(".helper summary").click()
    page.locator("[data-picks=complaint]").click()
    assert page.locator("input[name=kind][value=complaint]").is_checked()
    page.locator("#id_phone_0").fill("12")
    page.keyboard.press("Control+Enter")
    page.locator("#summary").wait_for()
    assert page.locator("#summary").evaluate("element => element === document.activeElement")
    assert page.get_by_label("Tóm tắt").input_value() == "Đèn đường ngõ 4 không sáng"
    assert desk.faults() == []
