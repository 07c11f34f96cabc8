"""The work list as one works with it: looked at wide and narrow, filtered, read beside the list, from case to case."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bodies import jobs
from cases import bulk
from tests.browser.desk import Desk
from tests.cases.making import make_body, make_case, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
TITLES = [
    "Thu hồi đất làm đường liên xã chưa bồi thường",
    "Rác thải chợ Quế gây mùi hôi",
    "Đề nghị sửa cầu thôn Vồng",
    "Ngõ 5 ngập úng sau mưa lớn",
]


def made_list(office, count=4):
    """Cases of one office, the oldest first, as the list shows them."""
    today = timezone.localdate()
    days = [(today - timedelta(40 - n)).isoformat() for n in range(count)]
    return [
        make_case(office, received=day, title=TITLES[n % 4], kind="feedback") for n, day in enumerate(days)
    ]


@pytest.fixture
def office():
    return make_body()


@pytest.mark.parametrize("width", [1280, 640, 320])
def test_the_list_is_read_by_everybody_at_every_width(desk: Desk, office, width: int):
    made_list(office)
    page = desk.sign_in(make_user(("head", office)))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/cases/?open=true&kind=feedback")
    expect(page.locator("#rows [data-row]")).to_have_count(4)
    assert desk.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width < 700:
        page.locator(".fold > summary").click()
    page.locator(".facet > summary").first.click()
    assert desk.faults() == []


def test_a_filter_is_chosen_and_taken_away_by_keyboard(desk: Desk, office):
    made_list(office)
    make_case(office, received=timezone.localdate().isoformat(), title="Khiếu nại mới")
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    page.locator(".facet > summary").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Khiếu nại", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#rows [data-row]")).to_have_count(1)
    assert "kind=complaint" in page.url
    page.locator(".chip-filter", has_text="Khiếu nại").press("Enter")
    expect(page.locator("#rows [data-row]")).to_have_count(5)


def test_columns_are_added_to_the_usual_ones_and_only_then_stand_in_the_address(desk: Desk, office):
    made_list(office)
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    columns = page.locator(".facet").last
    columns.locator("summary").click()
    columns.locator("button").click()
    page.wait_for_load_state()
    assert "col=" not in page.url
    usual = page.locator("#rows thead th").count()
    columns.locator("summary").click()
    columns.locator("[value=channel]").check()
    columns.locator("button").click()
    expect(page.locator("#rows thead th")).to_have_count(usual + 1)
    assert "col=channel" in page.url


def test_words_are_searched_without_marks_and_stay_in_the_box(desk: Desk, office):
    made_list(office)
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    page.get_by_role("searchbox").fill("cau thon vong")
    page.keyboard.press("Enter")
    expect(page.locator("#rows [data-row]")).to_have_count(1)
    assert page.get_by_role("searchbox").input_value() == "cau thon vong"


def test_a_name_typed_offers_the_code(desk: Desk, office):
    handler = make_user(("handler", office), name="Trần Thị Hòa")
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    page.locator(".facet > summary").nth(3).click()
    page.locator("[name=handler]").press_sequentially("hoa")
    option = page.locator(f"datalist option[value={handler.username}]")
    expect(option).to_have_count(1)


def test_the_case_opens_beside_the_list_and_the_next_one_after_it(desk: Desk, office):
    made = made_list(office)
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    page.locator(f"[data-row='{made[1].reference}'] .cell-title").click()
    beside = page.locator("#work-case")
    expect(beside.get_by_role("heading", level=1)).to_have_text(made[1].title)
    expect(page.locator("#beside .place")).to_have_text("2/4")
    expect(page.locator("#rows .here")).to_have_attribute("data-row", made[1].reference)
    assert desk.faults() == []
    page.locator("#beside [data-next]").click()
    expect(beside.get_by_role("heading", level=1)).to_have_text(made[2].title)
    page.reload()
    expect(beside.get_by_role("heading", level=1)).to_have_text(made[2].title)
    page.locator("#beside [data-close]").click()
    expect(page.locator("#beside")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == made[2].reference


def test_on_a_narrow_screen_the_case_has_its_own_page_and_still_knows_the_next(desk: Desk, office):
    made = made_list(office)
    page = desk.sign_in(make_user(("head", office)))
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/cases/?open=true&kind=feedback")
    page.get_by_role("link", name=made[0].reference).click()
    page.wait_for_url(f"**/cases/{made[0].reference}/")
    page.locator("[data-next]").click()
    page.wait_for_url(f"**/cases/{made[1].reference}/")
    page.locator("[data-back]").click()
    page.wait_for_url("**/cases/?open=true&kind=feedback")


def test_after_an_act_beside_the_list_the_next_case_is_still_the_next(desk: Desk, office):
    made = made_list(office, 3)
    handler = make_user(("handler", office), name="Trần Thị Hòa")
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?queue=unassigned")
    page.locator(f"[data-row='{made[0].reference}'] [data-open]").click()
    beside = page.locator("#work-case")
    beside.locator(f"a[href='/cases/{made[0].reference}/moves/assign/']").first.click()
    beside.locator("[name=person]").select_option(handler.username)
    assert desk.faults() == []
    beside.locator("[data-send]").click()
    expect(page.locator("#rows [data-row]")).to_have_count(2)
    expect(beside.get_by_role("heading", level=1)).to_have_text(made[0].title)
    made[0].refresh_from_db()
    assert made[0].handler == handler
    page.locator("#beside [data-next]").click()
    expect(beside.get_by_role("heading", level=1)).to_have_text(made[1].title)
    expect(page.locator("#rows .here")).to_have_attribute("data-row", made[1].reference)


def test_many_are_chosen_with_shift_tried_out_and_moved(desk: Desk, office):
    made = made_list(office)
    handler = make_user(("handler", office), name="Trần Thị Hòa")
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true")
    boxes = page.locator(".pick[name=case]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    assert [box.is_checked() for box in boxes.all()] == [True, True, True, False]
    assert desk.faults() == []
    # However far one reads on, what can be done with them stays in sight.
    page.set_viewport_size({"width": 1280, "height": 360})
    boxes.nth(3).scroll_into_view_if_needed()
    page.mouse.wheel(0, 2000)
    expect(page.locator(".bulk-bar")).to_be_in_viewport(ratio=1)
    page.locator(".bulk-bar [value=assign]").click()
    page.locator("[name=order-person]").select_option(handler.username)
    assert desk.faults() == []
    page.locator("[name=step][value=try]").click()
    expect(page.locator(".outcomes .able")).to_have_count(3)
    assert not made[0].events.filter(move="assign").exists()
    assert desk.faults() == []
    page.locator("[name=step][value=do]").click()
    expect(page.locator("[role=status] .outcomes a")).to_have_count(3)
    assert desk.faults() == []
    assert [case.events.filter(move="assign").count() for case in made] == [1, 1, 1, 0]


def test_all_of_a_long_list_are_tried_out_and_moved_by_the_worker(desk: Desk, office, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    made = made_list(office)
    handler = make_user(("handler", office), name="Trần Thị Hòa")
    page = desk.sign_in(make_user(("head", office)))
    page.goto("/cases/?open=true&page_size=2")
    page.locator(".pick[data-all]").check()
    page.locator(".bulk-bar [name=all]").check()
    assert desk.faults() == []
    page.locator(".bulk-bar [value=assign]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4")
    page.locator("[name=order-person]").select_option(handler.username)
    assert desk.faults() == []
    page.locator("[name=step][value=try]").click()
    expect(page.locator("#state progress")).to_be_visible()
    assert desk.faults() == []
    # The page sees by itself when the worker is through.
    jobs.run_waiting(timezone.now())
    button = page.locator("#state button")
    expect(button).to_contain_text("4")
    assert not made[0].events.filter(move="assign").exists()
    assert desk.faults() == []
    button.click()
    expect(page.locator("#state progress")).to_be_visible()
    jobs.run_waiting(timezone.now())
    expect(page.locator("#state progress")).to_have_count(0)
    assert desk.faults() == []
    assert [case.events.filter(move="assign").count() for case in made] == [1, 1, 1, 1]


def test_a_list_is_kept_under_a_name_and_found_again(desk: Desk, office):
    made_list(office)
    page = desk.sign_in(make_user(("handler", office)))
    page.goto("/cases/?open=true&kind=feedback&col=due&col=title")
    page.locator(".tabs .keep a").click()
    assert desk.faults() == []
    page.locator("[name=view-name]").fill("Phản ánh đang mở")
    page.locator("[name=view-is_default]").check()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?open=true&kind=feedback&col=due&col=title")
    expect(page.locator(".tabs [aria-current=page]")).to_have_text("Phản ánh đang mở")
    page.goto("/cases/")
    page.wait_for_url("**/cases/?open=true&kind=feedback&col=due&col=title")
