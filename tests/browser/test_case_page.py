"""The page of a case as people use it: looked at, moved, and never losing what somebody typed."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Browser, Page, expect

from bodies.kinds import BodyKind, Level
from cases import drafts
from cases.models import Case
from cases.moves import MOVES
from feedback import verdicts
from tests.browser.desk import PATIENCE, Desk
from tests.cases.making import do, make_area, make_body, make_case, make_file, make_user, paper
from tests.feedback.making import make_petition, make_place
from tests.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


def said(text: str, context: str = "", **facts) -> str:
    """A text as it stands on the page, in the language of the desk."""
    with translation.override("vi"):
        return (pgettext(context, text) if context else gettext(text)) % facts


def named(move: str) -> str:
    with translation.override("vi"):
        return str(MOVES[move].label)


@pytest.fixture
def office():
    """A commune under a district, with somebody in each role."""
    district = make_area(level=Level.DISTRICT)
    commune = make_area(parent=district)
    above = make_body(area=district, level=Level.DISTRICT)
    body = make_body(area=commune, superior=above)
    make_body(kind=BodyKind.DANG_UY_XA, area=commune)
    front = make_body(area=district, kind=BodyKind.MTTQ, level=Level.DISTRICT)
    return body, {
        "receptionist": make_user(("receptionist", body), name="Nguyễn Thị Tiếp"),
        "handler": make_user(("handler", body), name="Trần Văn Xử"),
        "handler2": make_user(("handler", body), name="Bùi Văn Hai"),
        "head": make_user(("head", body), name="Lê Văn Trưởng"),
        "monitor": make_user(("monitor", front), name="Hoàng Văn Giám"),
    }


@pytest.fixture
def window(chromium_browser: Browser, live_server):
    """`window(user)`: another person's window."""
    opened: list[Desk] = []

    def open_for(user) -> Desk:
        context = chromium_browser.new_context(
            base_url=live_server.url,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": 1280, "height": 800},
        )
        context.set_default_timeout(PATIENCE)
        opened.append(Desk(context, live_server.url))
        opened[-1].sign_in(user)
        return opened[-1]

    yield open_for
    for desk in opened:
        desk.context.close()
    assert [complaint for desk in opened for complaint in desk.complaints] == []


def days_ago(number: int) -> str:
    return (timezone.localdate() - timedelta(days=number)).isoformat()


def make_busy_case(body) -> Case:
    """A complaint in the middle of its way, with a longer limit, a meeting, a file and notes."""
    case = make_case(
        body,
        received=days_ago(60),
        title="Khiếu nại quyết định thu hồi 120 m² đất ở thôn Vồng, chưa trả tiền bồi thường",
        content="Gia đình tôi bị thu hồi 120 m2 đất mà chưa nhận tiền bồi thường.\n\nĐề nghị xem xét lại.",
        people_count=12,
    )
    do(case, "classify", days_ago(59), kind="complaint", flags=["pressing", "group"])
    do(case, "accept", days_ago(54), document=paper(days_ago(54), "12/TB-UBND"))
    do(case, "begin_verification", days_ago(50))
    do(case, "record_verification", days_ago(40), text="Đã đo lại thửa đất.", files=[make_file(case)])
    day = timezone.localdate() - timedelta(days=35)
    do(case, "record_dialogue", days_ago(35), day=day, text="Hai bên thống nhất diện tích.")
    do(case, "extend", days_ago(30), document=paper(days_ago(30), "20/QĐ-UBND"), situation=["complex"])
    do(case, "note", days_ago(25), text="Chờ bản đồ địa chính của huyện.")
    case.refresh_from_db()
    return case


def pdf() -> dict:
    made = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(made)
    return {"name": "quyet-dinh.pdf", "mimeType": "application/pdf", "buffer": made.getvalue()}


def act(page: Page, case: Case, move: str) -> None:
    """From the page of the case to the form of a move, as one clicks."""
    page.goto(f"/cases/{case.reference}/")
    link = page.locator(f"[data-act={move}]")
    if not link.is_visible():
        page.locator(".acts-more summary").click()
    link.click()
    expect(page.locator("#act-title")).to_have_text(named(move))


def send(page: Page) -> None:
    page.locator("[data-send]").click()


def expect_done(page: Page, move: str) -> None:
    expect(page.locator(".told")).to_contain_text(said("Done: %(move)s.", move=named(move)))


