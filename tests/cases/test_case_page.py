"""The page of a case: what it says at one glance, to whom, and at what price."""

import pytest
import time_machine
from django.test import Client

from bodies.kinds import BodyKind, Level
from bodies.models import Body
from cases import escalation, notices
from tests.cases.making import answered, at, day, do, make_area, make_body, make_case, make_user, paper

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def office():
    """A commune under a district, with somebody in each role; `as_(role)` is their browser, in English."""
    district = make_area(level=Level.DISTRICT)
    commune = make_area(parent=district)
    above = make_body(area=district, level=Level.DISTRICT)
    body = make_body(area=commune, superior=above)
    front = make_body(area=district, kind=BodyKind.MTTQ, level=Level.DISTRICT)
    people = {
        "receptionist": make_user(("receptionist", body)),
        "handler": make_user(("handler", body), name="Trần Văn Xử"),
        "head": make_user(("head", body)),
        "superior": make_user(("superior_office", above)),
        "monitor": make_user(("monitor", front)),
        "stranger": make_user(("head", make_body())),
    }

    def as_(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[role])
        return client

    return body, people, as_


def url(case, *more):
    return "/".join(["/cases", case.reference, *more, ""])


def page(client, case, on, query="", *more):
    with time_machine.travel(at(on, 12), tick=False):
        answer = client.get(url(case, *more) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_one_glance_says_who_holds_it_and_until_when(office):
    body, people, as_ = office
    case = make_case(body, kind="feedback", received="2026-11-02", title="Đường hỏng")
    do(case, "accept", "2026-11-03")
    do(case, "assign", "2026-11-03", person=people["handler"])
    head = page(as_("head"), case, "2026-11-13").split('<ol class="bar"')[0]
    assert body.name in head
    assert "Trần Văn Xử" in head
    assert "Wednesday, 18/11/2026" in head
    assert "3 working days left" in head
    assert "10 of 15 used" in head


def test_a_late_case_says_so_in_words(office):
    body, _people, as_ = office
    case = make_case(body, kind="feedback", received="2026-11-02")
    assert "4 days late" in page(as_("head"), case, "2026-11-20").split('<ol class="bar"')[0]


@pytest.mark.parametrize("role", ["receptionist", "handler", "head", "superior", "monitor"])
def test_those_who_stand_towards_a_case_see_its_page(office, role):
    body, _people, as_ = office
    case = make_case(body, title="Đường hỏng")
    assert "Đường hỏng" in page(as_(role), case, "2024-04-03")


def test_the_unseen_does_not_exist(office):
    body, _people, as_ = office
    case = make_case(body)
    unseen = as_("stranger").get(url(case))
    assert unseen.status_code == 404
    assert as_("stranger").get(url(case, "panels", "people")).status_code == 404
    assert as_("stranger").get("/cases/2024-khong-co-000001/").status_code == 404


def test_a_monitor_sees_of_a_denunciation_its_days_and_stage_and_nothing_else(office):
    body, people, as_ = office
    secrets = {
        "title": "Tố cáo ông trưởng thôn",
        "content": "nhận tiền của dân",
        "earlier_settled_by": "thanh tra cũ",
    }
    case = make_case(
        body,
        kind="denunciation",
        received="2024-04-22",
        against_body=make_body(),
        flags=["hot_spot"],
        **secrets,
    )
    do(case, "assign", "2024-04-23", person=people["handler"])
    do(case, "accept", "2024-04-24", document=paper("2024-04-24", "77/TB-MẬT"))
    do(case, "note", "2024-04-25", text="bí mật nghiệp vụ")
    hidden = [*secrets.values(), "Trần Văn Xử", body.name, case.against_body.name, "77/TB-MẬT", "bí mật nghiệp vụ",
              "Hot spot", "vì cần"]  # fmt: skip
    seen = page(as_("monitor"), case, "2024-04-26")
    assert [words for words in hidden if words in seen] == []
    assert "Denunciation" in seen
    assert case.reference in seen
    told = page(as_("superior"), case, "2024-04-26")
    assert [words for words in hidden[:7] if words not in told] == []


def test_every_limit_tells_why_its_day_is_that_day(office):
    body, _people, as_ = office
    case = make_case(body, kind="feedback", received="2026-08-24")
    shown = page(as_("head"), case, "2026-08-25")
    assert "Take up the feedback" in shown
    assert "07/09/2026" in shown  # ten working days, past the National Day
    assert "Quốc khánh" in shown


def test_a_paused_limit_keeps_its_length_and_has_no_day(office):
    body, _people, as_ = office
    case = make_case(body, kind="feedback", received="2026-11-02")
    do(case, "accept", "2026-11-03")
    do(case, "ask_supplement", "2026-11-06", what="ảnh")
    head = page(as_("head"), case, "2026-11-20").split('<ol class="bar"')[0]
    assert "Paused" in head
    assert "2 of 15 used" in head  # the 4th and the 5th


def test_the_stream_can_be_cut_to_one_kind(office):
    body, _people, as_ = office
    case = make_case(body, received="2024-04-02")
    do(case, "accept", "2024-04-03", document=paper("2024-04-03", "12/TB"))
    do(case, "note", "2024-04-04", text="gọi lại cho dân")
    do(case, "record_dialogue", "2024-04-05", day=day("2024-04-05"), text="đã gặp")
    client = as_("head")

    def found(query):
        shown = page(client, case, "2024-04-08", query)
        return [words for words in ("12/TB", "gọi lại cho dân", "đã gặp") if words in shown]

    assert found("") == ["12/TB", "gọi lại cho dân", "đã gặp"]
    assert found("?show=letters") == ["12/TB"]
    assert found("?show=notes") == ["gọi lại cho dân"]
    assert found("?show=meetings") == ["đã gặp"]
    assert found("?show=nonsense") == ["12/TB", "gọi lại cho dân", "đã gặp"]


def test_codes_of_the_history_are_told_by_name(office):
    body, people, as_ = office
    other = make_body(superior=body.superior, area=body.area)
    case = make_case(body, received="2024-04-02")
    do(case, "assign", "2024-04-03", person=people["handler"])
    do(case, "route", "2024-04-04", body=other, instruction="Xem giúp")
    shown = page(as_("receptionist"), case, "2024-04-05").split('id="timeline"')[1]
    assert "Trần Văn Xử" in shown
    assert other.name in shown
    assert other.code not in shown
    assert people["handler"].username not in shown


def test_linked_cases_are_shown_to_those_who_may_know_of_them(office):
    body, _people, as_ = office
    main, repeat = make_case(body, kind="feedback"), make_case(body, kind="feedback")
    do(repeat, "join", "2024-04-05", into=main)
    assert repeat.reference in page(as_("head"), main, "2024-04-08")
    assert main.reference in page(as_("head"), repeat, "2024-04-08")
    elsewhere = make_case(kind="feedback")
    do(elsewhere, "join", "2024-04-05", into=main)
    assert elsewhere.reference not in page(as_("head"), main, "2024-04-08")


def test_the_ladder_tells_what_was_reached_and_what_comes_next(office):
    body, _people, as_ = office
    case = make_case(body, kind="feedback", received="2026-11-02")
    shown = page(as_("head"), case, "2026-11-10").split('id="ladder-title"')[1].split("</section>")[0]
    # Ten working days end on Monday 16/11; late from the first moment after.
    assert "Level 1" in shown
    assert "17/11/2026" in shown
    assert "if nothing is done" in shown
    assert "the head of the body" in shown
    escalation.raise_overdue(at("2026-11-17", 1))
    shown = page(as_("head"), case, "2026-11-17").split('id="ladder-title"')[1].split("</section>")[0]
    assert body.name in shown
    assert "Level 2" in shown
    assert "20/11/2026" in shown
    assert "the head of the superior body" in shown


def test_who_was_told_and_whether_they_looked_is_opened_there(office):
    body, _people, as_ = office
    case = make_case(body, received="2024-04-02", flags=["hot_spot"])
    front = Body.objects.get(kind=BodyKind.MTTQ)
    notices.inform([case], at("2024-04-02", 11))
    shown = page(as_("head"), case, "2024-04-03", "", "panels", "told")
    assert front.name in shown
    assert "Hot spot · " in shown.replace('<span class="numbers">', "")
    assert "not opened yet" in shown
    page(as_("monitor"), case, "2024-04-04")
    assert "opened 12:00 04/04/2024" in page(as_("head"), case, "2024-04-05", "", "panels", "told")


def test_a_long_history_is_shown_from_its_end(office):
    body, _people, as_ = office
    case = make_case(body)
    for number in range(65):
        do(case, "note", "2024-04-03", text=f"ghi chú số {number}.")
    shown = page(as_("head"), case, "2024-04-04")
    assert "ghi chú số 64." in shown
    assert "ghi chú số 1." not in shown
    assert "Show 6 older lines" in shown
    assert "ghi chú số 1." in page(as_("head"), case, "2024-04-04", "?all=1")


def test_the_page_costs_the_same_whatever_happened(office, django_assert_max_num_queries):
    body, people, as_ = office
    case = make_case(body, received="2024-04-02", flags=["complex"])
    do(case, "assign", "2024-04-03", person=people["handler"])
    do(case, "accept", "2024-04-03")
    do(make_case(body), "join", "2024-04-03", into=case)
    client = as_("head")
    page(client, case, "2024-04-04")  # Once a minute the session is written.
    with django_assert_max_num_queries(15):
        page(client, case, "2024-04-04")
    for number in range(20):
        do(case, "record_verification", "2024-04-05", text=f"bước {number}")
    answered(case, "2024-04-08")
    client = as_("head")
    page(client, case, "2024-04-09")
    with django_assert_max_num_queries(15):
        page(client, case, "2024-04-09")
