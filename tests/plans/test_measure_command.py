"""`manage.py measure`: the table of a plan, in words and for machines."""

import json
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from bodies.management.commands.load_bodies import DATA as TREES
from bodies.management.commands.load_bodies import SAMPLES as SAMPLE_TREES
from bodies.models import Body
from plans.models import Measure, Target
from tests.cases.making import at
from tests.plans.making import BY_HAND, all_of, line, load_text, make_dialogue, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at("2024-12-20"), tick=False):
        yield


def told(*args, **options):
    out = StringIO()
    with translation.override("en"):
        call_command("measure", *args, stdout=out, **options)
    return out.getvalue()


def test_it_prints_target_rule_value_and_whether_it_is_kept():
    district = make_district()
    make_plan(
        district,
        line(
            "HELD", all_of("counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold")
        ),
        line(
            "OPEN",
            all_of("counter: cases_open, op: '=', value: threshold"),
            comparator="'='",
            threshold="",
            default_suggested="0",
            value_type="count_total",
        ),
    )
    make_dialogue(district.body(0, "ubnd"), "2024-05-05")
    lines = told("--plan", "ke_hoach", "--year", "2024").strip().splitlines()
    assert lines[0] == "ke_hoach: Kế hoạch"
    held, free = lines[1], lines[2]
    assert held.split()[:4] == ["HELD", "2024", "33.3333%", "(1/3)"]
    assert "not kept" in held
    assert "Dialogues held (The head in person) >= 1" in held
    assert "A joint dialogue counts for the head of every host" in held
    assert free.split()[:4] == ["OPEN", "2024", "0", "kept"]
    assert "default, not the plan's" in free


def test_for_machines_it_is_json_and_only_the_year_is_counted():
    district = make_district()
    make_plan(district, line("HELD", all_of("counter: dialogues_held, op: '>=', value: threshold")))
    make_dialogue(district.body(0, "ubnd"), "2023-05-05")
    (plan,) = json.loads(told("--year", "2023", "--json"))
    (row,) = plan["targets"]
    assert (plan["plan"], row["target"], row["value"], row["passed"]) == (
        "ke_hoach",
        "HELD",
        "33.3333%",
        False,
    )
    assert set(Measure.objects.values_list("period", flat=True)) == {"2023"}


def test_a_plan_written_by_hand_loads_and_counts():
    call_command("load_bodies", TREES / "kim-bang.yaml", stdout=StringIO())
    load_text(BY_HAND)
    make_dialogue(Body.objects.get(code="que-ubnd"), "2024-05-05")
    rows = {(row["target"], row["period"]): row for row in json.loads(told("--json"))[0]["targets"]}
    # Every head of a commune's committee and government; one of them held one.
    assert rows["T1", "2024"]["numerator"] == "1"
    assert int(rows["T1", "2024"]["denominator"]) >= 2
    assert rows["T3", "2024"]["value"] is None
    assert ("T4", "2025") not in rows
    assert {period for target, period in rows if target == "T2"} == {f"2024-Q{n}" for n in range(1, 5)}


@pytest.mark.parametrize("args", [("--plan", "khong_co"), ("--plan", "ke_hoach", "--year", "2031")])
def test_what_is_not_there_is_refused(args):
    make_plan(make_district(), line("HELD", all_of("counter: dialogues_held, op: '>=', value: threshold")))
    with pytest.raises(CommandError):
        told(*args)
    assert not Measure.objects.exists()


def test_every_automatic_line_of_the_four_plans_is_counted():
    trees = [TREES / name for name in SAMPLE_TREES]
    call_command("load_bodies", *trees, minimums=True, stdout=StringIO())
    call_command("load_plan", "--samples", stdout=StringIO())
    make_dialogue(Body.objects.get(code="que-dang-uy"), "2024-05-05")
    plans = {
        plan["plan"]: {row["target"]: row for row in plan["targets"]}
        for plan in json.loads(told("--year", "2024", "--json"))
    }
    counted = Target.objects.counted().values_list("plan__key", "code")
    assert {(key, code) for key, rows in plans.items() for code in rows} == set(counted)
    assert plans["kimbang_2021_2025"]["KB-02b"]["numerator"] == "1"
    assert plans["backan_2023_2025"]["BK-4"]["denominator"] == "108"
    assert plans["backan_2023_2025"]["BK-4"]["value"] == "0%"
    # Nothing is late and nobody's minimum is known; but nobody held a dialogue, save one.
    assert plans["kimbang_2021_2025"]["KB-01"]["numerator"] == "1"
    assert plans["bacgiang_ward_2024"]["BG-2.4"]["passed"] is True
    assert plans["kimbang_2021_2025"]["KB-O16"]["value"] == "0"
    assert plans["ninhbinh_2021_2025"]["NB-O10"]["value"] is None
