"""Targets are counted from what was recorded: who is bound, what counts, what passes. By hand, one idea each."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodies.models import Post
from cases import tallies
from dialogues.models import Attendance, JointHost
from plans.measuring import measure
from plans.models import Target
from plans.terms import term_of
from tests.cases.making import answered, at, day, do, make_body, make_case, make_user
from tests.plans.making import (
    all_of,
    figures,
    line,
    make_dialogue,
    make_district,
    make_meeting,
    make_plan,
    make_reception,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
HELD = "counter: dialogues_held, where: {chaired_by: head}, op: '>=', value: threshold"
LATE = "counter: cases_late, op: '=', value: 0"
ON_TIME = (
    "{share: {part: [{counter: cases_on_time}], whole: [{counter: cases_judged}, {counter: cases_late}]}}"
)
YEAR_END = "2024-12-31"


def counted(*cases):
    tallies.recount([case.pk for case in cases])


def test_dialogues_of_the_head_count_for_the_host():
    district = make_district()
    plan = make_plan(district, line("T", all_of(HELD), measured_by="auto:dialogue"))
    first, second, third = (district.body(n, "ubnd") for n in range(3))
    make_dialogue(first, "2024-03-01")
    make_dialogue(first, "2024-09-01")
    make_dialogue(second, "2024-03-01", chair="delegate")
    make_dialogue(third, "2023-12-31")
    of, total = figures(plan, "T", "2024", YEAR_END)
    assert {code: (figure.value, figure.passed) for code, figure in of.items()} == {
        first.code: (2, True),
        second.code: (0, False),
        third.code: (0, False),
    }
    assert (total.numerator, total.denominator, total.value, total.passed) == (
        1,
        3,
        Decimal("33.3333"),
        False,
    )


def test_what_the_front_hosts_never_counts_for_a_head():
    district = make_district()
    plan = make_plan(district, line("T", all_of(HELD), measured_by="auto:dialogue"))
    held = make_dialogue(district.body(0, "mttq"), "2024-03-01")
    JointHost.objects.create(dialogue=held, body=district.body(0, "ubnd"), head_was_present=True)
    assert figures(plan, "T", "2024", YEAR_END)[1].numerator == 0


@pytest.mark.parametrize(("joint", "kept"), [("every_head", 2), ("host", 1)])
def test_a_joint_dialogue_counts_for_whom_the_plan_says(joint, kept):
    district = make_district()
    scope = "{kinds: [ubnd, dang_uy_xa], levels: [commune]}"
    plan = make_plan(district, line("T", all_of(HELD), scope=scope, measured_by="auto:dialogue"), joint=joint)
    held = make_dialogue(district.body(0, "dang_uy_xa"), "2024-03-01")
    JointHost.objects.create(dialogue=held, body=district.body(0, "ubnd"), head_was_present=True)
    JointHost.objects.create(dialogue=held, body=district.body(1, "ubnd"), head_was_present=False)
    assert figures(plan, "T", "2024", YEAR_END)[1].numerator == kept


def test_a_joint_dialogue_is_one_of_its_area():
    district = make_district()
    scope = "{kinds: [dang_uy_xa, ubnd], levels: [commune]}"
    plan = make_plan(district, line("T", all_of(HELD), scope=scope, per="area", measured_by="auto:dialogue"))
    held = make_dialogue(district.body(0, "ubnd"), "2024-03-01")
    JointHost.objects.create(dialogue=held, body=district.body(0, "dang_uy_xa"), head_was_present=True)
    of, total = figures(plan, "T", "2024", YEAR_END)
    # The area stands under the first kind that the target names.
    assert of[district.body(0, "dang_uy_xa").code].value == 1
    assert (total.numerator, total.denominator) == (1, 3)


def test_a_body_passes_only_if_every_condition_is_kept():
    district = make_district()
    plan = make_plan(
        district,
        line(
            "T", all_of(HELD, LATE), comparator="'='", threshold="100", value_type="percent_of_bodies"
        ).replace("op: '>=', value: threshold", "op: '>=', value: 1"),
    )
    for place in range(3):
        make_dialogue(district.body(place, "ubnd"), "2024-03-01")
    late = make_case(district.body(0, "ubnd"), kind="feedback", received="2024-04-02")
    counted(late)
    _of, total = figures(plan, "T", "2024", YEAR_END)
    assert (total.numerator, total.denominator, total.passed) == (2, 3, False)
    # Before it was late, all three passed.
    due_on = late.clocks.order_by("due_on").first().due_on
    assert figures(plan, "T", "2024", str(due_on))[1].passed is True


def test_the_share_on_time_is_that_of_the_response_times():
    district = make_district()
    plan = make_plan(
        district, line("T", ON_TIME, comparator="'='", threshold="100", value_type="percent_of_items")
    )
    body = district.body(0, "ubnd")
    good = make_case(body, kind="feedback", received="2024-04-02")
    do(good, "accept", "2024-04-03")
    answered(good, "2024-04-05", "met")
    do(good, "close", "2024-04-08")
    bad = make_case(body, kind="feedback", received="2024-04-02")
    counted(good, bad)
    of, total = figures(plan, "T", "2024", YEAR_END)
    assert (of[body.code].numerator, of[body.code].denominator) == (1, 2)
    assert (total.value, total.passed) == (50, False)
    # Whoever had nothing to do has no share, and fails nothing.
    assert of[district.body(1, "ubnd").code].value is None
    assert of[district.body(1, "ubnd").code].passed is None


def test_hot_spots_of_a_field_are_counted_in_total():
    district = make_district()
    rule = all_of(
        "counter: cases_open, where: {flag: hot_spot, subject: religion}, op: '=', value: threshold"
    )
    plan = make_plan(
        district,
        line("T", rule, comparator="'='", threshold="", default_suggested="0", value_type="count_total"),
    )
    assert figures(plan, "T", "2024", YEAR_END)[1].passed is True
    case = make_case(district.body(0, "ubnd"), kind="feedback", received="2024-04-02", flags=("hot_spot",))
    counted(case)
    assert figures(plan, "T", "2024", YEAR_END)[1].value == 0
    do(case, "correct", "2024-04-03", by=None, fields={"subject": "religion"})
    counted(case)
    total = figures(plan, "T", "2024", YEAR_END)[1]
    assert (total.value, total.passed) == (1, False)
    assert figures(plan, "T", "2024", "2024-04-01")[1].value == 0


def test_reception_days_are_held_against_the_law_of_the_day():
    call_command("load_bodies", "--minimums", verbosity=0)
    district = make_district()
    rule = all_of("counter: reception_days, where: {by: head, kind: periodic}, op: '>=', value: minimum")
    scope = "{kinds: [dang_uy_xa], levels: [commune]}"
    plan = make_plan(
        district,
        line(
            "T",
            rule,
            scope=scope,
            comparator="'='",
            threshold="100",
            value_type="percent_of_bodies",
            period="quarter",
        ),
    )
    kept, short = district.body(0, "dang_uy_xa"), district.body(1, "dang_uy_xa")
    for body in (kept, short):
        Post.objects.create(
            body=body, duty="head", title="bi_thu", holder=make_user(), valid_from=date(2020, 1, 1)
        )
    for month in ("01", "02", "03"):
        make_reception(kept, f"2024-{month}-05")
        make_reception(kept, f"2024-{month}-19")
        make_reception(short, f"2024-{month}-05")
        make_reception(short, f"2024-{month}-20", delegate_reason="đi họp")
    of, _total = figures(plan, "T", "2024-Q1", YEAR_END)
    assert [(part.n, part.of, part.kept) for part in of[kept.code].parts] == [(6, 6, True)]
    assert [(part.n, part.of, part.kept) for part in of[short.code].parts] == [(3, 6, False)]
    # A post for which the law names no minimum passes that part.
    assert of[district.body(2, "dang_uy_xa").code].passed is True


def test_sessions_count_for_the_chair_and_where_said_for_partners():
    district = make_district()
    scope = "{kinds: [mttq, doan_the], levels: [commune]}"
    chair = all_of(
        "counter: supervisions, where: {kind: supervision, role: chair}, op: '>=', value: threshold"
    )
    either = all_of("counter: supervisions, where: {kind: supervision}, op: '>=', value: threshold")
    words = {"scope": scope, "measured_by": "auto:supervision", "comparator": "range", "threshold": "[1, 2]"}
    plan = make_plan(district, line("C", chair, **words), line("E", either, **words))
    front, organisation = district.body(0, "mttq"), district.body(0, "doan_the")
    make_session(front, "2024-05-05", organisation)
    make_session(organisation, "2024-05-06", kind="criticism")
    make_session(front, "2025-05-06")
    assert figures(plan, "C", "2024", YEAR_END)[1].numerator == 1
    assert figures(plan, "E", "2024", YEAR_END)[1].numerator == 2


def test_a_struck_session_counts_nowhere():
    district = make_district()
    rule = all_of("counter: supervisions, op: '>=', value: threshold")
    plan = make_plan(
        district, line("T", rule, scope="{kinds: [mttq], levels: [commune]}", measured_by="auto:supervision")
    )
    session = make_session(district.body(0, "mttq"), "2024-05-05")
    assert figures(plan, "T", "2024", YEAR_END)[1].numerator == 1
    session.struck_at, session.struck_by, session.struck_reason = at("2024-05-06"), make_user(), "ghi nhầm"
    session.save()
    assert figures(plan, "T", "2024", YEAR_END)[1].numerator == 0


def test_briefings_are_counted_month_by_month_and_by_how_many_months_had_one():
    district = make_district()
    party = district.body(0, "dang_uy_xa")
    words = {"scope": "{kinds: [dang_uy_xa], levels: [commune]}", "measured_by": "auto:meeting"}
    monthly = all_of("counter: briefings, op: '>=', value: threshold")
    every = all_of("counter: briefing_months, op: '>=', value: months")
    plan = make_plan(district, line("M", monthly, period="month", **words), line("Y", every, **words))
    make_meeting(party, "2024-01-10")
    make_meeting(party, "2024-01-20")
    make_meeting(party, "2024-02-10")
    assert [figures(plan, "M", f"2024-0{n}", YEAR_END)[1].numerator for n in (1, 2, 3)] == [1, 1, 0]
    of, _total = figures(plan, "Y", "2024", "2024-03-30")
    assert (of[party.code].value, of[party.code].parts[0].of, of[party.code].passed) == (2, 2, True)
    assert figures(plan, "Y", "2024", "2024-03-31")[0][party.code].passed is False


def test_a_briefing_counts_for_whoever_called_it_too_unless_the_chair_is_asked_for():
    district = make_district()
    party, bloc = district.body(0, "dang_uy_xa"), district.body(0, "ubnd")
    words = {"scope": "{kinds: [dang_uy_xa, ubnd], levels: [commune]}", "measured_by": "auto:meeting"}
    both = all_of("counter: briefings, op: '>=', value: threshold")
    chair = all_of("counter: briefings, where: {role: chair}, op: '>=', value: threshold")
    plan = make_plan(district, line("B", both, **words), line("C", chair, **words))
    make_meeting(party, "2024-03-05", host=bloc)
    of = {code: figures(plan, code, "2024", YEAR_END)[0] for code in "BC"}
    assert [of["B"][body.code].passed for body in (party, bloc)] == [True, True]
    assert [of["C"][body.code].passed for body in (party, bloc)] == [True, False]


def test_members_of_a_committee_attend_every_month():
    district = make_district()
    party = district.body(0, "dang_uy_xa")
    rule = all_of("counter: attending_members, op: '>=', value: members")
    scope = "{kinds: [cap_uy_vien], levels: [commune]}"
    plan = make_plan(
        district, line("T", rule, scope=scope, per="member", period="month", measured_by="auto:meeting")
    )
    members = [make_user(), make_user()]
    for member in members:
        Post.objects.create(
            body=party, duty="standing_member", title="uy_vien", holder=member, valid_from=date(2020, 1, 1)
        )

    def attended(member, on):
        Attendance.objects.create(
            committee=party,
            member=member,
            kind="cell",
            day=on,
            area=party.area,
            attended=f"Chi bộ {on}",
            recorded_by=member,
            recorded_at=at(on),
        )

    attended(members[0], "2024-05-03")
    attended(members[0], "2024-05-04")
    assert figures(plan, "T", "2024-05", YEAR_END)[0][party.code].passed is False
    attended(members[1], "2024-05-30")
    figure = figures(plan, "T", "2024-05", YEAR_END)[0][party.code]
    assert (figure.value, figure.passed) == (2, True)
    # Nobody is known to sit on the other committees: there is nothing to judge.
    assert figures(plan, "T", "2024-05", YEAR_END)[0][district.body(1, "dang_uy_xa").code].passed is None


def test_a_complex_case_is_directed_and_a_group_case_told_of():
    district = make_district()
    body = district.body(0, "ubnd")
    directed = "{share: {part: [{counter: cases_directed, where: {flag: complex}}], whole: [{counter: cases_received, where: {flag: complex}}]}}"
    informed = "{share: {part: [{counter: cases_informed, where: {flag: group}}], whole: [{counter: cases_received, where: {flag: group}}]}}"
    words = {"comparator": "'='", "threshold": "", "default_suggested": "100", "value_type": "per_event"}
    plan = make_plan(district, line("D", directed, **words), line("I", informed, **words))
    case = make_case(body, kind="complaint", received="2024-04-02", flags=("complex", "group"))
    other = make_case(body, kind="complaint", received="2024-04-02", flags=("complex", "group"))
    case.standing_member = make_user()
    case.save(update_fields=["standing_member"])
    other.notices.create(body=district.party, why="group", at=at("2024-04-03"))
    counted(case, other)
    assert figures(plan, "D", "2024", YEAR_END)[1].value == 50
    assert figures(plan, "I", "2024", YEAR_END)[1].value == 50


def test_cases_are_counted_by_the_body_complained_of():
    district = make_district()
    rule = all_of("counter: cases_against, op: '=', value: threshold")
    plan = make_plan(
        district,
        line(
            "T",
            rule,
            comparator="'='",
            threshold="",
            value_type="count_total",
            scope="{kinds: [mttq], levels: [commune]}",
        ),
    )
    against = district.body(0, "mttq")
    case = make_case(district.body(0, "ubnd"), received="2024-04-02", against_body=against)
    counted(case)
    of, total = figures(plan, "T", "2024", YEAR_END)
    # No number in the plan and none of ours: shown, not judged.
    assert (of[against.code].value, total.value, total.passed) == (1, 1, None)


def test_a_target_over_the_whole_plan_counts_every_body_of_the_tree():
    district = make_district()
    rule = "{passes_when: {all: [{counter: cases_late, op: '=', value: threshold}]}, over: plan}"
    plan = make_plan(
        district,
        line(
            "T",
            rule,
            comparator="'='",
            threshold="",
            default_suggested="0",
            value_type="count_total",
            scope="{kinds: [ubkt], levels: [district]}",
        ),
    )
    counted(
        make_case(district.body(0, "ubnd"), kind="feedback", received="2024-04-02"),
        make_case(district.body(2, "dang_uy_xa"), kind="feedback", received="2024-04-02"),
        make_case(make_body(), kind="feedback", received="2024-04-02"),
    )
    of, total = figures(plan, "T", "2024", YEAR_END)
    assert (of, total.value, total.passed) == ({}, 2, False)


def test_all_targets_take_a_number_of_statements_that_does_not_grow():
    few, many = make_district(1), make_district(6)
    lines = [
        line("A", all_of(HELD), measured_by="auto:dialogue"),
        line(
            "B",
            all_of(LATE),
            comparator="'='",
            threshold="100",
            value_type="percent_of_bodies",
            period="month",
        ),
        line("C", ON_TIME, comparator="'='", threshold="100", value_type="percent_of_items"),
    ]
    taken = []
    for district in (few, many):
        plan = make_plan(district, *lines)
        for (place, kind), body in district.of.items():
            if kind == "ubnd":
                make_dialogue(body, f"2024-0{place + 1}-01")
                counted(*(make_case(body, kind="feedback", received="2024-04-02") for _n in range(3)))
        targets = list(Target.objects.filter(plan=plan).select_related("plan"))
        wanted = [
            (target, term_of(plan, code))
            for target in targets
            for code in (["2024"] if "year" in target.periods else [f"2024-{m:02}" for m in range(1, 13)])
        ]
        with CaptureQueriesContext(connection) as queries:
            measure(plan, wanted, as_of=day(YEAR_END))
        taken.append(len(queries))
        plan.delete()
    assert taken[0] == taken[1] <= 10
