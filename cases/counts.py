"""Counting what a question about response times asks for: from cells added up beforehand, or from the facts themselves.

By body and kind the cells (cases.tallies) tell, at a cost that does not grow with the cases; for anything else the facts are
counted. Both give the same: a test holds them to it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Func, Q, QuerySet
from django.db.models.functions import TruncMonth

from bodies.models import Body
from bodies.querysets import under
from bodies.scopes import Standing
from cases.codes import Kind
from cases.facts import What
from cases.figures import AT_THE_END, OUTSIDE, OVER, Counts, Question, extras
from cases.models import Case, CaseFact
from cases.models.figure import TAKEN_BACK
from cases.periods import Period
from cases.querysets import ABOVE, WORKS_ON_CASES

_COLUMN = {
    "body": "body__code",
    "kind": "kind",
    "subject": "case__subject__code",
    "area": "case__area__code",
    "channel": "case__channel",
    "against_body": "case__against_body__code",
}
Rule = Callable[[Question], Q]

# --- Who may ask for which bodies -----------------------------------------------------------------------------------


def bodies_in_reach(standing: Standing) -> QuerySet[Body]:
    """The bodies whose figures somebody may see: their own, those below them by rank, those of areas they lead or watch."""
    mine = standing.bodies(*WORKS_ON_CASES)
    reach = Q(pk__in=mine)
    if below := standing.below(*ABOVE):
        reach |= under(below, "path")
    if areas := sorted({*standing.leads(), *standing.areas("monitor")}):
        reach |= under(areas, "area__path")
    return Body.objects.filter(reach)


def bodies_asked(question: Question, standing: Standing) -> QuerySet[Body]:
    rows = bodies_in_reach(standing)
    if question.body is None:
        return rows
    if question.subtree == "superior":
        return rows.filter(path__startswith=question.body.path)
    if question.subtree == "area":
        return rows.filter(area__path__startswith=question.body.area.path)
    return rows.filter(pk=question.body.pk)


def withheld(standing: Standing) -> QuerySet[Case]:
    """Denunciations of a body the person works in: they do not count for them, not even as a number."""
    return Case.objects.filter(kind=Kind.DENUNCIATION, against_body__in=standing.bodies())


# --- Counting -------------------------------------------------------------------------------------------------------


def counts_by_group(question: Question, standing: Standing) -> dict[str | None, Counts]:
    """The counts of each group that has any, by the group's code; from the cells where these can tell.

    Of months all that the period has: `2026-05`, each as of its end.
    """
    by_cells = not question.is_narrowed and not withheld(standing).exists()
    if question.group_by == "month":
        return months_from_cells(question, standing) if by_cells else months_from_facts(question, standing)
    if question.group_by in {"body", "kind"} and by_cells:
        return from_cells(question, standing)
    return from_facts(question, standing)


def rows_behind(question: Question, standing: Standing, figure: str) -> QuerySet[CaseFact]:
    """The facts that one figure counts: what its link shows the cases of. Raises KeyError for no such figure."""
    rows = _facts(question, standing)
    return rows.filter(BEHIND[figure](question))


def extras_by_body(question: Question, standing: Standing) -> dict[str, dict[str, int]]:
    """What other rooms count of the bodies asked about: the body's code -> the name of the figure -> its number."""
    names = dict(bodies_asked(question, standing).values_list("pk", "code"))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for extra in extras():
        for body_id, count in extra.count(list(names), Period(question.period.first, question.last)).items():
            found[names[body_id]][extra.name] = count
    return dict(found)


