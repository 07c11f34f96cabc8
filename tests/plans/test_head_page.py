"""The head's page: figures that survive a calculator, each number leading to exactly its rows, at a fixed price."""

import re
from html import unescape

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodies import outbox
from bodies.kinds import BodyKind, Level
from bodies.models import Post
from cases import tallies
from feedback import receptions
from feedback.models import Reception
from plans import recounts
from tests.cases.desk import browser
from tests.cases.making import answered, at, day, do, make_area, make_body, make_case, make_user
from tests.cases.test_figures import closed
from tests.dialogues.making import make_host, make_row
from tests.plans.making import all_of, line, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
NOW = at("2026-09-15", 12)
URL = "/offices/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def counted():
    outbox.tell_pending(NOW)
    tallies.recount_noted(NOW)


def conclusion(host, body, received, closed_on=None):
    """What the head of the host told a body to do: thirty calendar days by the house rule."""
    case = make_case(host, kind="conclusion", received=received, held_by=body)
    if case.stage == "received":
        do(case, "accept", received)
    if closed_on:
        answered(case, closed_on, "done")
        do(case, "close", closed_on, hour=15)
    return case


class Office:
    """A district's committee with two communes' below it, and one of another district."""

    def __init__(self):
        area = make_area(level=Level.DISTRICT)
        self.body = make_body(area=area, level=Level.DISTRICT)
        self.head = make_user(("head", self.body))
        self.first, self.second = (
            make_body(area=make_area(parent=area), superior=self.body) for _number in range(2)
        )
        self.elsewhere = make_body()
        self.page = browser(self.head)

    def shown(self, **asked):
        answer = self.page.get(URL, asked)
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def office():
    office = Office()
    # The house rule for feedback is 15 working days: the first is in time, the second not, the third stands since May.
    closed(office.first, "2026-04-02", "2026-04-10")
    closed(office.first, "2026-04-02", "2026-05-25")
    do(make_case(office.second, kind="feedback", received="2026-05-06"), "accept", "2026-05-06")
    do(make_case(office.second, kind="feedback", received="2026-09-14"), "accept", "2026-09-14")
    # Last year's, and elsewhere: in none of the year's figures.
    closed(office.first, "2025-11-03", "2025-11-10")
    closed(office.elsewhere, "2026-04-02", "2026-04-12")
    conclusion(office.body, office.first, "2026-05-04", "2026-05-20")
    conclusion(office.body, office.first, "2026-05-04", "2026-08-20")
    conclusion(office.body, office.second, "2026-06-01")
    conclusion(office.body, office.second, "2026-09-10")
    conclusion(office.elsewhere, office.first, "2026-06-01")
    counted()
    return office