@pytest.mark.parametrize("width", [1280, 640, 320])
def test_nothing_is_wrong_with_the_page_and_its_forms_at_any_width(desk: Desk, office, width: int):
    body, people = office
    case = make_busy_case(body)
    page = desk.sign_in(people["head"])
    page.set_viewport_size({"width": width, "height": 800})

    def look_at(address: str) -> None:
        page.goto(address)
        is_right(address)

    def is_right(what: str) -> None:
        assert desk.faults() == [], what
        assert page.evaluate("document.documentElement.scrollWidth") <= width, what

    look_at(f"/cases/{case.reference}/")
    page.locator(".acts-more summary").click()
    for summary in page.locator(".why summary").all():
        summary.click()
    is_right("opened")
    for move in ("answer", "correct", "route", "extend", "withdraw"):
        look_at(f"/cases/{case.reference}/moves/{move}/")
    page.goto(f"/cases/{case.reference}/moves/answer/")
    send(page)
    expect(page.locator("#summary")).to_be_focused()
    is_right("with errors")


def test_a_case_goes_its_whole_way_by_three_people(window, office):
    body, people = office
    other = make_body(superior=body.superior, area=body.area)
    head, handler = (
        make_user(("head", other), name="Chủ tịch xã bên"),
        make_user(("handler", other), name="Cán bộ xã bên"),
    )
    case = make_case(body, kind="feedback", received=days_ago(1), title="Đèn đường hỏng")
    clerk, chief, official = (window(user).page for user in (people["receptionist"], head, handler))

    act(clerk, case, "route")
    clerk.locator("#id_body").fill(other.name)
    clerk.locator("#id_instruction").fill("Xem và trả lời dân")
    send(clerk)
    expect_done(clerk, "route")
    expect(clerk.locator(".glance")).to_contain_text(other.name)

    act(chief, case, "accept")
    send(chief)
    expect_done(chief, "accept")
    act(chief, case, "extend")
    chief.locator("#id_days").fill("10")
    chief.locator("#id_reason").fill("Chờ vật tư")
    chief.locator("#id_document_number").fill("31/QĐ-UBND")
    chief.locator("#id_document_date").fill(timezone.localdate().strftime("%d/%m/%Y"))
    send(chief)
    expect_done(chief, "extend")

    act(official, case, "submit")
    official.locator("#id_draft").fill("Đã thay đèn ngày hôm qua.")
    send(official)
    expect_done(official, "submit")

    act(chief, case, "answer")
    expect(chief.locator("#id_text")).to_have_value("Đã thay đèn ngày hôm qua.")
    chief.locator("input[name=result][value=met]").check()
    chief.locator("#id_upload").set_input_files([pdf()])
    chief.locator("#id_document_number").fill("32/UBND")
    chief.locator("#id_document_date").fill(timezone.localdate().strftime("%d/%m/%Y"))
    send(chief)
    expect_done(chief, "answer")

    act(official, case, "close")
    send(official)
    expect_done(official, "close")
    case.refresh_from_db()
    assert (case.stage, case.result, case.body) == ("closed", "met", other)
    assert [event.move for event in case.events.order_by("seq")] == [
        "open", "route", "accept", "extend", "submit", "answer", "close",
    ]  # fmt: skip


def test_two_who_collide_see_whose_change_it_was_and_both_texts(window, office):
    body, people = office
    case = make_case(body, kind="feedback", received=days_ago(3))
    do(case, "accept", days_ago(2))
    one, desk = window(people["handler"]).page, window(people["handler2"])
    two = desk.page
    act(one, case, "ask_supplement")
    act(two, case, "ask_supplement")
    for page, what in ((one, "Sổ đỏ bản gốc"), (two, "Bản đồ thửa đất")):
        page.locator("#id_what").fill(what)
        page.locator("#id_reason").fill(f"Cần {what}")
    send(one)
    expect_done(one, "ask_supplement")
    send(two)
    conflict = two.locator("#conflict")
    expect(conflict).to_be_focused()
    for words in ("Trần Văn Xử", "Sổ đỏ bản gốc", "Bản đồ thửa đất"):
        expect(conflict).to_contain_text(words)
    expect(two.locator("#id_what")).to_have_value("Bản đồ thửa đất")
    assert desk.faults() == []
    send(two)
    expect_done(two, "ask_supplement")


def kept(case, who):
    """The reason in the draft of the refusal; None while there is none."""
    draft = drafts.of(case, who).get("refuse")
    return draft.typed.get("reason") if draft else None


def test_what_is_typed_is_kept_on_the_server_as_one_types(desk: Desk, office):
    body, people = office
    case = make_case(body, received=days_ago(1))
    page = desk.sign_in(people["head"])
    act(page, case, "refuse")
    page.locator("#id_reason").press_sequentially("Không thuộc thẩm quyền", delay=5)
    expect(page.locator(".draft-said")).to_contain_text(said("Draft kept at"))
    # What was typed while the first draft was on its way goes with the next.
    until(lambda: kept(case, people["head"]) == ["Không thuộc thẩm quyền"])
    page.goto(f"/cases/{case.reference}/")
    expect(page.locator("[data-act=refuse]")).to_contain_text(said("draft"))
    act(page, case, "refuse")
    expect(page.locator("#id_reason")).to_have_value("Không thuộc thẩm quyền")
    page.locator("[name=discard]").click()
    page.wait_for_url(f"**/cases/{case.reference}/")
    until(lambda: drafts.of(case, people["head"]) == {})


