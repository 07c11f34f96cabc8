"""The monitor's page in a browser: no faults at any width, its drawings have their table, a number opens its rows."""

import re

import pytest
from playwright.sync_api import expect

from bodies import outbox
from cases import tallies
from cases.models import Case
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
    expect(page.locator("#rows tbody tr")).to_have_count(count)


def test_from_a_figure_to_its_rows_to_a_recommendation(desk: Desk, monitor):
    page = desk.sign_in(monitor)
    page.goto("/monitor/")
    late = page.locator("table.figures a[href*=open_overdue]").first
    count = int(late.inner_text())
    late.click()
    expect(page.locator("#rows tbody tr")).to_have_count(count)
    page.get_by_role("link", name="Viết kiến nghị giám sát").click()
    # What was looked at stands in the text, and to whom it goes.
    text = page.get_by_label("Nội dung kiến nghị")
    expect(text).to_have_value(re.compile(f"Còn mở quá hạn: {count} vụ việc"))
    assert desk.faults() == []
    text.press("Control+End")
    text.type(" Đề nghị giải quyết dứt điểm trong tháng.")
    page.get_by_label("Hạn trả lời").fill("31/12/2126")
    page.get_by_role("button", name="Gửi kiến nghị").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi kiến nghị")
    expect(page.locator("main")).to_contain_text("31/12/2126")
    expect(page.get_by_role("link", name="Các vụ việc là căn cứ của kiến nghị")).to_be_visible()
    (made,) = Case.objects.filter(kind="supervision")
    assert page.url.endswith(f"/cases/{made.reference}/")
    assert desk.faults() == []


def test_on_paper_the_question_is_gone_and_the_months_are_a_table(desk: Desk, monitor):
    page = desk.sign_in(monitor)
    page.goto("/monitor/")
    # A4 across, within its margins, in the browser's pixels.
    page.set_viewport_size({"width": 1031, "height": 700})
    page.emulate_media(media="print")
    expect(page.locator("form.asked")).to_be_hidden()
    expect(page.locator("#trend-table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1031


def test_what_one_was_told_has_no_faults(desk: Desk, monitor):
    page = desk.sign_in(monitor)
    page.goto("/monitor/told/")
    assert page.locator("tbody tr").count() >= 3
    assert desk.faults() == []
