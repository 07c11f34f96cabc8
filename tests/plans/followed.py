"""Figures that follow what happens, act by act, held against a count of everything: for the tests and the drill."""

import random
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from bodies import outbox
from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body
from cases import tallies
from cases.models import Recount
from cases.steps import local_day
from plans import measure_shapes, recounts
from plans.judging import Figure, of_many, sums_of
from plans.measuring import Measured, measure
from plans.models import Measure, Plan, Target, Touched
from plans.recounts import figure_of
from plans.terms import term_of
from tests.cases.making import make_area, make_body, make_user
from tests.cases.walking import ENDS, walk
from tests.plans.acts import Acts
from tests.plans.making import District, all_of, line, make_plan

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


def told(now: datetime) -> None:
    """As the workers do, every few seconds."""
    while outbox.tell_pending(now).told:
        pass
    recounts.recount_touched(now)
    while Recount.objects.exists():
        tallies.recount_noted(now)
    recounts.recount_touched(now)
    assert not Touched.objects.exists()


@dataclass
class Followed:
    """What came of following: acts that were made, figures that were compared, and those that were wrong."""

    acts: int = 0
    compared: int = 0
    wrong: list[str] = field(default_factory=list)
    # Lines of the plan that came to anything.
    moved: set[str] = field(default_factory=set)


def follow(seed: int, steps: int, *, others: int = 1, key: str = "ke_hoach") -> Followed:
    """A walk of a few cases with so many other acts at each step; every month all is compared, then counted anew."""
    walked = walk(seed, steps, seldom=ENDS)
    known = set(Body.objects.values_list("pk", flat=True))
    _case, now, _made = next(walked)
    bodies = list(
        Body.objects.filter(kind="ubnd", level="commune")
        .exclude(pk__in=known)
        .select_related("area")
        .order_by("pk")
    )
    district, fronts = around(bodies)
    plan = make_plan(district, *LINES, period="{from: 2026, to: 2030}", key=key)
    acts, found = Acts(random.Random(seed), bodies, fronts), Followed()
    told(now)
    recounts.recount(plan, at=now)
    night = local_day(now)
    for number, (_case, now, made) in enumerate(walked):
        found.acts += made + sum(acts.one(now) for _n in range(others))
        if number % 5 == 0:
            told(now)
        if (local_day(now).year, local_day(now).month) != (night.year, night.month):
            told(now)
            compare(plan, night, found)
            night = local_day(now)
            recounts.recount(plan, at=now)
    told(now)
    compare(plan, night, found)
    found.moved = set(Target.objects.filter(plan=plan, measures__value__gt=0).values_list("code", flat=True))
    return found


def around(bodies: list[Body]) -> tuple[District, list[Body]]:
    """A district around the bodies of the walk, with a front in each of their communes."""
    area = make_area(level=Level.DISTRICT)
    for each in Area.objects.filter(pk__in=[body.area_id for body in bodies]):
        each.parent = area
        each.save(update_fields=["parent"])
    party = make_body(kind=BodyKind.HUYEN_UY, area=area, level=Level.DISTRICT)
    fronts = [make_body(kind=BodyKind.MTTQ, area=body.area) for body in bodies]
    for front in fronts:
        make_user(("head", front))
    return District(area, party, []), fronts


def compare(plan: Plan, night: date, found: Followed) -> None:
    """Hold every kept figure against a whole count as of the day of which the figure is.

    What only a new day changes (a clock runs out, a month begins) is the night's; a figure of a period that had begun by the
    last `night` must be there.
    """
    rows = {
        (row.target_id, row.period, row.body_id): row for row in Measure.objects.filter(target__plan=plan)
    }
    targets = {target.pk: target for target in Target.objects.filter(plan=plan).select_related("plan")}
    for as_of in sorted({row.as_of for row in rows.values()}):
        terms = {(row.target_id, row.period) for row in rows.values() if row.as_of == as_of}
        wanted = [(targets[target], term_of(plan, period)) for target, period in sorted(terms)]
        for each in measure(plan, wanted, as_of=as_of):
            _compare(each, rows, as_of, night, found)
    for (pk, period, body_id), row in rows.items():
        of_bodies = [figure_of(each) for key, each in rows.items() if key[:2] == (pk, period) and key[2]]
        if body_id is None and of_bodies:
            shape = measure_shapes.read(targets[pk].measure, joint=plan.joint_counts_for)
            _hold(row, of_many(targets[pk], shape, sums_of(of_bodies)), found)


def _compare(each: Measured, rows: dict[Any, Measure], as_of: date, night: date, found: Followed) -> None:
    whole = [each.total] if each.total and not each.figures else []
    for figure in (*each.figures, *whole):
        row = rows.get((each.target.pk, each.term.code, figure.body_id))
        if row is None and each.term.first <= night:
            found.wrong.append(f"{each.target.code} {each.term.code}: no figure of body {figure.body_id}")
        elif row is not None and row.as_of == as_of:
            _hold(row, figure, found)


def _hold(row: Measure, figure: Figure, found: Followed) -> None:
    found.compared += 1
    if values(row) != values(figure):
        found.wrong.append(
            f"{row.target.code} {row.period} as of {row.as_of}: {values(row)}, not {values(figure)}"
        )


def values(row: Measure | Figure) -> tuple[Any, ...]:
    parts = [part if isinstance(part, dict) else asdict(part) for part in row.parts]
    return (row.value, row.numerator, row.denominator, row.passed, parts)