def section(page, title):
    """The text of the rows of the table under a heading."""
    start = page.index(f">{title}</h2>")
    rows = re.findall(r"<tr>(.*?)</tr>", page[start : page.index("</section>", start)], re.S)
    return [
        [
            unescape(re.sub("<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in rows
    ]


def rows_of(client, href):
    answer = client.get(unescape(href))
    assert answer.status_code == 200
    return answer.content.decode().count('class="cell-reference"')


def test_received_on_time_late_and_stuck_by_office_by_hand(office):
    rows = {row[0]: row[1:] for row in section(office.shown(), "Bodies with Fewer than 50 cases")[1:]}
    assert rows == {
        office.first.name: ["2", "1", "1", "0", "0", "50.0 %"],
        office.second.name: ["2", "0", "0", "2", "1", "0.0 %"],
    }


def test_every_number_with_a_link_leads_to_exactly_its_rows(office):
    links = re.findall(r'<a href="(/cases/\?[^"]+)">([^<]+)</a>', office.shown())
    assert len(links) >= 12
    for href, number in links:
        rows = rows_of(office.page, href)
        assert rows == int(number) if number.isdigit() else rows > 0, href


def test_conclusions_the_head_gave_by_their_state_and_nobody_elses(office):
    page = office.shown()
    assert section(page, "Conclusions the head gave") == [
        ["Conclusions being carried out", "2"],
        ["Of these, overdue", "1"],
        ["Carried out in time this year", "1"],
        ["Carried out too late this year", "1"],
    ]


def test_twelve_months_are_drawn_and_stand_in_a_table(office):
    rows = section(office.shown(), "Twelve months")
    assert [row[0] for row in rows[1:]] == [f"{m:02}/2025" for m in (10, 11, 12)] + [
        f"{m:02}/2026" for m in range(1, 10)
    ]
    months = {row[0]: row[1:4] for row in rows[1:]}
    assert months["11/2025"] == ["1", "1", "0"]
    assert months["04/2026"] == ["2", "1", "0"]
    assert months["05/2026"] == ["1", "0", "1"]
    assert office.shown().count("<rect ") == 36


def test_the_months_reception_days_done_and_due(office):
    call_command("load_bodies", minimums=True, verbosity=0)
    chair = make_user(("head", office.first))
    for body, holder in ((office.first, chair), (office.elsewhere, make_user(("head", office.elsewhere)))):
        Post.objects.create(
            body=body, duty="head", title="chu_tich_ubnd", holder=holder, valid_from=day("2020-01-01")
        )
    for on in ("2026-08-17", "2026-09-07"):
        row = Reception(host=office.first, day=day(on), kind="periodic", received_by=chair)
        receptions.record(row, by=chair, at=at(on, 17))
    # A commune's chair owes two days a month; one was held, the month is not over.
    rows = section(office.shown(), "Reception days of heads in 09/2026")
    assert rows[1:] == [[office.first.name, "2", "1", "0", "0", "1"]]


def test_the_state_of_dialogues_and_of_what_plans_owe():
    host = make_host()
    for stage in ("announced", "announced", "held", "cancelled"):
        make_row(host, stage=stage, starts_at=at("2026-10-01"), announced_on=day("2026-09-01"))
    make_case(host.body, kind="dialogue", received="2026-05-04")
    make_case(host.body, kind="report", received="2026-05-04", fixed=("report", day("2026-06-01"), "KH"))
    make_case(host.body, kind="report", received="2026-05-04", fixed=("report", day("2026-12-01"), "KH"))
    client = browser(host.head)
    page = client.get(URL).content.decode()
    assert section(page, "Dialogues of 2026") == [
        ["Announced", "2"],
        ["Held", "1"],
        ["Cancelled", "1"],
        ["Notices and results still owed", "1"],
        ["Of these, overdue", "0"],
    ]
    assert section(page, "Plans: targets and reports")[3:] == [
        ["Reports to be handed in", "2"],
        ["Of these, overdue", "1"],
    ]
    for href, number in re.findall(r'<a href="(/cases/\?[^"]+)">([^<]+)</a>', page):
        assert rows_of(client, href) == int(number), href


def test_targets_not_met_are_those_of_the_bodies_one_leads():
    district = make_district()
    measure = all_of("counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold")
    plan = make_plan(district, line("HELD", measure), period="{from: 2026, to: 2027}")
    recounts.recount(plan, at=NOW)
    mine = district.body(0, "ubnd")
    page = browser(make_user(("head", mine))).get(URL).content.decode()
    (row,) = section(page, "Targets of plans not met so far this year")[1:]
    assert (row[0], row[2], row[3], row[4:]) == (mine.name, "2026", "31/12/2026", ["0", "1"])
    secretary = browser(make_user(("head", district.party))).get(URL).content.decode()
    assert len(section(secretary, "Targets of plans not met so far this year")[1:]) == 3


def test_a_party_secretary_has_the_bodies_of_the_area(office):
    party = make_body(kind=BodyKind.HUYEN_UY, area=office.body.area, level=Level.DISTRICT)
    page = browser(make_user(("head", party))).get(URL).content.decode()
    names = [row[0] for row in section(page, "Bodies with Fewer than 50 cases")[1:]]
    assert sorted(names) == sorted([office.first.name, office.second.name])


def test_who_heads_several_chooses_one_and_only_of_these(office):
    other = make_body()
    both = browser(make_user(("head", office.body), ("superior_office", other)))
    assert f"<h1>{other.name}</h1>" in both.get(URL, {"body": other.code}).content.decode()
    assert both.get(URL, {"body": office.first.code}).status_code == 404


@pytest.mark.parametrize("role", ["receptionist", "handler", "monitor", "plan_keeper"])
def test_who_heads_nothing_has_neither_the_page_nor_its_place(role, office):
    client = browser(make_user((role, office.body)))
    assert client.get(URL).status_code == 404
    assert URL not in client.get("/").content.decode()
    assert f'href="{URL}"' in office.page.get("/").content.decode()


def test_denunciations_of_the_own_body_are_no_number_on_it(office):
    before = section(office.shown(), "Bodies with Fewer than 50 cases")
    make_case(office.first, kind="denunciation", received="2026-06-02", against_body=office.body)
    counted()
    assert section(office.shown(), "Bodies with Fewer than 50 cases") == before


def test_the_page_costs_the_same_statements_for_more_offices_and_cases(office, django_assert_num_queries):
    office.shown()
    with CaptureQueriesContext(connection) as few:
        office.shown()
    for _number in range(4):
        body = make_body(area=make_area(parent=office.body.area), superior=office.body)
        closed(body, "2026-04-02", "2026-04-10")
        conclusion(office.body, body, "2026-06-01")
    counted()
    with django_assert_num_queries(len(few)):
        office.shown()
    assert len(few) <= 50