def from_facts(question: Question, standing: Standing) -> dict[str | None, Counts]:
    """The counts from the facts themselves: true for every question, and slower the more cases there are."""
    rows = _facts(question, standing).filter(_touched(question))
    if question.group_by == "flag":
        rows = rows.annotate(group=Func("case__flags", function="unnest", output_field=CharField()))
    else:
        rows = rows.annotate(group=F(_COLUMN[question.group_by]))
    groups: dict[str | None, Counts] = defaultdict(Counts)
    wanted = {f"n_{measure}": Count("pk", filter=rule(question)) for measure, rule in _MEASURES.items()}
    for row in rows.values("group").annotate(**wanted).order_by("group"):
        for measure in _MEASURES:
            groups[row["group"]].add(measure, 0, row[f"n_{measure}"])  # type: ignore[literal-required]
    closed = rows.filter(_over(What.CLOSED)(question))
    for histogram in ("days", "working_days"):
        for row in closed.values("group", histogram).annotate(count=Count("pk")).order_by("group", histogram):
            groups[row["group"]].add(histogram, row[histogram] or 0, row["count"])
    return dict(groups)


def months_from_facts(question: Question, standing: Standing) -> dict[str | None, Counts]:
    """The counts of each month of the period, from the facts: as many statements, however many months there are."""
    months = question.months()
    rows = _facts(question, standing).filter(_touched(question, since=months[0].as_of))
    groups: dict[str | None, Counts] = {_code(month): Counts() for month in months}
    asked = {
        f"n_{measure}_{number}": Count("pk", filter=rule(month))
        for number, month in enumerate(months)
        for measure, rule in _MEASURES.items()
    }
    for name, count in rows.aggregate(**asked).items():
        measure, number = name.removeprefix("n_").rsplit("_", 1)
        groups[_code(months[int(number)])].add(measure, 0, count)
    is_closed = Q()
    for month in months:
        is_closed |= _over(What.CLOSED)(month)
    closed = rows.filter(is_closed).annotate(month=TruncMonth("day"))
    for histogram in ("days", "working_days"):
        for row in closed.values("month", histogram).annotate(count=Count("pk")).order_by("month", histogram):
            groups[f"{row['month']:%Y-%m}"].add(histogram, row[histogram] or 0, row["count"])
    return groups


def months_from_cells(question: Question, standing: Standing) -> dict[str | None, Counts]:
    """The counts of each month of the period, in two statements: what happened in it, and what was open at its end."""
    months = question.months()
    groups: dict[str | None, Counts] = {_code(month): Counts() for month in months}
    scope: list[Any] = [
        list(bodies_asked(question, standing).values_list("pk", flat=True)),
        sorted(question.kinds),
        question.imported,
    ]
    spans = [grain for month in months for grain in Period(month.period.first, month.last).grains()]
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS_BY_MONTH, [*scope, _SUMMED, [each[0] for each in spans], [each[1] for each in spans]]
        )
        for month, measure, value, count in cursor.fetchall():
            groups[f"{month:%Y-%m}"].add(measure, value, count)
        ends = _ends_of(months)
        year = months[0].period.first.replace(month=1, day=1)
        cursor.execute(
            _HELD_BY_MONTH, [*scope, _HELD, year, [end[0] for end in ends], [end[1] for end in ends]]
        )
        held: dict[str, dict[date, int]] = defaultdict(dict)
        for on, measure, count in cursor.fetchall():
            held[measure][on] = count
    _add_held(groups, months, held)
    for month, fact in _taken_back(question, standing, months):
        _add_fact(groups[_code(month)], fact)
    return groups


def _ends_of(months: list[Question]) -> list[tuple[str, date]]:
    """The cells that, after those of all years before, add up to what was open before the months and at the end of each."""
    begin = months[0].period.first.replace(day=1)
    cells = [("m", date(begin.year, number, 1)) for number in range(1, begin.month)]
    for month in months:
        cells += Period(month.period.first.replace(day=1), month.as_of).grains()
    return cells


def _add_held(
    groups: dict[str | None, Counts], months: list[Question], held: dict[str, dict[date, int]]
) -> None:
    for what in AT_THE_END:
        begun, ended = held[what.value], held[f"{what}_ended"]
        for month in months:
            count = sum(n for on, n in begun.items() if on <= month.as_of)
            count -= sum(n for on, n in ended.items() if on <= month.as_of)
            groups[_code(month)].add(what.value, 0, count)


