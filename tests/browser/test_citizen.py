"""The citizen's pages on a small phone whose browser runs no scripts: from the sign-in page to a verdict."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from bodies.models import User
from cases.models import Case
from feedback.intake import Receipt
from feedback.models import Verdict, Word
from tests.browser.desk import PATIENCE, Desk
from tests.cases.making import answered, do
from tests.feedback.making import make_petition, make_place
from tests.feedback.slip_holder import NO_CODE, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
WIDTH = 360
# What the first page may cost over a slow line.
REQUESTS, BYTES = 15, 150_000
# Before it is packed; over the network it is less.
LOADED = """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
    .map(loaded => loaded.decodedBodySize)"""
# A finger's width, in CSS pixels.
FINGER = 44
# What is touched: links that stand in a sentence are as high as its line.
SMALL = """least => [...document.querySelectorAll('a, button, summary, textarea, input:not([type=hidden])')]
    .map(touched => touched.type === 'radio' ? touched.closest('label') : touched)
    .map(touched => [touched.innerText || touched.name, touched.getBoundingClientRect(), touched])
    .filter(([, box, touched]) => box.width && !touched.matches('.skip'))
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


@pytest.fixture
def phone(chromium_browser: Browser, live_server: Any) -> Iterator[Desk]:
    context = chromium_browser.new_context(
        base_url=live_server.url,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": WIDTH, "height": 740},
        java_script_enabled=False,
    )
    context.set_default_timeout(PATIENCE)
    phone = Desk(context, live_server.url)
    yield phone
    assert phone.complaints == []
    context.close()


def days_ago(days: int) -> str:
    return str(timezone.localdate() - timedelta(days=days))


@pytest.fixture
def slip() -> Receipt:
    receipt = make_petition(make_place(), kind="feedback", received=days_ago(3))
    do(receipt.case, "accept", days_ago(2))
    return receipt


def look(phone: Desk, reader: Desk, heading: str) -> None:
    """No faults, nothing too small for a finger, nothing wider than the screen, letters of 18 px."""
    page = phone.page
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_load_state("load")
    html = page.content()
    assert page.evaluate(SMALL, FINGER) == []
    for width in (320, WIDTH):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('main')).fontSize") == "18px"
    # axe is a script itself: it reads the same page in a browser that runs some.
    reader.page.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
    reader.page.goto(page.url)
    expect(reader.page.locator("h1")).to_have_text(heading)
    assert reader.faults() == []
    reader.page.unroute(page.url)


def has_focus(page: Page, selector: str) -> bool:
    return page.locator(selector).evaluate("element => element === document.activeElement")


def test_a_petition_is_followed_added_to_and_rated_without_a_script(
    phone: Desk, desk: Desk, slip: Receipt
) -> None:
    User.objects.create_user("tiepdan", full_name="Cán bộ tiếp dân")
    page = phone.page
    desk.page.set_viewport_size({"width": WIDTH, "height": 740})
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Tra cứu đơn bằng mã").click()
    look(phone, desk, "Tra cứu đơn")
    sizes = page.evaluate(LOADED)
    assert 5 <= len(sizes) <= REQUESTS
    assert sum(sizes) <= BYTES
    page.get_by_label("Mã tra cứu").fill(NO_CODE)
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("#summary")).to_contain_text("Không có đơn nào với mã này")
    assert has_focus(page, "#summary")
    expect(page.get_by_label("Mã tra cứu")).to_have_value(NO_CODE)
    look(phone, desk, "Tra cứu đơn")

    page.get_by_label("Mã tra cứu").fill(slip.tracking_code.lower().replace("-", " "))
    page.get_by_role("button", name="Tra cứu").click()
    page.wait_for_url("**/track/petition/")
    expect(page.locator("[aria-current=step]")).to_contain_text("Sự việc đang được xem xét")
    look(phone, desk, "Đơn của ông/bà")
    page.locator(".fold summary").click()
    expect(page.locator(".counted")).to_be_visible()
    look(phone, desk, "Đơn của ông/bà")

    page.get_by_role("link", name="Gửi bổ sung").click()
    page.get_by_label("Nội dung bổ sung").fill("Xin gửi thêm ảnh")
    page.get_by_label("Ảnh, giấy tờ").set_input_files(
        {"name": "anh.png", "mimeType": "image/png", "buffer": picture()}
    )
    look(phone, desk, "Gửi bổ sung")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("status")).to_contain_text("Cơ quan đã nhận được")
    assert has_focus(page, "[role=status]")
    assert Word.objects.get().text == "Xin gửi thêm ảnh"

    answered(Case.objects.get(), days_ago(1), result="met")
    page.reload()
    look(phone, desk, "Đơn của ông/bà")
    page.get_by_role("link", name="Đánh giá kết quả trả lời").click()
    page.get_by_label("1 – Rất không hài lòng").check()
    look(phone, desk, "Đánh giá kết quả trả lời")
    page.get_by_role("button", name="Gửi").click()
    look(phone, desk, "Xem lại trước khi gửi")
    page.get_by_role("button", name="Tôi chắc chắn, gửi đi").click()
    expect(page.get_by_role("status")).to_contain_text("Cảm ơn")
    assert Verdict.objects.get().reopening == "waiting"
    page.goto("/track/petition/")
    page.get_by_role("button", name="Đóng đơn").click()
    page.wait_for_url("**/track/")
    page.goto("/track/petition/")
    page.wait_for_url("**/track/")
