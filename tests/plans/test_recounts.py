"""What is recounted a little after every act is what is counted all at once."""

import os
import random
from dataclasses import asdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodies import outbox, structure
from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body
from cases import tallies
from dialogues import workflow
from dialogues.entries import NewDialogue
from plans import measure_shapes, recounts
from plans.judging import Figure, Part, of_many, sums_of
from plans.measuring import measure
from plans.models import Measure, Target, Touched
from plans.terms import term_of
from tests.cases.making import at, day, do, make_area, make_body, make_case, make_user
from tests.cases.walking import ENDS, walk
from tests.plans.acts import Acts, head_of
from tests.plans.making import District, all_of, line, make_dialogue, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
# ACTS=10000 is the long drill; the suite takes a part of it.
ACTS = int(os.environ.get("ACTS", "300"))

FRONTS = {"scope": "{kinds: [mttq], levels: [commune]}", "measured_by": "auto:supervision"}
SHARE = {"comparator": "'='", "threshold": "100", "value_type": "percent_of_items"}
TOTAL = {"comparator": "'='", "threshold": "", "default_suggested": "0", "value_type": "count_total"}
LINES = [
    line("HELD", all_of("counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold")),
    line("PLANNED", all_of("counter: dialogues_planned, op: '>=', value: threshold"), period="quarter"),
    line(
        "ALL",
        all_of(
            "counter: reception_days, where: {by: head}, op: '>=', value: 2",
            "counter: dialogues_held, op: '>=', value: 1",
            "counter: cases_late, op: '=', value: 0",
        ),
        comparator="'='",
        threshold="100",
        value_type="percent_of_bodies",
        period="[quarter, year]",
    ),
    line("AREA", all_of("counter: dialogues_held, op: '>=', value: threshold"), per="area"),
    line("SESSIONS", all_of("counter: supervisions, op: '>=', value: threshold"), **FRONTS),
    line(
        "CRITICISM", all_of("counter: supervisions, where: {kind: criticism}, op: '>=', value: 1"), **FRONTS
    ),
    line("BRIEFINGS", all_of("counter: briefings, op: '>=', value: threshold"), period="[month, quarter]"),
    line(
        "ON-TIME",
        "{share: {part: [{counter: cases_on_time}], whole: [{counter: cases_judged}, {counter: cases_late}]}}",
        **SHARE,
    ),
    line(
        "ANSWERED",
        "{share: {part: [{counter: cases_answered, where: {kind: [complaint, feedback]}}], whole: [{counter: cases_received, where: {kind: [complaint, feedback]}}]}}",
        **SHARE,
    ),
    line("OPEN", all_of("counter: cases_open, op: '=', value: threshold"), period="[quarter, year]", **TOTAL),
    line(
        "FLAGS",
        all_of(
            "counter: cases_open, where: {flag: group}, op: '=', value: threshold",
            "counter: cases_received, where: {flag: complex}, op: '=', value: threshold",
        ),
        **TOTAL,
    ),
    line(
        "TREE",
        "{passes_when: {all: [{counter: cases_late, op: '=', value: threshold}]}, over: plan}",
        **TOTAL,
    ),
]


def told(now):
    """As the workers do, every few seconds."""
    outbox.tell_pending(now)
    recounts.recount_touched(now)
    tallies.recount_noted(now)
    recounts.recount_touched(now)
    assert not Touched.objects.exists()


def around(bodies):
    """A district around the bodies of the walk, with a front in each of their communes."""
    area = make_area(level=Level.DISTRICT)
    Area.objects.filter(pk__in=[body.area_id for body in bodies]).update(parent=area)
    for each in Area.objects.filter(parent=area):
        each.save(update_fields=["parent"])
    party = make_body(kind=BodyKind.HUYEN_UY, area=area, level=Level.DISTRICT)
    fronts = [make_body(kind=BodyKind.MTTQ, area=body.area) for body in bodies]
    for front in fronts:
        make_user(("head", front))
    return District(area, party, []), fronts


