"""A world small enough to count on one's fingers: bodies by place, what happens there, and a figure as one says it."""

from datetime import date
from decimal import Decimal

from bodies.kinds import Level
from bodies.models import Area, Body, Post
from cases import tallies
from cases.models import Case, Subject
from dialogues.models import Attendance, Dialogue, JointHost
from plans import loading
from plans.management.commands.load_plan import DATA
from plans.measuring import measure
from plans.models import Plan, Target
from plans.terms import term_of
from tests.cases.making import answered, at, day, do, make_area, make_body, make_case, make_user
from tests.plans.making import make_reception

LAST = "2024-12-31"
# Taken in so late that nothing about them has run out by the last day.
FRESH = "2024-12-30"
OPEN, KEPT, MISSED = None, True, False


# --- A world ----------------------------------------------------------------------------------------------------------


def named(code: str, **facts) -> Body:
    body = make_body(**facts)
    Body.objects.filter(pk=body.pk).update(code=code)
    body.refresh_from_db()
    return body


class Unit:
    """One place and its bodies by kind, each made when it is first spoken of."""

    def __init__(self, level: str, parent: Area | None = None, **codes: str) -> None:
        self.level, self.area = level, make_area(level=level, parent=parent)
        self.bodies = {kind: self.make(kind, code) for kind, code in codes.items()}

    def make(self, kind: str, code: str = "") -> Body:
        facts = {"kind": kind, "area": self.area, "level": self.level}
        return named(code, **facts) if code else make_body(**facts)

    def __getattr__(self, kind: str) -> Body:
        if kind not in self.bodies:
            self.bodies[kind] = self.make(kind)
        return self.bodies[kind]


def commune(parent: Unit, *kinds: str) -> Unit:
    unit = Unit(Level.COMMUNE, parent.area)
    for kind in kinds:
        getattr(unit, kind)
    return unit


def load(name: str) -> Plan:
    loading.load_plans([(name, (DATA / name).read_text(encoding="utf-8"))])
    return Plan.objects.select_related("issuer__area").get()


def counted(plan: Plan) -> dict[tuple[str, str], tuple]:
    """(line, period) -> value, numerator, denominator, whether it is kept; as of the last day of 2024."""
    tallies.recount(list(Case.objects.values_list("pk", flat=True)))
    terms = ["2024", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", *(f"2024-{n:02}" for n in range(1, 13))]
    spans = {4: "year", 7: "month"}
    wanted = [
        (target, term_of(plan, term))
        for target in Target.objects.counted().filter(plan=plan).select_related("plan")
        for term in terms
        if ("quarter" if "Q" in term else spans[len(term)]) in target.periods
    ]
    return {
        (each.target.code, each.term.code): (
            each.total.value,
            each.total.numerator,
            each.total.denominator,
            each.total.passed,
        )
        for each in measure(plan, wanted, as_of=day(LAST))
    }


def all_lines(found) -> set[str]:
    return {code for code, _term in found}


def share(part, whole, kept):
    value = (Decimal(part) * 100 / whole).quantize(Decimal("0.0001"))
    return value, part, whole, kept


def total(number, kept):
    return number, number, None, kept


def shown(number):
    """No number in the plan and none of ours: added up, not judged."""
    return number, None, None, OPEN


# --- What happens in it -------------------------------------------------------------------------------------------------


def head_post(body: Body, title: str) -> None:
    Post.objects.create(body=body, duty="head", title=title, holder=make_user(), valid_from=date(2020, 1, 1))


def member(body: Body) -> None:
    Post.objects.create(
        body=body, duty="standing_member", title="uy_vien", holder=make_user(), valid_from=date(2020, 1, 1)
    )


def received(body: Body, *, but: str = "", **facts: str) -> None:
    """Two days in each month of the year, but the second of one month."""
    for month in range(1, 13):
        for on in (f"2024-{month:02}-05", f"2024-{month:02}-19"):
            if on != but:
                make_reception(body, on, **facts)


def joint(dialogue: Dialogue, body: Body, *, there: bool) -> None:
    JointHost.objects.create(dialogue=dialogue, body=body, head_was_present=there)


def attends(body: Body, who: int, *days: str) -> None:
    post = Post.objects.filter(body=body).order_by("pk")[who]
    for on in days:
        Attendance.objects.create(
            committee=body,
            member=post.holder,
            kind="cell",
            day=on,
            area=body.area,
            attended="Chi bộ 1",
            recorded_by=post.holder,
            recorded_at=at(on),
        )


def settled(body: Body, *, kind: str = "feedback", on: str = "2024-04-05", **facts) -> Case:
    """Received on 2 April, answered and closed, in time unless `on` says otherwise."""
    case = make_case(body, kind=kind, received="2024-04-02", **facts)
    do(case, "accept", "2024-04-03")
    answered(case, on, "met" if kind == "feedback" else "right")
    do(case, "close", on, hour=16)
    return case


def directed(case: Case) -> None:
    case.standing_member = make_user()
    case.save(update_fields=["standing_member"])


def subject(code: str) -> Subject:
    return Subject.objects.get(code=code)


def conclusion(body: Body, *, due: str, closed: str = "", channel: str = "dialogue") -> Case:
    case = make_case(
        body,
        kind="conclusion",
        received="2024-03-01",
        channel=channel,
        fixed=("conclusion.act", day(due), "Chủ trì"),
    )
    if closed:
        answered(case, closed, "done")
        do(case, "close", closed, hour=16)
    return case


# --- What must come out ---


def held(plan: Plan, expected: dict[tuple[str, str], tuple]) -> None:
    found = counted(plan)
    assert {key: found[key] for key in expected} == expected
    # No line of the plan is left out here.
    assert all_lines(expected) == all_lines(found)