def _taken_back(
    question: Question, standing: Standing, months: list[Question]
) -> Iterator[tuple[Question, CaseFact]]:
    """Ends that still stood at the end of their month: reopened later, and so in no cell."""
    by_code = {_code(month): month for month in months}
    rows = _facts(question, standing).filter(
        TAKEN_BACK, day__gte=question.period.first, day__lte=question.last
    )
    for fact in rows:
        month = by_code[f"{fact.day:%Y-%m}"]
        if fact.until is not None and fact.until > month.as_of:
            yield month, fact


def _code(month: Question) -> str:
    return f"{month.period.first:%Y-%m}"


def from_cells(question: Question, standing: Standing) -> dict[str | None, Counts]:
    """The counts from the cells of whole years, months and single days that make the period up."""
    names = dict(bodies_asked(question, standing).values_list("pk", "code"))
    groups: dict[str | None, Counts] = defaultdict(Counts)

    by = "body_id, ''" if question.group_by == "body" else "0, kind"
    grains = list(Period(question.period.first, question.last).grains())
    scope: list[Any] = [list(names), sorted(question.kinds), question.imported]
    year, month = question.as_of.replace(month=1, day=1), question.as_of.replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS.format(by=by),
            [
                *scope,
                _SUMMED,
                [grain for grain, _day in grains],
                [day for _grain, day in grains],
                *scope,
                _HELD,
                year,
                year,
                month,
                month,
                question.as_of,
            ],
        )
        sums = cursor.fetchall()
    for body_id, kind, measure, value, count in sums:
        counts = groups[names[body_id] if question.group_by == "body" else kind]
        if measure.endswith("_ended"):
            counts.add(measure.removesuffix("_ended"), 0, -count)
        else:
            counts.add(measure, value, count)
    _add_taken_back(question, standing, groups)
    return dict(groups)


def _add_taken_back(question: Question, standing: Standing, groups: dict[str | None, Counts]) -> None:
    """Ends that were taken back after the day asked for: then they still stood, and the cells do not have them."""
    rows = _facts(question, standing).filter(
        TAKEN_BACK, day__gte=question.period.first, day__lte=question.last, until__gt=question.as_of
    )
    for fact in rows.annotate(group=F(_COLUMN[question.group_by])):
        _add_fact(groups[fact.group], fact)


def _add_fact(counts: Counts, fact: CaseFact) -> None:
    counts.add(fact.what, 0, 1)
    if fact.what == What.CLOSED:
        counts.add("judged", 0, int(fact.on_time is not None))
        counts.add("on_time", 0, int(fact.on_time or False))
        counts.add("days", fact.days or 0, 1)
        counts.add("working_days", fact.working_days or 0, 1)


_SUMMED = [*(what.value for what in (*OVER, *OUTSIDE)), "judged", "on_time", "days", "working_days"]
_HELD = [f"{what}{end}" for what in AT_THE_END for end in ("", "_ended")]
_SUMS = """
SELECT {by}, measure, value, sum(count)::int FROM cases_figurecell
WHERE body_id = ANY(%s) AND kind = ANY(%s) AND is_imported = %s AND measure = ANY(%s)
    AND (grain, "on") IN (SELECT * FROM unnest(%s::text[], %s::date[]))
GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0
UNION ALL
SELECT {by}, measure, 0, sum(count)::int FROM cases_figurecell
WHERE body_id = ANY(%s) AND kind = ANY(%s) AND is_imported = %s AND measure = ANY(%s) AND (
    (grain = 'y' AND "on" < %s) OR (grain = 'm' AND "on" >= %s AND "on" < %s) OR (grain = 'd' AND "on" BETWEEN %s AND %s)
)
GROUP BY 1, 2, 3 HAVING sum(count) <> 0
"""
_SUMS_BY_MONTH = """
SELECT date_trunc('month', "on")::date, measure, value, sum(count)::int FROM cases_figurecell
WHERE body_id = ANY(%s) AND kind = ANY(%s) AND is_imported = %s AND measure = ANY(%s)
    AND (grain, "on") IN (SELECT * FROM unnest(%s::text[], %s::date[]))
GROUP BY 1, 2, 3 HAVING sum(count) <> 0
"""
_HELD_BY_MONTH = """
SELECT "on", measure, sum(count)::int FROM cases_figurecell
WHERE body_id = ANY(%s) AND kind = ANY(%s) AND is_imported = %s AND measure = ANY(%s)
    AND (grain = 'y' AND "on" < %s OR (grain, "on") IN (SELECT * FROM unnest(%s::text[], %s::date[])))
GROUP BY 1, 2 HAVING sum(count) <> 0
"""


