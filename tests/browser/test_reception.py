"""The reception desk in a browser: a walk-in by keyboard alone, counted in keystrokes and seconds; no faults at any width."""

import time

import pytest

from cases.models import Case
from feedback.models import Petitioner
from tests.browser.desk import Desk
from tests.cases.making import make_area, make_body, make_case, make_user
from tests.feedback.making import Place, an, make_petition

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
    # The server is a thread of this process: what it worked counts, not what else the machine had to do.
    began = time.process_time()
    press("Control+Enter")
    page.wait_for_url("**/receipt/")
    spent = time.process_time() - began
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


def test_who_came_before_is_filled_in_and_composing_vietnamese_sends_nothing(desk: Desk, office):
    body, clerk = office
    place = Place(body.area, body, body, body, clerk, clerk, clerk, clerk, clerk)
    make_petition(place, kind="feedback", received="2026-11-02")
    page = desk.sign_in(clerk)
    page.goto("/reception/")
    page.keyboard.type("Nguyễn Văn An")
    page.locator("[data-fills]").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.hasAttribute('data-fills')")
    page.keyboard.press("Enter")
    told = an()
    for name in ("name", "phone", "id_number", "address"):
        assert page.locator(f"#id_{name}_0").input_value() == told[name]
    assert page.evaluate("document.activeElement.name") == "title"
    assert desk.faults() == []
    # Telex: the Enter that ends a word while it is composed is the keyboard's own.
    page.keyboard.type("Đường hỏng")
    sent = page.evaluate(
        """() => {
          let sent = 0;
          const desk = document.getElementById("desk");
          desk.addEventListener("submit", (event) => { event.preventDefault(); sent += 1; });
          const press = (isComposing) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, isComposing, bubbles: true, cancelable: true }));
          press(true);
          const composing = sent;
          press(false);
          return [composing, sent];
        }"""
    )
    assert sent == [0, 1]
