"""Plans over HTTP: what each reader sees of them, and that every number leads to exactly what it counts."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import tallies
from plans import behind, recounts
from plans.models import Measure, Target
from tests.cases.making import answered, at, do, make_body, make_case, make_user
from tests.plans.making import (
    all_of,
    line,
    make_dialogue,
    make_district,
    make_meeting,
    make_plan,
    make_reception,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
NOW = at("2024-12-30", 20)
BOTH = "{kinds: [ubnd, dang_uy_xa], levels: [commune]}"
LINES = [
    line(
        "HELD",
        all_of("counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold"),
        scope=BOTH,
    ),
    line(
        "ALL",
        all_of(
            "counter: reception_days, where: {by: head}, op: '>=', value: 1",
            "counter: cases_late, op: '=', value: 0",
        ),
        comparator="'='",
        threshold="100",
        value_type="percent_of_bodies",
        period="[quarter, year]",
    ),
    line(
        "ON-TIME",
        "{share: {part: [{counter: cases_on_time}], whole: [{counter: cases_judged}, {counter: cases_late}]}}",
        comparator="'='",
        threshold="",
        default_suggested="100",
        value_type="percent_of_items",
    ),
    line(
        "OPEN",
        all_of("counter: cases_open, op: '=', value: threshold"),
        comparator="'='",
        value_type="count_total",
    ),
    line("AREA", all_of("counter: briefings, op: '>=', value: threshold"), per="area", scope=BOTH),
    "  - id: TYPED\n    text_vi: Gõ tay\n    scope: {kinds: [ubnd], levels: [commune]}\n    comparator: '>='\n"
    "    threshold: 90\n    value_type: percent_of_bodies\n    period: year\n    measured_by: manual\n",
]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    """A district with a year behind it; its figures are counted."""
    district = make_district()
    district.plan = make_plan(district, *LINES)
    first, second, third = (district.body(n, "ubnd") for n in range(3))
    make_dialogue(first, "2024-03-01")
    make_dialogue(second, "2024-08-01")
    make_dialogue(district.body(2, "dang_uy_xa"), "2024-08-01")
    for body in (first, third):
        make_reception(body, "2024-02-05")
    make_meeting(district.body(1, "dang_uy_xa"), "2024-05-05")
    cases = [make_case(first, kind="feedback", received="2024-04-02") for _n in range(3)]
    do(cases[0], "accept", "2024-04-03")
    answered(cases[0], "2024-04-05", "met")
    do(cases[0], "close", "2024-04-08")
    cases.append(make_case(second, kind="denunciation", received="2024-12-25", against_body=first))
    tallies.recount([case.pk for case in cases])
    recounts.recount(district.plan, at=NOW)
    return district


def url(*parts):
    return "/api/v1/plans/ke_hoach/" + "".join(f"{part}/" for part in parts)


def figures(client, **asked):
    answer = client.get(url("targets"), asked)
    assert answer.status_code == 200, answer.json()
    return {(row["code"], row["period"]): row for row in answer.json()["results"]}


def shares(rows, code, period="2024"):
    row = rows[code, period]
    return row["numerator"], row["denominator"], row["value"], row["passed"]


def test_the_issuer_sees_the_whole_plan(client_of, world):
    rows = figures(client_of(make_user(("head", world.party))))
    assert shares(rows, "HELD") == (3, 6, 50, False)
    assert shares(rows, "ALL") == (1, 3, 33.3333, False)
    assert shares(rows, "ON-TIME") == (1, 3, 33.3333, False)
    assert shares(rows, "OPEN") == (3, None, 3, False)
    assert shares(rows, "AREA") == (1, 3, 33.3333, False)
    assert shares(rows, "TYPED") == (None, None, None, None)
    assert [(part["name"], part["n"]) for part in rows["ON-TIME", "2024"]["parts"]] == [
        ("cases_on_time", 1),
        ("cases_judged", 1),
        ("cases_late", 2),
    ]
    said = rows["ON-TIME", "2024"]
    assert (said["threshold"], said["is_default"], said["is_percent"]) == (100, True, True)
    assert "default" in said["formula"]


def test_a_commune_sees_its_own_branch_only(client_of, world):
    rows = figures(client_of(make_user(("head", world.body(0, "ubnd")))))
    # Its head leads the area: the party committee there is in the branch.
    assert shares(rows, "HELD") == (1, 2, 50, False)
    assert shares(rows, "OPEN") == (2, None, 2, False)


def test_a_body_is_asked_about_alone_or_with_all_below_it(client_of, world):
    client = client_of(make_user(("head", world.party)))
    first, party = world.body(0, "ubnd"), world.body(1, "dang_uy_xa")
    assert shares(figures(client, body=first.code), "HELD") == (1, 1, 1, True)
    assert shares(figures(client, body=first.code, subtree="area"), "HELD") == (1, 2, 50, False)
    assert shares(figures(client, body=world.party.code, subtree="area"), "HELD") == (3, 6, 50, False)
    # Of what is counted for an area every body of it is told the area's figure.
    assert shares(figures(client, body=party.code), "AREA") == (1, 1, 1, True)
    assert shares(figures(client, body=world.body(1, "ubnd").code), "AREA") == (1, 1, 1, True)


def test_a_quarter_shows_its_own_figures_and_the_year_as_it_stood(client_of, world):
    rows = figures(client_of(make_user(("head", world.party))), quarter=2)
    assert set(rows) == {
        *(("HELD", "2024"), ("ALL", "2024-Q2"), ("ALL", "2024"), ("ON-TIME", "2024"), ("OPEN", "2024")),
        *(("AREA", "2024"), ("TYPED", "2024")),
    }
    assert rows["HELD", "2024"]["as_of"] == "2024-06-30"
    assert shares(rows, "HELD") == (1, 6, 16.6667, False)


def test_values_of_a_past_day(client_of, world):
    client = client_of(make_user(("head", world.party)))
    assert shares(figures(client, as_of="2024-02-29"), "HELD") == (0, 6, 0, False)
    assert shares(figures(client, as_of="2024-04-04"), "OPEN") == (3, None, 3, False)
    assert shares(figures(client, as_of="2024-04-08"), "OPEN") == (2, None, 2, False)
    first = world.body(0, "ubnd").code
    assert shares(figures(client, as_of="2024-03-01", body=first), "HELD") == (1, 1, 1, True)
    assert figures(client, as_of="2023-06-30")["HELD", "2023"]["value"] == 0


@pytest.mark.parametrize(
    "asked",
    [{}, {"quarter": 1}, {"as_of": "2024-05-01"}, {"body": "first"}, {"body": "party", "subtree": "area"}],
)
def test_every_link_leads_to_exactly_what_is_counted(client_of, world, asked):
    client = client_of(make_user(("head", world.party)))
    names = {"first": world.body(0, "ubnd").code, "party": world.party.code}
    asked = {key: names.get(value, value) for key, value in asked.items()}
    followed = 0
    for row in figures(client, **asked).values():
        for part, link in row["links"].items():
            told = client.get(link).json()
            if row["is_percent"] or row["value_type"] == "count_total":
                assert told["count"] == row[part], (row["code"], part)
                assert told["withheld"] + len(told["rows"]) == told["count"]
                followed += 1
        for part in row["parts"]:
            told = client.get(part["link"]).json()
            assert told["count"] == part["n"], (row["code"], part)
            followed += 1
    assert followed >= 10


def test_a_denunciation_of_ones_own_body_is_counted_but_not_shown(client_of, world):
    client = client_of(make_user(("head", world.party), ("handler", world.body(0, "ubnd"))))
    told = client.get(figures(client)["OPEN", "2024"]["links"]["numerator"]).json()
    assert (told["count"], told["withheld"], len(told["rows"])) == (3, 1, 2)
    assert {tuple(row) for row in told["rows"]} == {("code", "title", "body", "day")}


def test_outside_the_branch_there_is_no_plan_and_no_body(client_of, world):
    stranger = client_of(make_user(("head", make_body())))
    assert stranger.get("/api/v1/plans/").json()["results"] == []
    for address in (
        url(),
        url("targets"),
        url("duties"),
        url("targets", "HELD", "rows") + "?period=2024&part=0",
    ):
        assert stranger.get(address).status_code == 404
    assert stranger.get("/api/v1/measures/").json()["results"] == []
    assert stranger.get("/api/v1/duties/").json()["results"] == []
    commune = client_of(make_user(("head", world.body(0, "ubnd"))))
    other = world.body(1, "ubnd").code
    assert commune.get(url("targets"), {"body": other}).status_code == 404
    rows = url("targets", "HELD", "rows")
    assert commune.get(rows, {"period": "2024", "part": "0", "body": other}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"year": 2031}, "year"),
        ({"year": "x"}, "year"),
        ({"quarter": 5}, "quarter"),
        ({"as_of": "2030-01-01"}, "as_of"),
        ({"as_of": "2020-01-01"}, "as_of"),
        ({"body": "khong-co"}, "body"),
        ({"subtree": "all"}, "subtree"),
    ],
)
def test_bad_questions_name_the_field(client_of, world, asked, field):
    answer = client_of(make_user(("head", world.party))).get(url("targets"), asked)
    assert (answer.status_code, list(answer.json())) == (400, [field])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"period": "2031", "part": "0"}, "period"),
        ({"period": "2024", "part": "9"}, "part"),
        # A digit, and no number.
        ({"period": "2024", "part": "²"}, "part"),
        ({"period": "2024"}, "part"),
    ],
)
def test_rows_of_what_is_not_there_are_refused(client_of, world, asked, field):
    answer = client_of(make_user(("head", world.party))).get(url("targets", "HELD", "rows"), asked)
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_the_list_of_plans_measures_and_duties(client_of, world):
    Target.objects.filter(code="TYPED").update(is_duty=True, deadline={"month": 12, "day": 10}, reminder=True)
    client = client_of(make_user(("head", world.party)))
    (plan,) = client.get("/api/v1/plans/").json()["results"]
    assert (plan["key"], plan["issuer"], plan["joint_counts_for"]) == (
        "ke_hoach",
        world.party.code,
        "every_head",
    )
    assert client.get(url()).json()["milestones"] == []
    (duty,) = client.get("/api/v1/duties/", {"dated": True, "plan": "ke_hoach"}).json()["results"]
    assert (duty["code"], duty["deadline"]) == ("TYPED", {"month": 12, "day": 10})
    assert client.get("/api/v1/duties/", {"reminder": False}).json()["results"] == []
    assert [row["code"] for row in client.get(url("duties")).json()["results"]] == ["TYPED"]
    asked = {"plan": "ke_hoach", "target": "HELD", "period": "2024", "passed": True, "whole_plan": False}
    rows = client.get("/api/v1/measures/", asked).json()["results"]
    assert sorted(row["body"] for row in rows) == sorted(
        [world.body(0, "ubnd").code, world.body(1, "ubnd").code, world.body(2, "dang_uy_xa").code]
    )


def test_a_commune_is_told_no_figure_of_the_whole_plan_nor_of_others(client_of, world):
    client = client_of(make_user(("head", world.body(0, "ubnd"))))
    rows = client.get("/api/v1/measures/", {"page_size": 200}).json()["results"]
    mine = {world.body(0, kind).code for kind in ("ubnd", "dang_uy_xa", "mttq", "doan_the")}
    assert rows
    assert {row["body"] for row in rows} <= mine


@pytest.mark.parametrize("asked", [{}, {"as_of": "2024-09-01"}, {"quarter": 3}])
def test_the_number_of_statements_does_not_grow_with_bodies_and_cases(client_of, asked):
    taken = []
    for communes in (2, 5):
        district = make_district(communes)
        plan = make_plan(district, *LINES)
        for place in range(communes):
            body = district.body(place, "ubnd")
            make_dialogue(body, "2024-03-01")
            tallies.recount(
                [make_case(body, kind="feedback", received="2024-04-02").pk for _n in range(communes)]
            )
        recounts.recount(plan, at=NOW)
        client = client_of(make_user(("head", district.party)))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("targets"), asked).status_code == 200
        taken.append(len(queries))
        Measure.objects.all().delete()
        plan.delete()
    assert taken[0] == taken[1] <= 25


def test_rows_come_in_pages_that_neither_miss_nor_repeat(client_of, world, monkeypatch):
    monkeypatch.setattr(behind, "PAGE", 2)
    client = client_of(make_user(("head", world.party)))
    link, seen, pages = figures(client)["HELD", "2024"]["links"]["denominator"], [], 0
    while link:
        told = client.get(link).json()
        assert told["count"] == 6
        seen += [row["code"] for row in told["rows"]]
        link, pages = told["next"], pages + 1
    assert (pages, len(seen), seen) == (3, 6, sorted(set(seen)))
    rows = {"period": "2024", "part": "0", "after": "x"}
    assert client.get(url("targets", "AREA", "rows"), rows).status_code == 400