def test_when_the_session_ends_while_one_types_nothing_is_lost(desk: Desk, office):
    body, people = office
    case = make_case(body, received=days_ago(1))
    page = desk.sign_in(people["head"])
    act(page, case, "note")
    Session.objects.all().delete()
    page.locator("#id_text").fill("Viết trong hai giờ")
    send(page)
    expect(page.locator(".draft-lost")).to_contain_text(said("Sign in"))
    expect(page.locator("#id_text")).to_have_value("Viết trong hai giờ")
    assert not case.events.filter(move="note").exists()
    # In another window of the same browser, and with a new token.
    desk.context.clear_cookies()
    desk.sign_in(people["head"])
    other = desk.context.new_page()
    other.goto("/")
    other.close()
    send(page)
    expect_done(page, "note")
    assert case.events.get(move="note").details["text"] == "Viết trong hai giờ"


def test_the_stream_is_cut_without_leaving_the_page(desk: Desk, office):
    body, people = office
    case = make_busy_case(body)
    page = desk.sign_in(people["head"])
    page.goto(f"/cases/{case.reference}/")
    page.evaluate("window.stays = true")
    lines = page.locator(".timeline .line")
    expect(lines).to_have_count(8)
    page.locator(".streams a", has_text=said("Meetings", "timeline")).click()
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("Hai bên thống nhất diện tích.")
    assert page.evaluate("window.stays")
    assert desk.faults() == []


def test_what_the_citizen_sees_is_opened_on_the_page(desk: Desk):
    place = make_place()
    case = make_petition(place, received=days_ago(2), kind="feedback").petition.case
    page = desk.sign_in(place.head)
    page.goto(f"/cases/{case.reference}/")
    expect(page.locator("#panel-people")).to_contain_text("Nguyễn Văn An")
    panel = page.locator("#panel-citizen")
    panel.locator("a").click()
    expect(panel).to_contain_text(
        said("The office decides whether it takes your petition up, and tells you.")
    )
    assert desk.faults() == []


def test_a_move_is_made_by_keys_alone(desk: Desk, office):
    body, people = office
    case = make_case(body, received=days_ago(1))
    page = desk.sign_in(people["head"])
    page.goto(f"/cases/{case.reference}/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.act") == "assign":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#id_person")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-send')"):
            break
    page.keyboard.press("Enter")
    expect_done(page, "assign")
    case.refresh_from_db()
    assert case.handler is not None


def test_a_form_opens_in_place_and_a_session_that_ended_leads_to_the_sign_in(desk: Desk, office):
    body, people = office
    case = make_case(body, kind="feedback", received=days_ago(2))
    do(case, "accept", days_ago(1))
    page = desk.sign_in(people["head"])
    page.goto(f"/cases/{case.reference}/")
    page.evaluate("window.stays = true")
    # Its first field is a choice: who does not see the form is led to its heading.
    page.locator("[data-act=answer]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#act-title")).to_be_focused()
    assert page.evaluate("window.stays")
    assert desk.faults() == []
    Session.objects.all().delete()
    page.locator("[data-act=assign]").click()
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_head_reopens_what_a_citizen_was_not_content_with(desk: Desk, width: int):
    place = make_place()
    petition = make_petition(place, received=days_ago(10), kind="feedback").petition
    do(petition.case, "accept", days_ago(9))
    proof = [make_file(petition.case)]
    do(
        petition.case,
        "answer",
        days_ago(3),
        result="met",
        text="Đã sửa",
        document=paper(days_ago(3)),
        files=proof,
    )
    do(petition.case, "close", days_ago(3))
    verdicts.give(petition, score=1, comment="Đèn vẫn tối", at=timezone.now())
    page = desk.sign_in(place.head)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/cases/{petition.case.reference}/")
    assert desk.faults() == []
    page.locator("#panel-waiting a").click()
    expect(page.locator("#main")).to_contain_text("Đèn vẫn tối")
    assert desk.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("[value=reopen]").click()
    expect(page.locator("#summary")).to_be_focused()
    page.locator("#id_reason").fill("Sẽ thay bóng khác")
    page.locator("[value=reopen]").click()
    page.wait_for_url(f"**/cases/{petition.case.reference}/")
    expect(page.locator(".told")).to_contain_text(said("The case is reopened."))
