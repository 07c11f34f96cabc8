"""Figures that survive a calculator: by hand, by cells and by facts the same, each with exactly its rows behind it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from bodies import outbox
from bodies.models import Body
from bodies.refusals import BadInput
from bodies.scopes import standing_of
from cases import counts, figures, tallies
from cases.figures import Question, percentile
from cases.models import CaseFact
from cases.periods import Period, cuts, period_of
from cases.steps import local_day
from tests.cases.making import answered, at, day, do, make_area, make_body, make_case, make_user, paper
from tests.cases.walking import ENDS, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
EXTRAS = {extra.name for extra in figures.extras()}
URL = "/api/v1/monitor/response-times/"


def told(now):
    outbox.tell_pending(now)
    tallies.recount_noted(now)


def closed(body, received, answered_on, *, kind="feedback", **facts):
    case = make_case(body, kind=kind, received=received, **facts)
    do(case, "accept", received)
    answered(case, answered_on, "met" if kind == "feedback" else "right")
    if kind == "feedback":
        do(case, "close", answered_on, hour=15)
    return case


@pytest.fixture
def province():
    """Two communes of one area, and somebody who watches it."""
    area = make_area()
    watched = make_body(kind="mttq", area=area)
    return {
        "first": make_body(area=area),
        "second": make_body(area=area),
        "monitor": make_user(("monitor", watched)),
        "elsewhere": make_body(),
    }


# --- By hand ----------------------------------------------------------------------------------------------------------


def test_the_figures_of_a_quarter_by_hand(province, client_of):
    first, second = province["first"], province["second"]
    # Ten, twenty and thirty days; the house rule for feedback is 15 working days: the last two are late.
    for received, done in (
        ("2024-04-02", "2024-04-12"),
        ("2024-04-02", "2024-04-26"),
        ("2024-04-02", "2024-05-10"),
    ):
        closed(first, received, done)
    make_case(first, kind="feedback", received="2024-06-28")
    overdue = make_case(first, kind="feedback", received="2024-04-10")
    do(overdue, "accept", "2024-04-11")
    closed(second, "2024-05-06", "2024-05-08")
    do(make_case(second, kind="feedback", received="2024-05-06"), "withdraw", "2024-05-07", whole=True)
    do(make_case(second, kind="feedback", received="2024-05-06"), "void", "2024-05-07")
    closed(province["elsewhere"], "2024-05-06", "2024-05-08")
    told(at("2024-07-01"))
    answer = client_of(province["monitor"]).get(URL, {"period": "2024-Q2"})
    assert answer.status_code == 200
    rows = {row["key"]: row for row in answer.data["results"]}
    assert set(rows) == {first.code, second.code}
    mine = rows[first.code]
    on_time = [fact.on_time for fact in CaseFact.objects.filter(body=first, what="closed").order_by("days")]
    assert (mine["received"], mine["closed"], mine["open"], mine["open_overdue"]) == (5, 3, 2, 1)
    assert (mine["on_time"], mine["late"]) == (on_time.count(True), on_time.count(False))
    assert mine["share_of"] == 4
    assert mine["on_time_share"] == round(mine["on_time"] / 4, 4)
    # 10, 24 and 38 calendar days.
    assert (mine["median_days"], mine["p90_days"]) == (24, round(24 + 0.8 * 14, 2))
    theirs = rows[second.code]
    assert (theirs["received"], theirs["closed"], theirs["withdrawn"], theirs["void"]) == (2, 1, 1, 1)
    total = answer.data["total"]
    assert (total["received"], total["closed"], total["open"]) == (7, 4, 2)
    assert total["median_days"] == 17
    assert answer.json()["as_of"] == "2024-06-30"
    assert set(answer.data["formulas"]) <= set(total) | EXTRAS


def test_a_reopened_case_is_closed_in_the_first_quarter_and_again_in_the_second(province):
    case = closed(province["first"], "2024-02-05", "2024-02-20")
    do(case, "reopen", "2024-04-09")
    answered(case, "2024-05-14", "met")
    do(case, "close", "2024-05-15")
    told(at("2024-06-01"))
    standing = standing_of(province["monitor"], day("2024-06-01"))

    def closed_in(period, as_of):
        asked = Question(period=period_of(period), as_of=day(as_of))
        (found,) = (list(counts.counts_by_group(asked, standing).values()) or [figures.Counts()])[:1]
        return found.facts["closed"], found.facts["open"], found.facts["reopened"]

    assert closed_in("2024-Q1", "2024-03-31") == (1, 0, 0)
    assert closed_in("2024-Q2", "2024-04-30") == (0, 1, 1)
    assert closed_in("2024-Q2", "2024-06-01") == (1, 0, 1)
    # Of the year it is one case that was closed.
    assert closed_in("2024", "2024-06-01") == (1, 0, 1)
    # And as of March, the first quarter's answer is what it was.
    assert closed_in("2024", "2024-03-31") == (1, 0, 0)


def test_a_paused_case_is_open_and_not_late(province):
    case = make_case(province["first"], kind="feedback", received="2024-04-02")
    do(case, "accept", "2024-04-03")
    do(case, "suspend", "2024-04-10", ground="chờ kết quả giám định", document=paper("2024-04-10"))
    told(at("2024-07-01"))
    standing = standing_of(province["monitor"], day("2024-07-01"))
    asked = Question(period=period_of("2024-Q2"), as_of=day("2024-06-30"))
    (found,) = counts.counts_by_group(asked, standing).values()
    assert (found.facts["open"], found.facts["late"]) == (1, 0)


# --- Two ways of counting, one result ---------------------------------------------------------------------------------


def plain(counted):
    return {
        key: (
            {name: n for name, n in found.facts.items() if n},
            {n: c for n, c in found.days.items() if c},
            {n: c for n, c in found.working_days.items() if c},
        )
        for key, found in counted.items()
        if any(found.facts.values())
    }


@pytest.mark.parametrize("group_by", ["body", "kind", "month"])
def test_cells_and_facts_give_the_same_for_any_period_and_day(group_by):
    watched = make_body(kind="mttq")
    monitor = make_user(("monitor", watched))
    for _case, at_last, _made in walk(7, 250, seldom=ENDS):
        now = at_last
    # The world of the walk lies in the monitor's area.
    Body.objects.update(area=watched.area)
    told(now)
    last = local_day(now)
    standing = standing_of(monitor, last)
    seen = 0
    for first, length, later in (
        (day("2026-07-01"), 30, 0),
        (day("2026-07-15"), 400, 0),
        (day("2026-08-03"), 11, 40),
    ):
        period = Period(first, first + timedelta(days=length))
        asked = Question(
            period=period, as_of=min(period.last + timedelta(days=later), last), group_by=group_by
        )
        ways = (counts.from_cells, counts.from_facts)
        if group_by == "month":
            ways = (counts.months_from_cells, counts.months_from_facts)
        by_cells, by_facts = (plain(way(asked, standing)) for way in ways)
        assert by_cells == by_facts
        seen += len(by_facts)
    assert seen >= 5


def test_the_percentiles_are_those_of_the_database(db):
    values = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
    histogram = {value: values.count(value) for value in values}
    for share in (0, 0.1, 0.5, 0.9, 0.99, 1):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT percentile_cont(%s) WITHIN GROUP (ORDER BY n) FROM unnest(%s::int[]) AS n",
                [share, values],
            )
            assert percentile(histogram, share) == round(cursor.fetchone()[0], 2)
    assert percentile({}, 0.5) is None


# --- The rows behind --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "group_by", ["body", "kind", "channel", "subject", "area", "flag", "against_body", "month"]
)
def test_each_link_leads_to_exactly_the_cases_that_were_counted(group_by, province, client_of):
    first, second = province["first"], province["second"]
    closed(first, "2024-04-02", "2024-04-12", area=first.area)
    reopened = closed(first, "2024-04-02", "2024-05-20", flags=frozenset({"group"}))
    do(reopened, "reopen", "2024-06-03")
    make_case(first, kind="complaint", received="2024-05-02", flags=frozenset({"hot_spot"}))
    make_case(second, kind="denunciation", received="2024-05-02", against_body=first)
    do(make_case(second, kind="feedback", received="2024-05-06"), "route", "2024-05-07", body=first)
    told(at("2024-07-01"))
    client = client_of(province["monitor"])
    answer = client.get(URL, {"period": "2024-Q2", "group_by": group_by, "as_of": "2024-07-01"})
    rows = [*answer.data["results"], *([answer.data["total"]] if answer.data["total"] else [])]
    followed = 0
    for row in rows:
        for figure, link in row["links"].items():
            listed = client.get(link)
            assert listed.status_code == 200, (link, listed.data)
            assert len(listed.data["results"]) == row[figure], (row["key"], figure, link)
            followed += 1
    assert followed >= 3


def test_who_works_in_a_denounced_body_does_not_see_it_even_as_a_number(province, client_of):
    first, second = province["first"], province["second"]
    make_case(second, kind="denunciation", received="2024-05-02", against_body=first)
    told(at("2024-07-01"))
    both = make_user(("head", first), ("head", second))
    for asked in ({}, {"group_by": "kind"}, {"group_by": "against_body"}, {"group_by": "channel"}):
        answer = client_of(both).get(URL, {"period": "2024-Q2", **asked})
        assert answer.data["results"] == []
    answer = client_of(province["monitor"]).get(URL, {"period": "2024-Q2", "group_by": "against_body"})
    assert [(row["key"], row["received"]) for row in answer.data["results"]] == [(first.code, 1)]


def test_a_head_sees_the_own_body_alone_and_a_stranger_nothing(province, client_of):
    closed(province["first"], "2024-04-02", "2024-04-12")
    closed(province["second"], "2024-04-02", "2024-04-12")
    told(at("2024-07-01"))
    handler = make_user(("handler", province["first"]))
    answer = client_of(handler).get(URL, {"period": "2024-Q2"})
    assert [row["key"] for row in answer.data["results"]] == [province["first"].code]
    assert client_of(make_user()).get(URL, {"period": "2024-Q2"}).data["results"] == []


def test_imported_cases_are_counted_apart(province, client_of):
    make_case(province["first"], kind="feedback", received="2024-05-02", is_imported=True)
    told(at("2024-07-01"))
    client = client_of(province["monitor"])
    assert client.get(URL, {"period": "2024-Q2"}).data["results"] == []
    (row,) = client.get(URL, {"period": "2024-Q2", "imported": "true"}).data["results"]
    assert row["received"] == 1
    assert len(client.get(row["links"]["received"]).data["results"]) == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"period": "2024-13"}, "period"),
        ({"period": "2024-tt-q9"}, "period"),
        ({"from": "2024-05-01", "to": "2024-04-01"}, "from"),
        ({"from": "2024-05-01", "to": "2024-06-01", "as_of": "2024-04-01"}, "as_of"),
        ({"as_of": "2999-01-01", "period": "2024"}, "as_of"),
        ({"group_by": "name"}, "group_by"),
        ({"body": "nowhere"}, "body"),
        ({"kind": "petition"}, "kind"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_its_field(asked, field, province, client_of):
    answer = client_of(province["monitor"]).get(URL, asked)
    assert answer.status_code == 400
    assert field in answer.data


def test_the_number_of_queries_does_not_grow(province, client_of, django_assert_max_num_queries):
    for number in range(8):
        make_case(make_body(area=province["first"].area), kind="feedback", received=f"2024-05-0{number + 1}")
    told(at("2024-07-01"))
    client = client_of(province["monitor"])
    with django_assert_max_num_queries(11):
        answer = client.get(URL, {"period": "2024-Q2"})
    assert len(answer.data["results"]) == 8
    with django_assert_max_num_queries(10):
        client.get(URL, {"period": "2024-Q2", "group_by": "channel"})


def test_the_workbook_holds_the_figures_and_no_live_formula(province, client_of):
    body = province["first"]
    body.name = "=cmd|' /C calc'!A0"
    body.save()
    closed(body, "2024-04-02", "2024-04-12")
    told(at("2024-07-01"))
    answer = client_of(province["monitor"]).get("/api/v1/monitor/response-times.xlsx", {"period": "2024-Q2"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    book = load_workbook(BytesIO(content))
    page, took = book.worksheets[:2]
    assert page["A4"].value == body.name
    assert page["A4"].data_type == "s"
    assert page["B4"].value == 1
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    # Ten days lie between.
    assert {row[0].value: row[1].value for row in took.iter_rows(min_row=2)}["6 to 10 days"] == 1


# --- Periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-tt-year", "2023-12-15", "2024-12-14"),
        ("2024-tt-q1", "2023-12-15", "2024-03-14"),
        ("2022-tt-q3", "2022-06-15", "2022-09-14"),
        ("2026-tt-6m", "2025-12-15", "2026-06-14"),
    ],
)
def test_a_period_is_named(code, first, last):
    assert period_of(code) == Period(day(first), day(last))


def test_no_reporting_period_is_known_before_its_rule():
    with pytest.raises(BadInput):
        period_of("2019-tt-q1")
    assert all(cut.basis and cut.mark for cut in cuts())


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2023-12-15", "2024-12-14"),
        ("2024-01-01", "2025-12-31"),
        ("2024-02-29", "2024-02-29"),
        ("2023-11-30", "2026-01-31"),
    ],
)
def test_a_period_is_made_of_whole_years_months_and_days_each_once(first, last):
    covered = []
    for grain, begins in Period(day(first), day(last)).grains():
        if grain == "y":
            ends = begins.replace(month=12, day=31)
        elif grain == "m":
            ends = (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        else:
            ends = begins
        covered += [begins + timedelta(days=n) for n in range((ends - begins).days + 1)]
    assert covered == [day(first) + timedelta(days=n) for n in range((day(last) - day(first)).days + 1)]


def test_the_day_of_today_is_local(province, client_of):
    answer = client_of(province["monitor"]).get(URL)
    assert answer.json()["as_of"] == timezone.localdate().isoformat()
