"""Keys: they do what the sheet says, nothing while somebody types or composes, and nothing at all when switched off."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.test_work_list import made_list
from tests.cases.making import make_body, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.fixture
def office():
    return make_body()


@pytest.fixture
def listed(desk: Desk, office) -> Page:
    made_list(office)
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    return page


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def references(page: Page) -> list[str]:
    return page.locator("#rows [data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")


def test_lines_are_walked_chosen_and_opened_by_keys(desk: Desk, listed: Page):
    order = references(listed)
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        listed.keyboard.press(key)
        assert focused(listed) == order[at]
    listed.keyboard.press("x")
    assert listed.locator(".pick[name=case]:checked").evaluate_all(
        "boxes => boxes.map(box => box.value)"
    ) == [order[1]]
    listed.keyboard.press("Enter")
    expect(listed.locator("#beside .place")).to_have_text("2/4")
    expect(listed.locator("#work-case h1")).to_be_visible()
    listed.keyboard.press("n")
    expect(listed.locator("#beside .place")).to_have_text("3/4")
    listed.keyboard.press("p")
    expect(listed.locator("#beside .place")).to_have_text("2/4")


def test_g_and_a_letter_lead_to_a_place(desk: Desk, listed: Page):
    listed.keyboard.press("g")
    listed.keyboard.press("h")
    listed.wait_for_url(lambda url: url.rstrip("/").count("/") == 2)


def test_the_sheet_opens_with_a_question_mark_and_closes_with_escape(desk: Desk, listed: Page):
    listed.keyboard.press("?")
    sheet = listed.locator("#keys")
    expect(sheet).to_be_visible()
    assert desk.faults() == []
    listed.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_the_palette_finds_a_case_and_a_place(desk: Desk, listed: Page):
    first = references(listed)[0]
    listed.keyboard.press("Control+k")
    expect(listed.locator("#palette")).to_be_visible()
    assert desk.faults() == []
    listed.keyboard.type("viec cua")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Enter")
    listed.wait_for_url(lambda url: "/cases/" not in url)
    listed.keyboard.press("Control+k")
    listed.keyboard.type(first)
    listed.keyboard.press("Enter")
    listed.wait_for_url(f"**/cases/{first}/")


def test_nothing_happens_while_one_types_or_composes(desk: Desk, listed: Page):
    listed.keyboard.press("/")
    assert listed.evaluate("document.activeElement.id") == "find"
    listed.keyboard.type("jxg?")
    assert listed.get_by_role("searchbox").first.input_value() == "jxg?"
    expect(listed.locator("#keys")).to_be_hidden()
    listed.evaluate("document.activeElement.blur()")
    # What an input method sends while it puts "ô" together, as Chromium tells it.
    for told in ("{isComposing: true}", "{keyCode: 229}"):
        listed.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: 'j', bubbles: true, ...{told}}}))"
        )
    assert listed.evaluate("document.activeElement === document.body")
    listed.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))")
    assert focused(listed) == references(listed)[0]


def test_single_keys_can_be_switched_off_and_stay_so(desk: Desk, listed: Page):
    listed.locator("[data-keys]").click()
    listed.locator("#keys-on").uncheck()
    listed.keyboard.press("Escape")
    listed.reload()
    listed.keyboard.press("j")
    assert listed.evaluate("document.activeElement === document.body")
    listed.keyboard.press("Control+k")
    expect(listed.locator("#palette")).to_be_visible()
