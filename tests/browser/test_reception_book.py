"""The reception book in a browser: no faults at any width, on paper a wide sheet with nothing but the book."""

import pytest

from tests.browser.desk import Desk
from tests.feedback.making import an, make_petition, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
APRIL = "?from=2024-04-01&to=2024-04-30"


@pytest.fixture
def clerk():
    place = make_place()
    people = [an(name=f"Nguyễn Văn {name}") for name in ("An", "Bình", "Cường")]
    for number, person in enumerate(people, start=2):
        make_petition(place, received=f"2024-04-0{number}", people=[person])
    make_petition(place, received="2024-04-09", kind="denunciation", title="Việc của cán bộ")
    return place.clerk


@pytest.mark.parametrize("width", [1280, 320])
def test_the_book_has_no_faults_and_finds_what_is_typed(desk: Desk, clerk, width: int):
    page = desk.sign_in(clerk)
    page.set_viewport_size({"width": width, "height": 800})

    def is_whole() -> None:
        assert desk.faults() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(f"/reception/book/{APRIL}")
    assert page.locator("table.book tbody tr").count() == 4
    is_whole()
    page.locator("#id_q").fill("nguyen van binh")
    page.keyboard.press("Enter")
    page.locator("[role=status]").wait_for()
    assert page.locator("table.book tbody tr").count() == 1
    assert "binh" not in page.url
    is_whole()
    page.locator("#id_to").fill("1/3/24")
    page.keyboard.press("Enter")
    page.locator("#summary").wait_for()
    is_whole()


def test_on_paper_it_is_a_wide_sheet_with_its_head_on_each_page(desk: Desk, clerk):
    page = desk.sign_in(clerk)
    page.goto(f"/reception/book/print/{APRIL}")
    assert desk.faults() == []
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden()
    head = page.locator("table.book thead")
    assert head.evaluate("element => getComputedStyle(element).display") == "table-header-group"
    assert page.locator(".ledger").evaluate("element => getComputedStyle(element).page") == "ledger-wide"
