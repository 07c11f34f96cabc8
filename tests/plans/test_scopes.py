"""Whom a target binds: the bodies of its kinds and levels in the issuer's tree, as it stood in the period."""

import pytest

from bodies import structure
from tests.cases.making import at, day, make_body
from tests.plans.making import all_of, figures, line, make_dialogue, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
HELD = "counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold"
LATE = "counter: cases_late, op: '=', value: 0"
YEAR_END = "2024-12-31"


def test_an_empty_scope_has_no_value_and_fails_nothing():
    district = make_district()
    plan = make_plan(
        district,
        line(
            "T",
            all_of(LATE),
            scope="{kinds: [bao_dai], levels: [district]}",
            comparator="'='",
            threshold="100",
            value_type="percent_of_bodies",
        ),
    )
    of, total = figures(plan, "T", "2024", YEAR_END)
    assert (of, total.value, total.passed, total.denominator) == ({}, None, None, 0)


def test_a_commune_dissolved_in_june_is_in_scope_until_june():
    district = make_district()
    plan = make_plan(district, line("T", all_of(HELD), measured_by="auto:dialogue", period="[quarter, year]"))
    gone = district.body(0, "ubnd")
    make_dialogue(gone, "2024-03-01")
    structure.dissolve([gone], on=day("2024-07-01"), document="1/NQ", by=None, at=at("2024-07-01"))
    terms = ("2024-Q2", "2024-Q3", "2024", "2025")
    denominators = [figures(plan, "T", term, "2025-12-31")[1].denominator for term in terms]
    assert denominators == [3, 2, 3, 2]
    assert figures(plan, "T", "2024", YEAR_END)[0][gone.code].passed is True


def test_a_commune_that_merged_into_another_area_stays_in_the_old_district_until_then():
    district = make_district()
    plan = make_plan(district, line("T", all_of(HELD), measured_by="auto:dialogue", period="quarter"))
    elsewhere = make_body(kind="ubnd")
    merged = district.body(0, "ubnd")
    structure.merge([merged], elsewhere, on=day("2024-07-01"), document="1/NQ", by=None, at=at("2024-07-01"))
    structure.end_areas([merged.area], on=day("2024-07-01"), into=elsewhere.area)
    assert merged.code in figures(plan, "T", "2024-Q2", YEAR_END)[0]
    assert merged.code not in figures(plan, "T", "2024-Q3", YEAR_END)[0]
    assert elsewhere.code not in figures(plan, "T", "2024-Q3", YEAR_END)[0]


def test_the_plan_binds_nobody_after_its_issuer_ended():
    district = make_district()
    plan = make_plan(district, line("T", all_of(HELD), measured_by="auto:dialogue", period="quarter"))
    structure.dissolve([district.party], on=day("2024-07-01"), document="1/NQ", by=None, at=at("2024-07-01"))
    plan.issuer.refresh_from_db()
    assert figures(plan, "T", "2024-Q2", YEAR_END)[1].denominator == 3
    assert figures(plan, "T", "2024-Q3", YEAR_END)[1].denominator == 0
