"""Fixing the figures of a past period: when its report is handed in, and again when one of them proves wrong.

A version that was fixed stays as it is. A correction writes the figures that came out differently once more, as their next
version, and says of each what it was before, what it is now, and why.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from bodies.models import Body, Role, User
from bodies.refusals import Refused
from bodies.scopes import standing_of
from cases.steps import local_day
from plans import measure_shapes, recounts
from plans.judging import Figure, Sums, of_many
from plans.measuring import measure
from plans.models import Freeze, Measure, Report, Target
from plans.recounts import branch_sums, row_of
from plans.telling import number
from plans.terms import Term, term_of


@transaction.atomic
def freeze(
    target: Target, period: str, *, by: User | None, at: datetime, reason: str, body: Body | None = None
) -> int:
    """Fix a target's figures of a period: of one body, or of all and the whole plan. What is fixed already stays so.

    How many were fixed. Raises BadInput for a period outside the plan, Refused for one that is not over.
    """
    target = _locked(target)
    if term_of(target.plan, period).last >= local_day(at):
        raise Refused(_("This period is not over."), field="period")
    rows = Measure.objects.newest().filter(target=target, period=period)
    return _fix(rows.filter(body=body) if body else rows, by=by, at=at, reason=reason)


@transaction.atomic
def freeze_reported(*, by: User | None, at: datetime, report: Report | None = None) -> int:
    """Fix the figures of every body whose period is over and whose report on it was handed in (or of one report)."""
    reports = Report.objects.filter(
        body=OuterRef("body"),
        duty__plan=OuterRef("target__plan"),
        first_on__lte=OuterRef("first_on"),
        last_on__gte=OuterRef("last_on"),
        handed_in_on__isnull=False,
    )
    if report is not None:
        reports = reports.filter(pk=report.pk)
    rows = Measure.objects.newest().filter(Exists(reports), last_on__lt=local_day(at))
    return _fix(rows, by=by, at=at, reason=_("Report handed in"))


def close_the_day(now: datetime) -> tuple[int, int]:
    """The night's work: every plan is counted anew once a day, then what is over and reported is fixed; how many of each."""
    return recounts.check_daily(now), freeze_reported(by=None, at=now)


def _fix(rows: QuerySet[Measure], *, by: User | None, at: datetime, reason: str) -> int:
    ids = list(rows.filter(frozen_at=None).select_for_update().order_by("pk").values_list("pk", flat=True))
    Measure.objects.filter(pk__in=ids).update(frozen_at=at)
    Freeze.objects.bulk_create(Freeze(measure_id=pk, reason=reason, by=by, at=at) for pk in ids)
    return len(ids)


@transaction.atomic
def correct(target: Target, period: str, *, by: User, at: datetime, reason: str) -> list[Freeze]:
    """Count a fixed period again; what came out differently is fixed as a new version that says so.

    By the head or plan keeper of the plan's issuer or monitor. Raises Refused for others, without a reason, where nothing
    is fixed, and where nothing would change.
    """
    target = _locked(target)
    plan, mine = target.plan, standing_of(by, local_day(at)).bodies(Role.HEAD, Role.PLAN_KEEPER)
    if not {plan.issuer_id, plan.monitor_id} & mine:
        raise Refused(_("Only the plan's issuer or monitor corrects fixed figures."), field="target")
    if not reason.strip():
        raise Refused(_("This needs a reason."), field="reason")
    pairs = _differing(target, period, at)
    if not pairs:
        raise Refused(_("Nothing would change."), field="period")
    fixed = [_next_version(old, new, by=by, at=at, reason=reason.strip()) for old, new in pairs]
    return [*fixed, *_correct_total(target, period, by=by, at=at, reason=reason.strip())]


def differing(target: Target, period: str, *, at: datetime) -> list[dict[str, Any]]:
    """What a correction of a fixed period would change now: nothing, unless its records were changed since."""
    changes = [(old.body_id, _changes(old, new)) for old, new in _differing(target, period, at)]
    codes = dict(
        Body.objects.filter(pk__in=[body for body, _said in changes if body]).values_list("pk", "code")
    )
    return [{"body": codes.get(body) if body else None, **said} for body, said in changes]


def _differing(target: Target, period: str, at: datetime) -> list[tuple[Measure, Measure]]:
    """Fixed figures of bodies with what a count says today, where the two differ."""
    term, today = term_of(target.plan, period), local_day(at)
    fixed = {row.body_id: row for row in _fixed(target, period)}
    if not fixed or target.is_manual:
        raise Refused(_("No counted figure of this period is fixed."), field="period")
    (found,) = measure(target.plan, [(target, term)], as_of=today)
    new = {figure.body_id: _row(target, term, figure, at) for figure in found.figures}
    if found.total is not None and not found.figures:
        new[None] = _row(target, term, found.total, at)
    return [(old, new[body]) for body, old in fixed.items() if body in new and _said(old) != _said(new[body])]


def _correct_total(target: Target, period: str, *, by: User, at: datetime, reason: str) -> list[Freeze]:
    """If the whole plan's figure is fixed too: what its bodies come to now."""
    total = next((row for row in _fixed(target, period) if row.body_id is None), None)
    if total is None or total.measured_at == at:
        return []
    shape = measure_shapes.read(target.measure or {}, joint=target.plan.joint_counts_for)
    rows = Measure.objects.newest().filter(target=target, period=period, body__isnull=False)
    figure = of_many(target, shape, branch_sums(rows).get((target.pk, period), Sums()))
    new = _row(target, term_of(target.plan, period), figure, at)
    return [] if _said(total) == _said(new) else [_next_version(total, new, by=by, at=at, reason=reason)]


def _next_version(old: Measure, new: Measure, *, by: User, at: datetime, reason: str) -> Freeze:
    Measure.objects.filter(pk=old.pk).update(is_newest=False)
    new.version, new.frozen_at = old.version + 1, at
    new.save(force_insert=True)
    return Freeze.objects.create(measure=new, reason=reason, changes=_changes(old, new), by=by, at=at)


def _changes(old: Measure, new: Measure) -> dict[str, Any]:
    return {"before": _said(old), "after": _said(new)}


def _said(row: Measure) -> dict[str, Any]:
    return {
        "value": number(row.value),
        "numerator": number(row.numerator),
        "denominator": number(row.denominator),
        "passed": row.passed,
    }


def _row(target: Target, term: Term, figure: Figure, at: datetime) -> Measure:
    return row_of(target, term, figure, at=at, as_of=local_day(at))


def _fixed(target: Target, period: str) -> Iterable[Measure]:
    return Measure.objects.newest().filter(target=target, period=period, frozen_at__isnull=False)


def _locked(target: Target) -> Target:
    rows = Target.objects.select_related("plan__issuer__area").select_for_update(of=("self",))
    return rows.get(pk=target.pk)
