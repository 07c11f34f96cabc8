"""The monitor's pages: the same figures as the API, each number leading to exactly its rows, bodies beside their like only."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bodies import outbox
from cases import tallies
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
        rf'numbers">((?:(?!numbers").)*?)</span>\s*<span class="tile-label">{name}</span>', page, re.S
    )
    return unescape(re.sub("<[^>]+>", "", cell.group(1))).strip()


def test_the_page_shows_the_figures_of_the_api_and_nothing_of_elsewhere(watched, client_of):
    page, body = watched
    shown = page.get("/monitor/", {"period": str(YEAR)}).content.decode()
    assert headline(shown, "Received") == "3"
    # One in time of three judged: one closed late, one open and overdue.
    assert headline(shown, "On-time share") == "33,3 %"
    assert body.name in shown
    assert shown.count("<tr>") < 60


def test_every_number_of_the_table_leads_to_exactly_its_rows(watched):
    page, _body = watched
    shown = page.get("/monitor/", {"period": str(YEAR)}).content.decode()
    table = shown[shown.index('class="rows figures"') :]
    links = re.findall(r'<td class="number"><a href="([^"]+)">([^<]+)</a>', table)
    assert len(links) >= 5
    for href, number in links:
        rows = page.get(unescape(href)).content.decode()
        assert rows.count('class="cell-reference"') == int(number), href


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
    # Twelve months of four statements each, the table, the spread and the list.
    with django_assert_num_queries(len(few)):
        page.get("/monitor/", {"period": str(YEAR)})
    assert len(few) < 80


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
