"""How far a plan has come, for somebody: of the whole plan, of their branch, or of one body; now or as of a past day.

What is kept (plans.recounts) answers for today and for frozen periods; for a past day the same counters are asked as of it,
and of what is typed in, what stood there on its evening. A branch is added up from its bodies, so that a commune, a district
and a province have a figure by one rule.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet

from bodies.models import Body
from bodies.scopes import Standing
from cases.periods import period_of
from cases.steps import local_day
from plans import measure_shapes
from plans.judging import Figure, Sums, of_many, of_typed, sums_of
from plans.measuring import measure
from plans.models import Measure, Plan, Target, TypedFigure
from plans.querysets import bodies_seen_by
from plans.recounts import branch_sums, figure_of
from plans.terms import Term, terms_of_year
from plans.words import Per

# A line, a period of it, and the local day as of which it is seen.
_Wanted = tuple[Target, Term, date]


@dataclass(frozen=True)
class Question:
    """Which figures of a plan are asked for: of a year or one of its quarters, of whom, as of which local day."""

    year: int
    today: date
    quarter: int | None = None
    as_of: date | None = None
    body: Body | None = None
    # With a body: also those below it, by rank or by area. Without: the body alone.
    subtree: str = ""

    @property
    def seen_on(self) -> date:
        return self.as_of or self.today


@dataclass(frozen=True)
class Progress:
    """One figure of one target: what came out, as of when, and which version of it."""

    target: Target
    term: Term
    figure: Figure
    as_of: date | None = None
    measured_at: datetime | None = None
    version: int = 1
    frozen_at: datetime | None = None


def bodies_asked(plan: Plan, question: Question, standing: Standing) -> QuerySet[Body] | None:
    """The bodies whose figures are added up; None: the whole plan, by somebody who sees its issuer."""
    seen = bodies_seen_by(standing)
    if question.body is None:
        return None if seen.filter(pk=plan.issuer_id).exists() else seen
    if question.subtree == "superior":
        return seen.filter(path__startswith=question.body.path)
    if question.subtree == "area":
        return seen.filter(area__path__startswith=question.body.area.path)
    return seen.filter(pk=question.body.pk)


def progress(plan: Plan, lines: Iterable[Target], question: Question, standing: Standing) -> list[Progress]:
    """The figures asked for, a line of the plan after the other, in the order of the plan."""
    asked = bodies_asked(plan, question, standing)
    kept: list[_Wanted] = []
    counted: list[_Wanted] = []
    typed: list[_Wanted] = []
    for target in lines:
        target.plan = plan
        for term, as_of in _terms(plan, target, question):
            if as_of >= (question.today if target.is_manual else min(term.last, question.today)):
                kept.append((target, term, as_of))
            else:
                (typed if target.is_manual else counted).append((target, term, as_of))
    found = {
        (each.target.pk, each.term.code): each
        for each in (
            *_kept(kept, question, asked),
            *_counted(plan, counted, question, asked),
            *_typed(typed, question, asked),
        )
    }
    return [
        found[target.pk, term.code] for target, term, _as_of in sorted((*kept, *counted, *typed), key=_place)
    ]


def _place(each: _Wanted) -> tuple[bool, int, date, int]:
    target, term, _as_of = each
    return target.is_duty, target.position, term.first, -term.last.toordinal()


def _terms(plan: Plan, target: Target, question: Question) -> list[tuple[Term, date]]:
    """Periods of the year with the day as of which each is seen. Of a quarter: its own and its months; the longer ones, as
    they stood on its last day."""
    terms = list(dict.fromkeys(terms_of_year(plan, target, question.year)))
    if question.quarter is None:
        return [(term, question.seen_on) for term in terms]
    quarter = period_of(f"{question.year}-Q{question.quarter}")
    found = []
    for term in terms:
        if term.first >= quarter.first and term.last <= quarter.last:
            found.append((term, question.seen_on))
        elif term.last > quarter.last and term.first <= quarter.first:
            found.append((term, min(question.seen_on, quarter.last)))
        elif term.last == quarter.last:
            found.append((term, question.seen_on))
    return found


# --- What is kept ---------------------------------------------------------------------------------------------------


def _kept(wanted: list[_Wanted], question: Question, asked: QuerySet[Body] | None) -> list[Progress]:
    rows = Measure.objects.newest().filter(
        target__in={target.pk for target, _term, _as_of in wanted},
        period__in={term.code for _target, term, _as_of in wanted},
    )
    if asked is None:
        return _rows(wanted, rows.filter(body=None))
    if question.body is not None and not question.subtree:
        return _rows(wanted, _of_one(rows, question.body))
    rows = rows.filter(body__in=asked)
    sums = branch_sums(rows)
    told = {
        (target, period): row
        for target, period, *row in rows.values_list("target", "period")
        .annotate(Max("as_of"), Max("measured_at"), Max("version"), Max("frozen_at"))
        .order_by()
    }
    return [
        Progress(
            target, term, _together(target, sums.get(key, Sums())), *told.get(key, (None, None, 1, None))
        )
        for target, term, _as_of in wanted
        for key in [(target.pk, term.code)]
    ]


def _of_one(rows: QuerySet[Measure], body: Body) -> QuerySet[Measure]:
    """Its own; of what is counted for an area, that of its area."""
    own = rows.filter(body=body).exclude(target__per=Per.AREA)
    return own | rows.filter(target__per=Per.AREA, body__area=body.area_id)


def _rows(wanted: list[_Wanted], rows: QuerySet[Measure]) -> list[Progress]:
    found = {(row.target_id, row.period): row for row in rows}
    return [
        Progress(target, term, figure_of(row), row.as_of, row.measured_at, row.version, row.frozen_at)
        if (row := found.get((target.pk, term.code)))
        else Progress(target, term, Figure())
        for target, term, _as_of in wanted
    ]


def _together(target: Target, sums: Sums) -> Figure:
    if target.measure is None:
        return of_typed(target, sums)
    shape = measure_shapes.read(target.measure, joint=target.plan.joint_counts_for)
    return of_many(target, shape, sums)


# --- As of a past day -----------------------------------------------------------------------------------------------


def _counted(
    plan: Plan, wanted: list[_Wanted], question: Question, asked: QuerySet[Body] | None
) -> list[Progress]:
    ids = None if asked is None else set(asked.values_list("pk", flat=True))
    area = question.body.area_id if question.body is not None and not question.subtree else None
    areas = _leaders_in(area) if area is not None else set()
    found = []
    for as_of in sorted({as_of for _target, _term, as_of in wanted}):
        terms = [(target, term) for target, term, day in wanted if day == as_of]
        counted = {(each.target.pk, each.term.code): each for each in measure(plan, terms, as_of=as_of)}
        for target, term in terms:
            each = counted.get((target.pk, term.code))
            if each is None or each.total is None:
                figure = Figure()
            elif ids is None:
                figure = each.total
            else:
                wide = areas if target.per == Per.AREA and area is not None else ids
                figures = [one for one in each.figures if one.body_id in wide]
                alone = area is not None and len(figures) == 1
                figure = figures[0] if alone else _together(target, sums_of(figures))
            found.append(Progress(target, term, figure, as_of))
    return found


def _leaders_in(area: int) -> set[int]:
    return set(Body.objects.filter(area=area).values_list("pk", flat=True))


def _typed(wanted: list[_Wanted], question: Question, asked: QuerySet[Body] | None) -> list[Progress]:
    """What stood there on the evening of the day: for the whole plan what was typed for it, else what its bodies come to."""
    rows = _typed_in(wanted)
    bodies = None if asked is None else set(asked.values_list("pk", flat=True))
    found = []
    for target, term, as_of in wanted:
        newest: dict[int | None, TypedFigure] = {}
        for row in rows[target.pk, term.code]:
            if local_day(row.at) <= as_of:
                newest[None if row.is_for_whole_plan else row.body_id] = row
        if bodies is None and None in newest:
            newest = {None: newest[None]}
        else:
            seen = newest.keys() - {None} if bodies is None else newest.keys() & bodies
            newest = {body: newest[body] for body in seen}
        sums = sums_of(
            Figure(body, row.value, row.numerator, row.denominator) for body, row in newest.items()
        )
        last = max((row.at for row in newest.values()), default=None)
        found.append(Progress(target, term, of_typed(target, sums), as_of, last))
    return found


def _typed_in(wanted: list[_Wanted]) -> dict[tuple[int, str], list[TypedFigure]]:
    """By line and period, oldest first."""
    rows = TypedFigure.objects.filter(
        target__in={target.pk for target, _term, _as_of in wanted},
        period__in={term.code for _target, term, _as_of in wanted},
    )
    found: dict[tuple[int, str], list[TypedFigure]] = defaultdict(list)
    for row in rows.order_by("at", "pk"):
        found[row.target_id, row.period].append(row)
    return found