def _touched(question: Question, *, since: date | None = None) -> Q:
    """The facts that any figure of the question can count: of the period, or still true at its end (from `since` on)."""
    happened = Q(day__gte=question.period.first) & ~Q(what__in=[what.value for what in AT_THE_END])
    held = Q(what__in=[what.value for what in AT_THE_END]) & _still(since or question.as_of)
    return Q(day__lte=question.as_of) & (happened | held)


def _over(what: What) -> Rule:
    """Facts of the days of the period that are still true as of the day asked for."""
    return lambda question: (
        Q(what=what.value, day__gte=question.period.first, day__lte=question.last) & _still(question.as_of)
    )


def _at_the_end(what: What) -> Rule:
    return lambda question: Q(what=what.value, day__lte=question.as_of) & _still(question.as_of)


def _still(day: date) -> Q:
    return Q(until=None) | Q(until__gt=day)


def _and(rule: Rule, more: Q) -> Rule:
    return lambda question: rule(question) & more


_MEASURES: dict[str, Rule] = {
    **{what.value: _over(what) for what in (*OVER, *OUTSIDE)},
    **{what.value: _at_the_end(what) for what in AT_THE_END},
    "judged": _and(_over(What.CLOSED), Q(on_time__isnull=False)),
    "on_time": _and(_over(What.CLOSED), Q(on_time=True)),
}
# The rows that a figure counts, by its name in the API.
BEHIND: dict[str, Rule] = {
    **{what.value: _over(what) for what in (*OVER, *OUTSIDE)},
    "open": _at_the_end(What.OPEN),
    "open_overdue": _at_the_end(What.LATE),
    "share_of": lambda question: (
        _and(_over(What.CLOSED), Q(on_time__isnull=False))(question) | _at_the_end(What.LATE)(question)
    ),
    "on_time": _and(_over(What.CLOSED), Q(on_time=True)),
    "late": _and(_over(What.CLOSED), Q(on_time=False)),
    "not_judged": _and(_over(What.CLOSED), Q(on_time=None)),
}


def _facts(question: Question, standing: Standing) -> QuerySet[CaseFact]:
    rows = CaseFact.objects.filter(
        body__in=bodies_asked(question, standing),
        kind__in=sorted(question.kinds),
        is_imported=question.imported,
    ).exclude(case__in=withheld(standing))
    return _narrowed(rows, question)


def _narrowed(rows: QuerySet[CaseFact], question: Question) -> QuerySet[CaseFact]:
    if question.subject:
        of_subject = Q(case__subject__code=question.subject)
        if not question.exact:
            of_subject |= Q(case__subject__parent__code=question.subject)
        rows = rows.filter(of_subject)
    if question.area:
        path = "case__area__path" if question.exact else "case__area__path__startswith"
        rows = rows.filter(**{path: question.area.path})
    if question.without:
        rows = rows.filter(**{f"case__{question.without}": None})
    if question.channel:
        rows = rows.filter(case__channel=question.channel)
    if question.flag:
        rows = rows.filter(case__flags__contains=[question.flag])
    if question.against_body:
        rows = rows.filter(case__against_body=question.against_body)
    return rows
