"""The rows behind a figure: exactly what its numerator and its denominator count, as far as the reader may know of each."""

from dataclasses import dataclass, field, replace
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


PAGE = 200


@dataclass
class Behind:
    """What a part of a figure counts: how many there are, how many of them the reader may not see, and a page of the others.

    `next_after` is where the next page begins; empty: this was the last.
    """

    kind: str
    count: int
    withheld: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    next_after: str = ""


def behind(
    plan: Plan,
    target: Target,
    term: Term,
    part: str,
    question: Question,
    standing: Standing,
    *,
    after: str = "",
) -> Behind:
    """A page of the rows of one part: numerator, denominator, or the number of a counter from 0, that come after a code.

    Raises BadInput for no such part.
    """
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
        return _bodies([each for each in found.figures if each.body_id in bodies], part, after)
    asks = _asks(shape, part)
    shown: set[int] = set()
    for ask in asks:
        shown |= ids_behind(COUNTERS[ask.counter], ask, term.period, as_of, bodies)
    return _page(COUNTERS[asks[0].counter].thing, shown, standing, after)


def _asks(shape: Measure, part: str) -> tuple[Ask, ...]:
    if shape.whole and part == NUMERATOR:
        return shape.part
    if shape.whole and part == DENOMINATOR:
        return shape.whole
    if part == NUMERATOR:
        return shape.asks[:1]
    if part.isdecimal() and int(part) < len(shape.asks):
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


def _bodies(figures: list[Figure], part: str, after: str) -> Behind:
    """Of shares of bodies: those that pass, or all that are judged."""
    judged = [each for each in figures if each.denominator and (part == DENOMINATOR or each.passed)]
    ids = {each.body_id for each in judged if each.body_id is not None}
    rows = Body.objects.open_to_all().filter(pk__in=ids)
    return _listed("body", len(ids), _Listing(rows, "code", ("name", "code")), after)


# --- Rows of each kind, as they are listed elsewhere -----------------------------------------------------------------


@dataclass(frozen=True)
class _Listing:
    """Rows somebody may see, by the column that names them, and the columns of title, body and day (if they have them)."""

    rows: QuerySet[Any]
    key: str
    columns: tuple[str, ...]


def _listing(thing: str, standing: Standing) -> _Listing:
    """Of cases no title: it may name people, and is read on the case itself by whoever may."""
    match thing:
        case "case":
            return _Listing(
                Case.objects.visible_to(standing), "reference", ("reference", "body__code", "received_on")
            )
        case "dialogue":
            return _Listing(Dialogue.objects.visible_to(standing), "code", ("title", "host__code", "held_on"))
        case "reception":
            return _Listing(Reception.objects.visible_to(standing), "pk", ("kind", "host__code", "day"))
        case "supervision":
            return _Listing(Supervision.objects.visible_to(standing), "pk", ("title", "chair__code", "day"))
        case "meeting":
            return _Listing(Meeting.objects.visible_to(standing), "pk", ("title", "chaired_by__code", "day"))
    return _Listing(Attendance.objects.visible_to(standing), "pk", ("attended", "committee__code", "day"))


def _page(thing: str, ids: set[int], standing: Standing, after: str) -> Behind:
    listing = _listing(thing, standing)
    return _listed(thing, len(ids), replace(listing, rows=listing.rows.filter(pk__in=ids)), after)


def _listed(kind: str, count: int, listing: _Listing, after: str) -> Behind:
    rows = listing.rows.order_by(listing.key)
    withheld = count - rows.count()
    if after:
        if listing.key == "pk" and not after.isdecimal():
            raise BadInput.of("after", _("This is no place in the list."))
        rows = rows.filter((f"{listing.key}__gt", after))
    found = list(rows.values_list(listing.key, *listing.columns)[: PAGE + 1])
    page = [
        dict(zip(("code", "title", "body", "day"), (str(key), *told), strict=False))
        for key, *told in found[:PAGE]
    ]
    return Behind(kind, count, withheld, page, str(found[PAGE - 1][0]) if len(found) > PAGE else "")
