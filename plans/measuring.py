"""Counting the targets of a plan: every counter once, for all bodies and periods that need it. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bodies.models import Body, Post
from feedback.reception_counts import duty_by_month
from plans import measure_shapes
from plans.counters import COUNTERS
from plans.counting import Ask, count
from plans.judging import Figure, Part, held, of_body, of_many, sums_of
from plans.measure_shapes import MEMBERS, MINIMUM, MONTHS, Condition, Measure
from plans.models import Plan, Target
from plans.scopes import Bound, bodies_of, in_scope
from plans.terms import Term, months_over
from plans.words import Per

# What an ask counts for: by body, or by area within one scope.
_Key = tuple[Ask, tuple[int, ...]]


@dataclass
class _Asked:
    """One target in one period, with whom it binds then."""

    target: Target
    measure: Measure
    term: Term
    scope: list[Bound]

    @property
    def leaders(self) -> dict[int, list[Bound]]:
        """The body under which each figure stands -> the bodies counted for it: itself, or those of its area.

        For an area the first kind that the target names stands for all.
        """
        if self.target.per != Per.AREA:
            return {body.id: [body] for body in self.scope}
        of_area: dict[int, list[Bound]] = defaultdict(list)
        for body in sorted(self.scope, key=lambda body: (self.target.kinds.index(body.kind), body.id)):
            of_area[body.area_id].append(body)
        return {bodies[0].id: bodies for bodies in of_area.values()}


@dataclass
class Measured:
    """The figures of one target in one period: of each body in scope, and of all together."""

    target: Target
    term: Term
    figures: list[Figure]
    # Of an incremental count null: it is worked out from what is kept of all bodies.
    total: Figure | None


@dataclass
class _Counts:
    """What was counted: (body or area, code of the period) -> number; and what posts and committees owe."""

    numbers: dict[_Key, dict[tuple[int, str], int]] = field(default_factory=dict)
    duties: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    members: dict[tuple[int, str], int] = field(default_factory=dict)


def measure(
    plan: Plan, wanted: Iterable[tuple[Target, Term]], *, as_of: date, only: Iterable[int] | None = None
) -> list[Measured]:
    """Count targets in periods as of a local day. `only` these bodies (and those of their areas) are counted then.

    What begins after the day is left out. The number of statements depends on the targets' counters alone.
    """
    tree = bodies_of(plan, only)
    whole = tree
    asked = [
        _Asked(target, measure_shapes.read(target.measure, joint=plan.joint_counts_for), term, scope)
        for target, term in wanted
        if target.measure is not None and term.first <= as_of
        for scope in [in_scope(target, plan, term, tree, as_of=as_of)]
    ]
    if only is not None and any(each.measure.over_plan for each in asked):
        whole = bodies_of(plan)
    counts = _count(asked, whole, as_of)
    kept = None if only is None else frozenset(only)
    return [_measured(each, counts, whole, as_of, kept) for each in asked]


def _measured(
    asked: _Asked, counts: _Counts, tree: list[Bound], as_of: date, only: frozenset[int] | None
) -> Measured:
    target, measure = asked.target, asked.measure
    if measure.over_plan:
        return Measured(target, asked.term, [], _over_plan(asked, counts, tree))
    figures = [
        of_body(target, measure, leader, _parts(asked, counts, leader, bodies, as_of))
        for leader, bodies in asked.leaders.items()
        if only is None or not only.isdisjoint(body.id for body in bodies)
    ]
    total = of_many(target, measure, sums_of(figures)) if only is None else None
    return Measured(target, asked.term, figures, total)


def _over_plan(asked: _Asked, counts: _Counts, tree: list[Bound]) -> Figure:
    parts = []
    for ask in asked.measure.asks:
        numbers = counts.numbers[ask, ()]
        parts.append(Part(sum(numbers.get((body.id, asked.term.code), 0) for body in tree)))
    everything = Figure(0, Decimal(parts[0].n), parts=tuple(parts))
    return of_many(asked.target, asked.measure, sums_of([everything]))


def _parts(asked: _Asked, counts: _Counts, leader: int, bodies: list[Bound], as_of: date) -> list[Part]:
    by_area = _by_area(asked)
    unit = bodies[0].area_id if by_area else leader
    parts = []
    for place, ask in enumerate(asked.measure.asks):
        n = counts.numbers[ask, by_area].get((unit, asked.term.code), 0)
        if place < len(asked.measure.conditions):
            condition = asked.measure.conditions[place]
            parts.append(Part(n, *_required(asked, condition, n, counts, bodies[0], as_of)))
        else:
            parts.append(Part(n))
    return parts


def _required(
    asked: _Asked, condition: Condition, n: int, counts: _Counts, body: Bound, as_of: date
) -> tuple[int | None, bool | None]:
    key = (body.id, asked.term.code)
    if condition.value == MINIMUM:
        owed, missed = counts.duties.get(key, (0, 0))
        return owed, missed == 0
    if condition.value == MONTHS:
        first, last = max(asked.term.first, body.first), min(asked.term.seen_on(as_of), body.last)
        months = months_over(first, last)
        return months, n >= months
    if condition.value == MEMBERS:
        members = counts.members.get(key, 0)
        return (members, n >= members) if members else (None, None)
    return held(asked.target, condition, n)


# --- Counting -------------------------------------------------------------------------------------------------------


def _by_area(asked: _Asked) -> tuple[int, ...]:
    """Empty: by body. Else the bodies among which areas are counted, which are part of what is asked."""
    if asked.target.per != Per.AREA or asked.measure.over_plan:
        return ()
    return tuple(sorted(body.id for body in asked.scope))


def _count(asked: list[_Asked], tree: list[Bound], as_of: date) -> _Counts:
    terms: dict[_Key, set[Term]] = defaultdict(set)
    bodies: dict[_Key, set[int]] = defaultdict(set)
    for each in asked:
        by_area = _by_area(each)
        for ask in each.measure.asks:
            terms[ask, by_area].add(each.term)
            scope = tree if each.measure.over_plan else each.scope
            bodies[ask, by_area].update(body.id for body in scope)
    counts = _Counts()
    for key, wanted in terms.items():
        counts.numbers[key] = _count_one(key, sorted(wanted), sorted(bodies[key]), as_of)
    _add_duties(asked, counts, as_of)
    _add_members(asked, counts)
    return counts


def _count_one(
    key: _Key, terms: Sequence[Term], bodies: list[int], as_of: date
) -> dict[tuple[int, str], int]:
    if not bodies:
        return {}
    ask, by_area = key
    periods = [(term.period, as_of) for term in terms]
    found = count(COUNTERS[ask.counter], ask, periods, bodies, by="area_id" if by_area else "")
    return {(unit, terms[place].code): number for (unit, place), number in found.items()}


def _needing(asked: list[_Asked], word: str) -> Mapping[Term, set[int]]:
    """In which periods which bodies are held against a word."""
    needed: dict[Term, set[int]] = defaultdict(set)
    for each in asked:
        if any(condition.value == word for condition in each.measure.conditions):
            needed[each.term].update(body.id for body in each.scope)
    return needed


def _add_duties(asked: list[_Asked], counts: _Counts, as_of: date) -> None:
    """How many days each head owes in a period, and how many of them can no longer be held."""
    for term, ids in _needing(asked, MINIMUM).items():
        bodies = Body.objects.filter(pk__in=ids)
        seen = term.seen_on(as_of)
        found = duty_by_month(bodies, term.period, over_on=seen, known_on=as_of)
        for body_id, months in found.items():
            begun = [month for month in months if month.first <= seen]
            counts.duties[body_id, term.code] = (
                sum(month.owed for month in begun),
                sum(month.missed for month in begun),
            )


def _add_members(asked: list[_Asked], counts: _Counts) -> None:
    """How many people held a post in each committee in a period."""
    needed = _needing(asked, MEMBERS)
    if not needed:
        return
    posts = Post.objects.filter(body__in=set().union(*needed.values()))
    rows = list(posts.values_list("body_id", "holder_id", "valid_from", "valid_to"))
    for term, ids in needed.items():
        holders: dict[int, set[int]] = defaultdict(set)
        for body_id, holder, first, last in rows:
            if body_id in ids and first <= term.last and (last is None or last >= term.first):
                holders[body_id].add(holder)
        for body_id, found in holders.items():
            counts.members[body_id, term.code] = len(found)