@pytest.mark.timeout(180 + ACTS)
@pytest.mark.parametrize("seed", range(2))
def test_bit_by_bit_is_all_at_once(seed):
    steps = walk(seed, ACTS // 4, seldom=ENDS)
    _case, now, _made = next(steps)
    bodies = list(Body.objects.filter(kind="ubnd", level="commune").select_related("area").order_by("pk"))
    district, fronts = around(bodies)
    plan = make_plan(district, *LINES, period="{from: 2026, to: 2030}")
    acts = Acts(random.Random(seed), bodies, fronts)
    told(now)
    recounts.recount(plan, at=now)
    done = 0
    for number, (_case, now, made) in enumerate(steps):
        done += made + acts.one(now)
        if number % 5 == 0:
            told(now)
    told(now)
    assert done > ACTS // 5
    compared = differences(plan)
    assert compared > 50
    assert len({row.target_id for row in Measure.objects.filter(value__gt=0)}) > 4


def differences(plan):
    """Fails where a kept figure is not what a whole count says, as of the day of which the figure is; how many were held against it.

    Each figure is held against its own day: what only a new day changes (a clock runs out, a month begins) is the night's.
    """
    rows = {(row.target_id, row.period, row.body_id): row for row in Measure.objects.all()}
    targets = {target.pk: target for target in Target.objects.select_related("plan")}
    compared = 0
    for as_of in sorted({row.as_of for row in rows.values()}):
        wanted = {(row.target_id, row.period) for row in rows.values() if row.as_of == as_of}
        terms = [(targets[target], term_of(plan, period)) for target, period in sorted(wanted)]
        for found in measure(plan, terms, as_of=as_of):
            whole = [found.total] if not found.figures else []
            for figure in (*found.figures, *whole):
                row = rows.get((found.target.pk, found.term.code, figure.body_id))
                if row is None or row.as_of != as_of:
                    continue
                compared += 1
                assert values(row) == values(figure), (found.target.code, found.term.code, figure, as_of)
    for (target_id, period, body_id), row in rows.items():
        figures = [each for key, each in rows.items() if key[:2] == (target_id, period) and key[2]]
        if body_id is None and figures:
            target = targets[target_id]
            shape = measure_shapes.read(target.measure, joint=target.plan.joint_counts_for)
            parts = [
                Figure(
                    0,
                    each.value,
                    each.numerator,
                    each.denominator,
                    each.passed,
                    tuple(Part(**p) for p in each.parts),
                )
                for each in figures
            ]
            assert values(row) == values(of_many(target, shape, sums_of(parts))), (target.code, period)
    return compared


def values(row):
    parts = [part if isinstance(part, dict) else asdict(part) for part in row.parts]
    return (row.value, row.numerator, row.denominator, row.passed, parts)


def made_world(cases):
    """A plan with figures, and a case of it that is about to move."""
    district = make_district()
    plan = make_plan(district, *LINES, period="{from: 2024, to: 2025}")
    body = district.body(0, "ubnd")
    made = [make_case(body, kind="feedback", received="2024-04-02") for _n in range(cases)]
    told(at("2024-04-03"))
    recounts.recount(plan, at=at("2024-04-03"))
    return plan, body, made[0]


def test_what_one_act_touches_is_recounted_with_as_many_statements_however_many_cases_there_are():
    taken = []
    for cases in (1, 12):
        plan, _body, case = made_world(cases)
        do(case, "accept", "2024-04-04")
        now = at("2024-04-04", 15)
        outbox.tell_pending(now)
        tallies.recount_noted(now)
        with CaptureQueriesContext(connection) as queries:
            assert recounts.recount_touched(now) > 0
        taken.append(len(queries))
        Measure.objects.all().delete()
        plan.delete()
    assert taken[0] == taken[1] <= 45


def test_a_case_whose_facts_are_still_to_be_counted_waits():
    _plan, _body, case = made_world(1)
    do(case, "accept", "2024-04-04")
    now = at("2024-04-04", 15)
    outbox.tell_pending(now)
    assert recounts.recount_touched(now) == 0
    assert Touched.objects.exists()
    tallies.recount_noted(now)
    assert recounts.recount_touched(now) > 0
    assert not Touched.objects.exists()


def test_a_case_that_moves_on_moves_both_bodies():
    _plan, body, case = made_world(1)
    other = Body.objects.filter(kind="ubnd", area__parent=body.area.parent).exclude(pk=body.pk).first()
    do(case, "route", "2024-04-05", body=other)
    told(at("2024-04-05", 15))
    open_now = Measure.objects.filter(target__code="OPEN", period="2024")
    assert open_now.get(body=body).value == 0
    assert open_now.get(body=other).value == 1
    assert open_now.get(body=None).value == 1


def brought(name, dialogue, now, **facts):
    head = head_of(dialogue.host)
    dialogue.refresh_from_db()
    reason = "mưa bão" if name == "cancel" else ""
    workflow.move(dialogue, name, by=head, recorded_at=now, reason=reason, facts=facts)


def test_holding_and_cancelling_a_dialogue_change_exactly_what_they_should():
    district = make_district()
    plan = make_plan(district, *LINES, period="{from: 2026, to: 2027}")
    host = district.body(0, "ubnd")
    make_user(("head", host))
    new = NewDialogue(
        host=host,
        title="Đất đai",
        kind="periodic",
        participants="residents",
        area=host.area,
        year=2026,
        quarter=1,
    )
    first, second = (workflow.plan(new, by=head_of(host), recorded_at=at("2026-01-05")) for _n in range(2))
    for dialogue in (first, second):
        brought("schedule", dialogue, at("2026-01-06"), starts_at=at("2026-02-10", 8), place="Nhà văn hóa")
        brought("announce", dialogue, at("2026-01-06"), announcement="Mời dân", how_to_attend="Đến dự")
    told(at("2026-01-06"))
    recounts.recount(plan, at=at("2026-02-10", 6))

    def changed_by(act):
        before = {row.pk: values(row) for row in Measure.objects.all()}
        act()
        told(at("2026-02-10", 20))
        rows = [row for row in Measure.objects.select_related("target") if values(row) != before[row.pk]]
        assert {row.body_id for row in rows} == {host.pk, None}
        return {(row.target.code, row.period) for row in rows}

    held = {"chaired_by": head_of(host), "present_count": 20}
    of_dialogues = {("HELD", "2026"), ("AREA", "2026"), ("ALL", "2026"), ("ALL", "2026-Q1")}
    assert changed_by(lambda: brought("hold", first, at("2026-02-10", 19), **held)) == of_dialogues
    in_plan = ("PLANNED", "2026-Q1")
    assert changed_by(lambda: brought("cancel", second, at("2026-02-10", 19))) == {in_plan}
    # Held after all it was not: what it had moved moves back.
    assert changed_by(lambda: brought("cancel", first, at("2026-02-10", 19))) == {*of_dialogues, in_plan}


def test_a_body_that_is_dissolved_leaves_the_scope_of_what_comes_after():
    district = make_district()
    plan = make_plan(district, LINES[4], period="{from: 2024, to: 2025}")
    gone = district.body(0, "mttq")
    recounts.recount(plan, at=at("2024-06-30"))
    assert Measure.objects.filter(body=gone, period="2024").exists()
    structure.dissolve([gone], on=day("2024-07-01"), document="1/NQ", by=None, at=at("2024-07-01"))
    told(at("2025-02-01"))
    periods = Measure.objects.filter(body=gone).values_list("period", flat=True)
    assert list(periods) == ["2024"]
    assert Measure.objects.get(body=None, period="2025").denominator == 2


def test_the_night_counts_each_plan_once_a_day():
    district = make_district()
    make_plan(district, LINES[0], period="{from: 2024, to: 2025}")
    assert recounts.check_daily(at("2024-04-03", 1)) > 0
    assert recounts.check_daily(at("2024-04-03", 9)) == 0
    make_dialogue(district.body(0, "ubnd"), "2024-04-02")
    # Nobody announced it: the next night finds it.
    assert recounts.check_daily(at("2024-04-03", 10)) == 0
    assert recounts.check_daily(at("2024-04-04", 1)) == 2


def test_a_line_that_left_the_plan_keeps_no_running_figures():
    district = make_district()
    plan = make_plan(district, LINES[0], LINES[4], period="{from: 2024, to: 2025}")
    recounts.recount(plan, at=at("2024-04-03"))
    make_plan(district, LINES[0], period="{from: 2024, to: 2025}")
    recounts.recount(plan, at=at("2024-04-04"))
    assert set(Measure.objects.values_list("target__code", flat=True)) == {"HELD"}
