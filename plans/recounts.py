"""The measures kept true: what was touched a little after every act, everything anew every night.

A frozen figure is never written again (plans.freezing makes new versions of it). Told twice, or by two workers at once, it
comes to the same: the targets' rows are locked in their order before anything is counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.timezone import make_aware

from bodies.stopwatch import Stopwatch
from cases.models import Recount
from cases.steps import local_day
from plans import measure_shapes
from plans.judging import Figure, Part, Sums, of_many
from plans.measuring import Measured, measure
from plans.models import Measure, Plan, Target, Touched
from plans.terms import Term, terms_of_year, terms_since, years_of
from plans.words import STRUCTURE, Source

BATCH = 500
RUN_LASTS = timedelta(seconds=30)
_FIGURE = ("value", "numerator", "denominator", "passed", "parts")
# No measure has more counters than this.
_MOST_PARTS = 8
_TargetTerm = tuple[int, str]
_Key = tuple[int, str, int | None]


def recount(
    plan: Plan, *, at: datetime, years: Iterable[int] | None = None, targets: Iterable[Target] | None = None
) -> int:
    """Count the targets of a plan anew in these years (default: all that have begun); how many figures were different."""
    today = local_day(at)
    with transaction.atomic():
        lines = _locked(plan, targets)
        wanted = [
            (target, term)
            for target in lines
            for term in _distinct(
                term
                for year in (years if years is not None else years_of(plan, today))
                for term in terms_of_year(plan, target, year)
            )
        ]
        changed = _write(measure(plan, wanted, as_of=today), at=at, as_of=today, is_whole=True)
        if years is None and targets is None:
            changed += _forget_old(plan, at)
        return changed


def _forget_old(plan: Plan, at: datetime) -> int:
    """Figures of periods in which a target is no longer judged, of lines that left the plan, and counted ones of a line that
    is typed in since."""
    rows = Measure.objects.filter(target__plan=plan, frozen_at=None, typed=None)
    typed = Measure.objects.filter(target=OuterRef("target"), period=OuterRef("period"), typed__isnull=False)
    is_counted = ~Q(target__measured_by=Source.MANUAL)
    never_typed = Q(body__isnull=False) | ~Exists(typed)
    return rows.filter(is_counted & Q(measured_at__lt=at) | ~is_counted & never_typed).delete()[0]


def check_daily(now: datetime) -> int:
    """Count every plan anew that was not yet counted as a whole today; how many figures were different.

    Those that only a new day made different (a clock ran out, a month began) are among them.
    """
    midnight = make_aware(datetime.combine(local_day(now), time.min))
    changed = 0
    for plan in Plan.objects.select_related("issuer__area"):
        totals = Measure.objects.newest().filter(target__plan=plan, frozen_at=None, body=None)
        totals = totals.exclude(target__measured_by=Source.MANUAL)
        if not totals.exists() or totals.filter(measured_at__lt=midnight).exists():
            changed += recount(plan, at=now)
    return changed


# --- A little after every act ---------------------------------------------------------------------------------------


def note(touched: Iterable[Touched]) -> None:
    """Figures of these bodies may be different now. Once noted is enough, however often it is said."""
    Touched.objects.bulk_create(touched, ignore_conflicts=True)


def recount_touched(now: datetime) -> int:
    """Recount what was noted, a batch at a time, safe with any number of workers; how many notes were done."""
    watch, done = Stopwatch(now), 0
    while watch.passed() < RUN_LASTS and (count := _recount_batch(now)):
        done += count
    return done


@transaction.atomic
def _recount_batch(now: datetime) -> int:
    ready = Touched.objects.exclude(_being_counted()).order_by("pk")
    rows = list(ready.select_for_update(skip_locked=True)[:BATCH])
    if not rows:
        return 0
    # Before anything is counted: what happens from now on is noted again.
    Touched.objects.filter(pk__in=[row.pk for row in rows]).delete()
    today = local_day(now)
    bodies = {row.body_id for row in rows}
    if any(row.source == STRUCTURE for row in rows):
        for plan in Plan.objects.touching(bodies).select_related("issuer__area"):
            recount(plan, at=now)
        return len(rows)
    since = min(row.since for row in rows)
    sources = {row.source for row in rows}
    for plan in Plan.objects.touching(bodies).select_related("issuer__area"):
        lines = [target for target in _locked(plan, None) if sources & _sources(target)]
        wanted = [(target, term) for target in lines for term in terms_since(plan, target, since, today)]
        found = measure(plan, wanted, as_of=today, only=bodies)
        _write(found, at=now, as_of=today, is_whole=False)
    return len(rows)


def _being_counted() -> Q:
    """Notes of cases whose own facts are still to be worked out (cases.tallies): the next run takes them."""
    return Q(source=Source.CASE, subject__in=Recount.objects.values("case__reference"))


def _sources(target: Target) -> frozenset[str]:
    return measure_shapes.read(target.measure or {}, joint=target.plan.joint_counts_for).sources


# --- Writing --------------------------------------------------------------------------------------------------------


def _locked(plan: Plan, targets: Iterable[Target] | None) -> list[Target]:
    rows = Target.objects.in_force().counted().filter(plan=plan)
    if targets is not None:
        rows = rows.filter(pk__in=[target.pk for target in targets])
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for target in found:
        target.plan = plan
    return found


def _distinct(terms: Iterable[Term]) -> list[Term]:
    return list(dict.fromkeys(terms))


def _write(found: list[Measured], *, at: datetime, as_of: date, is_whole: bool) -> int:
    """Write the figures that differ; with `is_whole` also forget those of bodies no longer bound."""
    terms = {(each.target.pk, each.term.code) for each in found}
    if not terms:
        return 0
    bodies = {figure.body_id for each in found for figure in each.figures}
    known = _known(terms, None if is_whole else bodies)
    frozen = _frozen(terms)
    rows, gone = [], {key for key in known if key[2] is not None}
    for each in found:
        for figure in each.figures:
            key = (each.target.pk, each.term.code, figure.body_id)
            gone.discard(key)
            if key not in frozen and known.get(key) != _kept(figure):
                rows.append(row_of(each.target, each.term, figure, at=at, as_of=as_of))
    _upsert(rows)
    changed = len(rows) + (_forget(gone) if is_whole else 0)
    changed += _write_totals(found, frozen, at=at, as_of=as_of)
    looked_at = _these(terms)
    if not is_whole:
        looked_at = looked_at.filter(Q(body__in=bodies) | Q(body=None))
    looked_at.update(measured_at=at, as_of=as_of)
    return changed


def _newest(terms: set[_TargetTerm]) -> QuerySet[Measure]:
    return Measure.objects.newest().filter(
        target__in={target for target, _period in terms}, period__in={period for _target, period in terms}
    )


def _these(terms: set[_TargetTerm]) -> QuerySet[Measure]:
    """What may be written: no frozen figure."""
    return _newest(terms).filter(frozen_at=None)


def _frozen(terms: set[_TargetTerm]) -> set[_Key]:
    rows = _newest(terms).filter(frozen_at__isnull=False)
    return set(rows.values_list("target", "period", "body"))


def _known(terms: set[_TargetTerm], bodies: set[int | None] | None) -> dict[_Key, tuple[Any, ...]]:
    # What was typed in before the line began to be counted is no figure of it.
    rows = _these(terms).filter(typed=None)
    if bodies is not None:
        rows = rows.filter(Q(body__in=[body for body in bodies if body is not None]) | Q(body=None))
    return {
        (target, period, body): tuple(figure)
        for target, period, body, *figure in rows.values_list("target", "period", "body", *_FIGURE)
        if (target, period) in terms
    }


def _kept(figure: Figure) -> tuple[Any, ...]:
    """A figure as its row holds it."""
    return (figure.value, figure.numerator, figure.denominator, figure.passed, _parts(figure))


def _parts(figure: Figure) -> list[dict[str, Any]]:
    return [asdict(part) for part in figure.parts]


def row_of(
    target: Target, term: Term, figure: Figure, *, at: datetime, as_of: date, version: int = 1
) -> Measure:
    """A figure as the row it is kept in."""
    return Measure(
        target_id=target.pk,
        body_id=figure.body_id,
        period=term.code,
        first_on=term.first,
        last_on=term.last,
        version=version,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        passed=figure.passed,
        parts=_parts(figure),
        as_of=as_of,
        measured_at=at,
    )


def figure_of(row: Measure) -> Figure:
    """A kept figure as it was counted."""
    parts = tuple(Part(**part) for part in row.parts)
    return Figure(row.body_id, row.value, row.numerator, row.denominator, row.passed, parts)


def _upsert(rows: list[Measure]) -> None:
    Measure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["target", "period", "body", "version"],
        update_fields=[*_FIGURE, "as_of", "measured_at", "typed"],
        batch_size=2000,
    )


def _forget(gone: set[_Key]) -> int:
    if not gone:
        return 0
    terms = {(target, period) for target, period, _body in gone}
    rows = _these(terms).values_list("pk", "target", "period", "body")
    found = [pk for pk, target, period, body in rows if (target, period, body) in gone]
    Measure.objects.filter(pk__in=found).delete()
    return len(found)


def _write_totals(found: list[Measured], frozen: set[_Key], *, at: datetime, as_of: date) -> int:
    """The figures of whole plans, from what is kept of all their bodies: frozen figures among them as they were fixed."""
    terms = {(each.target.pk, each.term.code) for each in found}
    sums = branch_sums(_newest(terms).filter(body__isnull=False))
    known = _known(terms, set())
    rows = []
    for each in found:
        key = (each.target.pk, each.term.code, None)
        shape = measure_shapes.read(each.target.measure or {}, joint=each.target.plan.joint_counts_for)
        if shape.over_plan and each.total is not None:
            figure = each.total
        else:
            figure = of_many(each.target, shape, sums.get(key[:2], Sums()))
        if key not in frozen and known.get(key) != _kept(figure):
            rows.append(row_of(each.target, each.term, figure, at=at, as_of=as_of))
    _upsert(rows)
    return len(rows)


def branch_sums(rows: QuerySet[Measure]) -> dict[_TargetTerm, Sums]:
    """What the measures of bodies come to by target and period: one statement, whatever the branch."""
    parts = {
        f"part{place}": Sum(Cast(KT(f"parts__{place}__n"), IntegerField()), default=0)
        for place in range(_MOST_PARTS)
    }
    added = rows.values("target", "period").annotate(
        bodies=Count("pk"),
        values=Sum(F("value"), default=0),
        numerators=Sum("numerator", default=0),
        denominators=Sum("denominator", default=0),
        **parts,
    )
    found: dict[_TargetTerm, Sums] = defaultdict(Sums)
    for row in added.order_by("target", "period"):
        found[row["target"], row["period"]] = Sums(
            row["bodies"],
            row["values"],
            row["numerators"],
            row["denominators"],
            [row[part] for part in parts],  # type: ignore[literal-required]
        )
    return dict(found)
