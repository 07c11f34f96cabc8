"""Fixing the figures of a past period: when its report is handed in, and again when one of them proves wrong.

A version that was fixed stays as it is. A correction writes all figures of the target and period once more, as the next
version, and says which of them changed and why.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bodies.models import Body, User
from bodies.refusals import Refused
from cases.steps import local_day
from plans.measuring import measure
from plans.models import Freeze, Measure, Target
from plans.recounts import recount, row_of
from plans.telling import number
from plans.terms import term_of


@transaction.atomic
def freeze(target: Target, period: str, *, by: User | None, at: datetime, reason: str) -> Freeze:
    """Count a target's period a last time and fix it: as version 1. What is fixed already stays fixed, and is given back.

    Raises BadInput for a period outside the plan, Refused for one that has not begun.
    """
    target = _locked(target)
    term = term_of(target.plan, period)
    known = Freeze.objects.filter(target=target, period=period).order_by("-version").first()
    if known is not None:
        return known
    if term.first > local_day(at):
        raise Refused(_("This period has not begun."), field="period")
    if not target.is_manual:
        recount(target.plan, at=at, years=[term.first.year], targets=[target])
    Measure.objects.filter(target=target, period=period, frozen_at=None).update(frozen_at=at)
    return Freeze.objects.create(target=target, period=period, version=1, reason=reason, by=by, at=at)


@transaction.atomic
def correct(target: Target, period: str, *, by: User, at: datetime, reason: str) -> Freeze:
    """Count a fixed period again and fix the result as a new version. Raises Refused where nothing is fixed or different."""
    target = _locked(target)
    term = term_of(target.plan, period)
    if not reason.strip():
        raise Refused(_("This needs a reason."), field="reason")
    last = Freeze.objects.filter(target=target, period=period).order_by("-version").first()
    if last is None or target.is_manual:
        raise Refused(_("No counted figure of this period is fixed."), field="period")
    (found,) = measure(target.plan, [(target, term)], as_of=local_day(at))
    figures = [*found.figures, *([found.total] if found.total else [])]
    rows = [
        row_of(target, term, figure, at=at, as_of=local_day(at), version=last.version + 1)
        for figure in figures
    ]
    return _new_version(target, period, rows, last, by=by, at=at, reason=reason)


def differing(target: Target, period: str, *, at: datetime) -> list[dict[str, Any]]:
    """What a correction of a fixed period would change now: nothing, unless its records were changed since."""
    term = term_of(target.plan, period)
    last = Freeze.objects.filter(target=target, period=period).order_by("-version").first()
    if last is None or target.is_manual:
        return []
    (found,) = measure(target.plan, [(target, term)], as_of=local_day(at))
    figures = [*found.figures, *([found.total] if found.total else [])]
    rows = [row_of(target, term, figure, at=at, as_of=local_day(at)) for figure in figures]
    return _changes(_of(target, period, last.version), rows)


def _new_version(
    target: Target,
    period: str,
    rows: list[Measure],
    last: Freeze,
    *,
    by: User,
    at: datetime,
    reason: str,
) -> Freeze:
    changes = _changes(_of(target, period, last.version), rows)
    if not changes:
        raise Refused(_("Nothing would change."), field="period")
    for row in rows:
        row.frozen_at = at
    Measure.objects.bulk_create(rows)
    return Freeze.objects.create(
        target=target,
        period=period,
        version=last.version + 1,
        reason=reason.strip(),
        changes=changes,
        by=by,
        at=at,
    )


def _changes(before: Iterable[Measure], after: Iterable[Measure]) -> list[dict[str, Any]]:
    """Body by body: its code (null: the whole plan), the figure before and after."""
    old = {row.body_id: _said(row) for row in before}
    new = {row.body_id: _said(row) for row in after}
    ids = [body for body in {**old, **new} if old.get(body) != new.get(body)]
    codes: dict[int | None, str] = dict(
        Body.objects.filter(pk__in=[i for i in ids if i]).values_list("pk", "code")
    )
    changes = [{"body": codes.get(body), "before": old.get(body), "after": new.get(body)} for body in ids]
    return sorted(changes, key=lambda change: change["body"] or "")


def _said(row: Measure) -> dict[str, Any]:
    return {
        "value": number(row.value),
        "numerator": number(row.numerator),
        "denominator": number(row.denominator),
        "passed": row.passed,
    }


def _of(target: Target, period: str, version: int) -> list[Measure]:
    return list(Measure.objects.filter(target=target, period=period, version=version))


def _locked(target: Target) -> Target:
    rows = Target.objects.select_related("plan__issuer__area").select_for_update(of=("self",))
    return rows.get(pk=target.pk)
