"""The monitor's pages: the same figures as the API, each number leading to exactly its rows, bodies beside their like only."""

import re
from collections import defaultdict
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from bodies import outbox
from cases import figure_pages, figures, tallies
from cases.models import Subject
from tests.cases.desk import browser
from tests.cases.making import at, day, do, make_area, make_body, make_case, make_user
from tests.cases.test_figures import closed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
YEAR = 2024


@pytest.fixture
def watched():
    area = make_area()
    front = make_body(kind="mttq", area=area)
    body = make_body(area=area)
    closed(body, "2024-04-02", "2024-04-12")
    closed(body, "2024-04-02", "2024-05-24")
    make_case(body, kind="feedback", received="2024-05-06", people_count=8, flags=frozenset({"group"}))
    # Elsewhere: never among the figures of this monitor.
    closed(make_body(), "2024-04-02", "2024-04-12")
    outbox.tell_pending(at("2024-07-01"))
    tallies.recount_noted(at("2024-07-01"))
    return browser(make_user(("monitor", front))), body


def headline(page, name):
    cell = re.search(
        rf'numbers">((?:(?!numbers").)*?)</span>\s*<span class="tile-label">(?:<abbr[^>]*>)?{name}<',
        page,
        re.S,
    )
    return unescape(re.sub("<[^>]+>", "", cell.group(1))).strip()


def test_the_page_shows_the_figures_of_the_api_and_nothing_of_elsewhere(watched, client_of):
    page, body = watched
    shown = page.get("/monitor/", {"period": str(YEAR)}).content.decode()
    assert headline(shown, "Received") == "3"
    # One in time of three judged: one closed late, one open and overdue.
    assert headline(shown, "On-time share") == "33.3 %"
    assert body.name in shown
    assert shown.count("<tr>") < 60


def links_of(shown):
    """{the address of rows: the numbers that lead there}"""
    found = defaultdict(set)
    for href, text in re.findall(r'<a href="(/cases/\?[^"]+)">([^<]+)</a>', shown):
        if text[0].isdigit():
            found[unescape(href)].add(text)
    return found


@pytest.mark.parametrize("group_by", figures.GROUPINGS)
def test_every_number_of_the_page_leads_to_exactly_its_rows(watched, group_by):
    page, body = watched
    land = Subject.objects.create(code="dat", name_vi="Đất đai", name_en="Land")
    prices = Subject.objects.create(code="dat.gia", name_vi="Giá đất", name_en="Prices", parent=land)
    inside = make_area(parent=body.area)
    for subject, area in ((land, body.area), (prices, inside), (prices, None)):
        make_case(body, kind="complaint", received="2024-05-06", subject=subject, area=area)
    make_case(body, kind="denunciation", received="2024-05-06", against_body=make_body(area=body.area))
    do(make_case(body, kind="feedback", received="2024-05-06"), "void", "2024-05-08")
    do(make_case(body, kind="feedback", received="2024-05-06"), "withdraw", "2024-05-09", whole=True)
    outbox.tell_pending(at("2024-07-01"))
    tallies.recount_noted(at("2024-07-01"))
    shown = page.get("/monitor/", {"period": str(YEAR), "group_by": group_by}).content.decode()
    links, followed = links_of(shown), set()
    for href, numbers in links.items():
        found, figure = page.get(href).content.decode().count('class="cell-reference"'), figure_of(href)
        assert str(found) in numbers, (href, found, numbers)
        # Shares, medians and ninth tenths lead to what they were worked out from; everything else to itself alone.
        assert len(numbers) == 1 or figure in {"share_of", "closed"}, (href, numbers)
        followed.add(figure)
    assert followed >= {"received", "closed", "on_time", "late", "open", "open_overdue", "group"}
    # The whole, which has no sense where groups overlap.
    assert group_by == "flag" or followed >= {"share_of", "withdrawn", "void"}
    assert len(links) >= 20


def figure_of(href):
    return re.search("figure=([a-z_]+)", href)[1]


def test_the_days_that_cases_took_lead_to_their_rows(watched):
    page, _body = watched
    shown = page.get("/monitor/", {"period": str(YEAR)}).content.decode()
    classes = [href for href in links_of(shown) if "days_from" in href]
    # Ten days and fifty-two.
    assert [re.search("days_from=([0-9]+)", href)[1] for href in classes] == ["6", "46"]


def test_days_of_ones_own_go_before_a_named_period(watched):
    page, _body = watched
    asked = {"period": "2026", "from": "1/4/2024", "to": "30.04.2024"}
    shown = page.get("/monitor/", asked).content.decode()
    assert headline(shown, "Received") == "2"
    assert "From 01/04/2024 to 30/04/2024" in shown


def test_the_numbers_are_written_as_in_vietnamese(in_english):
    with translation.override("vi"):
        assert figure_pages.written("received", 1234567) == "1.234.567"
        assert figure_pages.written("median_days", 12.25) == "12,2"
        assert figure_pages.written("on_time_share", 0.0937) == "9,4 %"
    assert figure_pages.written("received", 1234567) == "1,234,567"


def test_a_bad_question_is_told_beside_its_field_and_this_year_is_shown(watched):
    page, _body = watched
    answer = page.get("/monitor/", {"from": "2024-13-01"})
    assert answer.status_code == 422
    assert "from:" in answer.content.decode()
    assert page.get("/monitor/", {"group_by": "nothing"}).status_code == 422


def test_denunciations_are_listed_by_codes_and_days_alone(watched):
    page, body = watched
    case = make_case(body, kind="denunciation", received="2024-04-02", title="Tố cáo ông Bí Mật")
    do(case, "accept", "2024-04-05")
    shown = page.get("/monitor/").content.decode()
    assert case.reference in shown
    assert "Bí Mật" not in shown


def test_the_page_costs_the_same_statements_for_more_cases(watched, django_assert_num_queries):
    page, body = watched
    page.get("/monitor/", {"period": str(YEAR)})
    with CaptureQueriesContext(connection) as few:
        page.get("/monitor/", {"period": str(YEAR)})
    for _ in range(15):
        make_case(body, kind="feedback", received="2024-05-06")
    outbox.tell_pending(at("2024-07-01"))
    tallies.recount_noted(at("2024-07-01"))
    with django_assert_num_queries(len(few)):
        page.get("/monitor/", {"period": str(YEAR)})
    assert len(few) <= 30


def test_what_one_was_told_and_who_opened_it(watched):
    page, body = watched
    case = make_case(body, kind="complaint", received="2024-06-03")
    outbox.tell_pending(at("2024-06-03", 12))
    shown = page.get("/monitor/told/").content.decode()
    assert case.reference in shown
    assert "not yet" in shown
    page.get(f"/cases/{case.reference}/")
    again = page.get("/monitor/told/").content.decode()
    assert timezone.localdate().strftime("%d/%m/%Y") in again
    stranger = browser(make_user(("monitor", make_body(kind="mttq"))))
    assert case.reference not in stranger.get("/monitor/told/").content.decode()
    assert day("2024-06-03").strftime("%d/%m/%Y") in again
