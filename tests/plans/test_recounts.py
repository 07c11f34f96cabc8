"""What is recounted a little after every act is what is counted all at once."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from bodies import outbox, structure
from bodies.models import Body
from cases import tallies
from dialogues import workflow
from dialogues.entries import NewDialogue
from plans import recounts
from plans.models import Measure, Touched
from tests.cases.making import at, day, do, make_case, make_user
from tests.plans.acts import head_of
from tests.plans.followed import LINES, Followed, compare, follow, told, values
from tests.plans.making import make_dialogue, make_district, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


@pytest.mark.parametrize("seed", range(2))
def test_bit_by_bit_is_all_at_once(seed):
    """At length it is the drill `measures`."""
    found = follow(seed, 75)
    assert found.wrong == []
    assert found.acts > 60
    assert found.compared > 300
    assert len(found.moved) > 4


@pytest.mark.parametrize(
    "fault",
    [
        lambda rows: rows.filter(body__isnull=False).update(value=F("value") + 1),
        lambda rows: rows.filter(body=None).update(numerator=F("numerator") + 1),
        lambda rows: rows.filter(body__isnull=False)[:1].get().delete(),
    ],
)
def test_what_is_held_against_a_whole_count_is_shown_to_fail(fault):
    plan, _body, _case = made_world(1)
    found = Followed()
    compare(plan, day("2024-04-03"), found)
    assert found.compared
    assert found.wrong == []
    fault(Measure.objects.filter(target__code="OPEN", period="2024"))
    compare(plan, day("2024-04-03"), found)
    assert found.wrong


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
