"""The desk's other two jobs by keyboard alone (the first, logging a walk-in, stands with the reception desk): no mouse is touched."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.browser.desk import Desk
from tests.browser.test_case_page import days_ago, expect_done, pdf
from tests.cases.making import do, make_body, make_case, make_user, paper
from tests.feedback.making import make_petition, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


def to(page: Page, wanted: str, *, most: int = 40) -> None:
    """Tab by tab to what is meant: a person who uses no mouse gets there, and in no more than so many."""
    for _step in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached in {most} steps")


def act(page: Page, words: str, move: str) -> None:
    """An act from the palette, by words without marks."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input[name=typed]")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator(f"#palette-list a[href$='/moves/{move}/']")).to_have_count(1)
    while not page.evaluate("move => document.activeElement.href?.endsWith(`/moves/${move}/`)", move):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moves/{move}/")


def open_the_first(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases/**")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#work-case h1")).to_be_visible()


def test_a_case_is_routed_and_answered_by_keyboard_alone(desk: Desk):
    office = make_body()
    other = make_body(superior=office.superior, area=office.area)
    case = make_case(office, kind="feedback", received=days_ago(1), title="Đèn đường hỏng")
    clerk, head = make_user(("receptionist", office)), make_user(("head", other))
    page = desk.sign_in(clerk)
    page.goto("/")
    open_the_first(page)
    act(page, "giao xu ly", "route")
    to(page, "#id_body")
    page.keyboard.type(other.name)
    to(page, "#id_instruction")
    page.keyboard.type("Xem và trả lời dân")
    to(page, "[data-send]")
    page.keyboard.press("Enter")
    expect_done(page, "route")

    page = desk.sign_in(head)
    page.goto("/")
    open_the_first(page)
    act(page, "thu ly", "accept")
    to(page, "[data-send]")
    page.keyboard.press("Enter")
    expect_done(page, "accept")
    act(page, "tra loi", "answer")
    to(page, "input[name=result]")
    page.keyboard.press("Space")
    to(page, "#id_text")
    page.keyboard.type("Đã thay bóng.")
    to(page, "#id_upload")
    page.locator("#id_upload").set_input_files([pdf()])
    to(page, "#id_document_number")
    page.keyboard.type("32/UBND")
    to(page, "#id_document_date")
    page.keyboard.type(timezone.localdate().strftime("%d/%m/%Y"))
    to(page, "[data-send]")
    page.keyboard.press("Enter")
    expect_done(page, "answer")
    case.refresh_from_db()
    assert (case.body, case.stage) == (other, "answered")


def test_a_case_is_found_by_its_paper_and_a_person_by_their_phone_by_keyboard_alone(desk: Desk):
    place = make_place()
    case = make_petition(place, received=days_ago(3)).case
    make_petition(place, received=days_ago(2), kind="feedback")
    do(case, "accept", days_ago(1), document=paper(days_ago(1), "15/PC-BTCD"))
    page = desk.sign_in(place.head)
    page.goto("/")
    for typed, many in (("15 pc btcd", 1), ("0912 345 678", Case.objects.count())):
        page.keyboard.press("Control+k")
        expect(page.locator("#palette input[name=typed]")).to_be_focused()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator("[data-row]")).to_have_count(many)
        # The keys come with the end of the page.
        page.wait_for_load_state("load")
        assert "345" not in page.url
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input[name=typed]")).to_be_focused()
    page.keyboard.type(case.reference)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.reference}/")
