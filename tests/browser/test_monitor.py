"""The monitor's page in a browser: no faults at any width, its drawings have their table, a number opens its rows."""

import pytest

from bodies import outbox
from cases import tallies
from tests.browser.desk import Desk
from tests.cases.making import at, do, make_area, make_body, make_case, make_user
from tests.cases.test_figures import closed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.fixture
def monitor():
    area = make_area()
    front = make_body(kind="mttq", area=area)
    for number in range(3):
        body = make_body(area=area)
        for month in range(1, 7):
            for done in ("12", "28")[: 1 + number % 2]:
                closed(body, f"2026-{month:02}-02", f"2026-{month:02}-{done}")
        make_case(body, kind="complaint", received="2026-05-06")
        late = make_case(body, kind="feedback", received="2026-04-10")
        do(late, "accept", "2026-04-10")
    outbox.tell_pending(at("2026-11-21"))
    tallies.recount_noted(at("2026-11-21"))
    return make_user(("monitor", front))


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_has_no_faults_and_a_number_opens_its_rows(desk: Desk, monitor, width: int):
    page = desk.sign_in(monitor)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/monitor/")
    assert desk.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_text("Xem dạng bảng").click()
    assert page.locator("#trend-table tbody tr").count() == 12
    assert desk.faults() == []
    link = page.locator("table.figures td a").first
    count = int(link.inner_text())
    link.click()
    page.wait_for_url("**/cases/**")
    assert page.locator("#rows tbody tr").count() == count


def test_what_one_was_told_has_no_faults(desk: Desk, monitor):
    page = desk.sign_in(monitor)
    page.goto("/monitor/told/")
    assert page.locator("tbody tr").count() >= 3
    assert desk.faults() == []
