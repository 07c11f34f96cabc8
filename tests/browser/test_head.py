"""The head's page in a browser: no faults at any width, a number opens its rows, and on A4 nothing but the report."""

import pytest

from bodies import outbox
from bodies.kinds import Level
from cases import tallies
from tests.browser.desk import Desk
from tests.cases.making import at, do, make_area, make_body, make_case, make_user
from tests.cases.test_figures import closed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.fixture
def head():
    area = make_area(level=Level.DISTRICT)
    above = make_body(area=area, level=Level.DISTRICT)
    for number in range(3):
        body = make_body(area=make_area(parent=area), superior=above)
        for month in range(1, 7):
            for done in ("12", "28")[: 1 + number % 2]:
                closed(body, f"2026-{month:02}-02", f"2026-{month:02}-{done}")
        do(make_case(body, kind="feedback", received="2026-04-10"), "accept", "2026-04-10")
        make_case(above, kind="conclusion", received="2026-05-04", held_by=body)
    outbox.tell_pending(at("2026-11-21"))
    tallies.recount_noted(at("2026-11-21"))
    return make_user(("head", above))


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_has_no_faults_and_a_number_opens_its_rows(desk: Desk, head, width: int):
    page = desk.sign_in(head)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/offices/")
    assert desk.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#trend-table tbody tr").count() == 12
    link = page.locator("table.given a").first
    assert int(link.inner_text()) == 3
    link.click()
    page.wait_for_url("**/cases/**")
    assert page.locator("#rows tbody tr").count() == 3


def test_on_paper_the_menu_is_gone_and_the_page_is_as_wide_as_a_sheet(desk: Desk, head):
    page = desk.sign_in(head)
    page.goto("/offices/")
    # A4 with its margins, in the browser's pixels.
    page.set_viewport_size({"width": 703, "height": 1000})
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden()
    assert page.locator(".printed").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    assert desk.complaints == []
