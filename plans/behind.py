"""The rows behind a figure: exactly what its numerator and its denominator count, as far as the reader may know of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bodies.models import Body
from bodies.refusals import BadInput
from bodies.scopes import Standing
from cases.models import Case
from dialogues.models import Attendance, Dialogue, Meeting, Supervision
from feedback.models import Reception
from plans import measure_shapes
from plans.counters import COUNTERS
from plans.counting import Ask, ids_behind
from plans.judging import Figure
from plans.measure_shapes import Measure
from plans.measuring import Measured, measure
from plans.models import Plan, Target
from plans.progress import Question, bodies_asked
from plans.scopes import bodies_of, in_scope
from plans.terms import Term
from plans.words import BODY_BY_BODY, Per

NUMERATOR, DENOMINATOR = "numerator", "denominator"


@dataclass
class Behind:
    """What a part of a figure counts: how many there are, the rows the reader may see, and how many they may not."""

    kind: str
    count: int
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def withheld(self) -> int:
        return self.count - len(self.rows)


def behind(
    plan: Plan, target: Target, term: Term, part: str, question: Question, standing: Standing
) -> Behind:
    """The rows of one part: numerator, denominator, or the number of a counter from 0. Raises BadInput for no such part."""
    if target.measure is None:
        raise BadInput.of("part", _("What was typed in has no rows behind it, but its evidence."))
    target.plan = plan
    shape = measure_shapes.read(target.measure, joint=plan.joint_counts_for)
    as_of = question.seen_on
    asked = bodies_asked(plan, question, standing)
    ids = None if asked is None else frozenset(asked.values_list("pk", flat=True))
    bodies = _bound(plan, target, term, shape, question, ids)
    if part in {NUMERATOR, DENOMINATOR} and not shape.whole and target.value_type in BODY_BY_BODY:
        (found,) = measure(plan, [(target, term)], as_of=as_of) or [Measured(target, term, [], None)]
        return _bodies([each for each in found.figures if _is_of(each, bodies)], part)
    asks = _asks(shape, part)
    shown: set[int] = set()
    for ask in asks:
        shown |= ids_behind(COUNTERS[ask.counter], ask, term.period, as_of, bodies)
    thing = COUNTERS[asks[0].counter].thing
    return Behind(thing, len(shown), _KINDS[thing](shown, standing))


def _asks(shape: Measure, part: str) -> tuple[Ask, ...]:
    if shape.whole and part == NUMERATOR:
        return shape.part
    if shape.whole and part == DENOMINATOR:
        return shape.whole
    if part == NUMERATOR:
        return shape.asks[:1]
    if part.isdigit() and int(part) < len(shape.asks):
        return (shape.asks[int(part)],)
    raise BadInput.of("part", _("This figure has no such part."))


def _bound(
    plan: Plan, target: Target, term: Term, shape: Measure, question: Question, ids: frozenset[int] | None
) -> frozenset[int]:
    """Whose rows are counted: those in scope, of those asked about."""
    tree = bodies_of(plan)
    if shape.over_plan:
        return frozenset(body.id for body in tree) if ids is None else frozenset()
    scope = in_scope(target, plan, term, tree, as_of=question.seen_on)
    if ids is None:
        return frozenset(body.id for body in scope)
    areas = {body.area_id for body in scope if body.id in ids}
    if target.per == Per.AREA:
        if question.body is not None and not question.subtree:
            areas.add(question.body.area_id)
        return frozenset(body.id for body in scope if body.area_id in areas)
    return frozenset(body.id for body in scope if body.id in ids)


def _is_of(figure: Figure, bodies: frozenset[int]) -> bool:
    return figure.body_id in bodies


def _bodies(figures: list[Figure], part: str) -> Behind:
    """Of shares of bodies: those that pass, or all that are judged."""
    judged = [each for each in figures if each.denominator and (part == DENOMINATOR or each.passed)]
    ids = [each.body_id for each in judged if each.body_id is not None]
    rows = Body.objects.filter(pk__in=ids).order_by("code").values_list("code", "name")
    return Behind("body", len(ids), [{"code": code, "title": name, "body": code} for code, name in rows])


# --- Rows of each kind, as they are listed elsewhere -----------------------------------------------------------------


def _case_rows(ids: set[int], standing: Standing) -> list[dict[str, Any]]:
    """No title: it may name people, and is read on the case itself by whoever may."""
    rows: QuerySet[Case] = Case.objects.visible_to(standing).filter(pk__in=ids).order_by("reference")
    found = rows.values_list("reference", "body__code", "received_on")
    return [{"code": code, "title": code, "body": body, "day": day} for code, body, day in found]


def _dialogue_rows(ids: set[int], standing: Standing) -> list[dict[str, Any]]:
    rows = Dialogue.objects.visible_to(standing).filter(pk__in=ids).order_by("code")
    found = rows.values_list("code", "title", "host__code", "held_on")
    return [{"code": code, "title": title, "body": body, "day": day} for code, title, body, day in found]


def _reception_rows(ids: set[int], standing: Standing) -> list[dict[str, Any]]:
    rows = Reception.objects.visible_to(standing).filter(pk__in=ids).order_by("day", "pk")
    found = rows.values_list("pk", "kind", "host__code", "day")
    return [{"code": str(pk), "title": kind, "body": body, "day": day} for pk, kind, body, day in found]


def _session_rows(ids: set[int], standing: Standing) -> list[dict[str, Any]]:
    rows = Supervision.objects.visible_to(standing).filter(pk__in=ids).order_by("day", "pk")
    found = rows.values_list("pk", "title", "chair__code", "day")
    return [{"code": str(pk), "title": title, "body": body, "day": day} for pk, title, body, day in found]


def _meeting_rows(ids: set[int], standing: Standing) -> list[dict[str, Any]]:
    rows = Meeting.objects.visible_to(standing).filter(pk__in=ids).order_by("day", "pk")
    found = rows.values_list("pk", "title", "chaired_by__code", "day")
    return [{"code": str(pk), "title": title, "body": body, "day": day} for pk, title, body, day in found]


def _attendance_rows(ids: set[int], standing: Standing) -> list[dict[str, Any]]:
    rows = Attendance.objects.visible_to(standing).filter(pk__in=ids).order_by("day", "pk")
    found = rows.values_list("pk", "attended", "committee__code", "day")
    return [{"code": str(pk), "title": title, "body": body, "day": day} for pk, title, body, day in found]


_KINDS: dict[str, Callable[[set[int], Standing], list[dict[str, Any]]]] = {
    "case": _case_rows,
    "dialogue": _dialogue_rows,
    "reception": _reception_rows,
    "supervision": _session_rows,
    "meeting": _meeting_rows,
    "attendance": _attendance_rows,
}
