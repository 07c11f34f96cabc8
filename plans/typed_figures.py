"""Figures that nobody can count: typed in by the body in charge, with an evidence file, never mixed with counted ones."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies.messages import Told, Wording, tell_many
from bodies.models import Body, Membership, Role, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases import files
from cases.steps import local_day
from plans.judging import Figure, of_typed, sums_of
from plans.models import Freeze, Measure, Plan, Target, TypedFigure
from plans.recounts import row_of
from plans.scopes import bodies_of, in_scope
from plans.terms import Term, term_of, terms_of_year, years_of
from plans.words import SHARES, Source, ValueType

# Who types for a body: its head, and whoever keeps its plans.
TYPES = (Role.HEAD.value, Role.PLAN_KEEPER.value)
# How long before a period ends people are reminded.
AHEAD = timedelta(days=10)
_IN_WORDS = frozenset({ValueType.QUALITATIVE, ValueType.DEADLINE})


@dataclass(frozen=True)
class New:
    """What somebody types: part and whole of a share, a number, or words; and the file that proves it."""

    target: Target
    body: Body
    period: str
    evidence: bytes
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    text: str = ""
    # By the plan's issuer or monitor, for all whom the target binds together.
    is_for_whole_plan: bool = False


@transaction.atomic
def type_in(new: New, *, by: User, at: datetime) -> TypedFigure:
    """Take a figure in; the newest of a body and period counts. Raises BadInput naming the field, Refused.

    Of a fixed figure it makes a new version that says what changed.
    """
    target = (
        Target.objects.select_related("plan__issuer__area")
        .select_for_update(of=("self",))
        .get(pk=new.target.pk)
    )
    term = _check(new, target, by=by, on=local_day(at))
    content, mime, extension = files.checked(new.evidence)
    path = Path(f"{at:%Y/%m}") / f"{uuid.uuid4().hex}.{extension}"
    typed = TypedFigure.objects.create(
        target=target,
        body=new.body,
        is_for_whole_plan=new.is_for_whole_plan,
        period=term.code,
        value=new.value,
        numerator=new.numerator,
        denominator=new.denominator,
        text=new.text.strip(),
        evidence_name=f"{target.code}-{new.body.code}-{term.code}.{extension}"[:120],
        evidence_type=mime,
        evidence_path=str(path),
        evidence_sha256=hashlib.sha256(content).digest(),
        by=by,
        at=at,
    )
    _measure(target, term, typed, by=by, at=at)
    files.put(content, path)
    return typed


def _check(new: New, target: Target, *, by: User, on: date) -> Term:
    if not target.is_manual:
        raise Refused(_("This is counted from what was recorded: nobody types it in."), field="target")
    if new.body.pk not in standing_of(by, on).bodies(*TYPES):
        raise Refused(_("Only the head or the plan keeper of the body types its figures in."), field="body")
    term = term_of(target.plan, new.period)
    if term not in set(_terms(target, on)):
        raise BadInput.of("period", _("This target is not judged in this period, or it has not begun."))
    _check_body(new, target, term, on)
    _check_numbers(new, target)
    return term


def _check_body(new: New, target: Target, term: Term, on: date) -> None:
    plan = target.plan
    if new.is_for_whole_plan:
        if new.body.pk not in {plan.issuer_id, plan.monitor_id}:
            raise BadInput.of(
                "body", _("Only the plan's issuer or monitor types in a figure of the whole plan.")
            )
        return
    tree = bodies_of(plan, [new.body.pk])
    if new.body.pk not in {bound.id for bound in in_scope(target, plan, term, tree, as_of=on)}:
        raise BadInput.of("body", _("This target does not bind this body in this period."))


def _terms(target: Target, on: date) -> Iterable[Term]:
    for year in years_of(target.plan, on):
        yield from (term for term in terms_of_year(target.plan, target, year) if term.first <= on)


def _check_numbers(new: New, target: Target) -> None:
    if target.value_type in _IN_WORDS:
        if not new.text.strip():
            raise BadInput.of("text", _("Say in words what was done."))
        return
    if target.value_type in SHARES:
        if new.numerator is None or new.denominator is None:
            raise BadInput.of("numerator", _("A share is typed in as a part and a whole."))
        if not 0 <= new.numerator <= new.denominator or new.denominator == 0:
            raise BadInput.of(
                "numerator", _("The part lies between zero and the whole, and the whole is not zero.")
            )
        return
    if new.value is None or new.value < 0:
        raise BadInput.of("value", _("Give a number, zero or more."))


def _measure(target: Target, term: Term, typed: TypedFigure, *, by: User, at: datetime) -> None:
    """The figure of the body, or of the whole plan: what was typed for it last, else what its bodies come to."""
    own = of_typed(target, sums_of([Figure(None, typed.value, typed.numerator, typed.denominator)]))
    if typed.is_for_whole_plan:
        _put(target, term, None, own, typed, by=by, at=at)
        return
    _put(target, term, typed.body_id, own, typed, by=by, at=at)
    of_this = TypedFigure.objects.filter(target=target, period=term.code)
    if of_this.filter(is_for_whole_plan=True).exists():
        return
    rows = Measure.objects.newest().filter(target=target, period=term.code, body__isnull=False)
    together = sums_of(Figure(row.body_id, row.value, row.numerator, row.denominator) for row in rows)
    _put(target, term, None, of_typed(target, together), None, by=by, at=at)


def _put(
    target: Target,
    term: Term,
    body_id: int | None,
    figure: Figure,
    typed: TypedFigure | None,
    *,
    by: User,
    at: datetime,
) -> None:
    old = Measure.objects.newest().filter(target=target, period=term.code, body=body_id).first()
    new = row_of(target, term, figure, at=at, as_of=local_day(at))
    new.body_id, new.typed = body_id, typed
    if old is None:
        new.save(force_insert=True)
        return
    if old.frozen_at is None:
        new.pk = old.pk
        new.save(force_update=True)
        return
    Measure.objects.filter(pk=old.pk).update(is_newest=False)
    new.version, new.frozen_at = old.version + 1, at
    new.save(force_insert=True)
    reason = _("Typed in anew")
    changes = {"before": _said(old), "after": _said(new)}
    Freeze.objects.create(measure=new, reason=reason, changes=changes, by=by, at=at)


def _said(row: Measure) -> dict[str, str | None]:
    return {
        name: None if getattr(row, name) is None else str(getattr(row, name))
        for name in ("value", "numerator", "denominator")
    }


# --- Reminders ------------------------------------------------------------------------------------------------------


def remind(now: datetime) -> int:
    """Tell heads and plan keepers, once, which of their figures are still to be typed in; how many were told now."""
    today = local_day(now)
    told = [
        each
        for plan in Plan.objects.select_related("issuer__area")
        for ends, missing in _missing(plan, today).items()
        for each in _reminders(plan, ends, missing)
    ]
    return tell_many(told, at=now) if told else 0


def _missing(plan: Plan, today: date) -> dict[date, dict[int, int]]:
    """By the last day of a period that ends soon: how many figures each body has not typed in for it."""
    tree = bodies_of(plan)
    found: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for target in Target.objects.in_force().filter(plan=plan, measured_by=Source.MANUAL):
        terms = {
            term
            for year in years_of(plan, today)
            for term in terms_of_year(plan, target, year)
            if today <= term.last <= today + AHEAD
        }
        for term in terms:
            typed = set(
                TypedFigure.objects.filter(target=target, period=term.code).values_list("body", flat=True)
            )
            for body in in_scope(target, plan, term, tree, as_of=today):
                if body.id not in typed:
                    found[term.last][body.id] += 1
    return found


def _reminders(plan: Plan, ends: date, missing: dict[int, int]) -> Iterable[Told]:
    wording = Wording(
        gettext_lazy("Figures to type in: %(plan)s"),
        gettext_lazy("%(count)s figures of this plan are to be typed in, with evidence, by %(day)s."),
    )
    people = Membership.objects.on(ends).filter(body__in=missing, role__in=TYPES).select_related("user")
    for member in people:
        facts = {"plan": plan.key, "count": missing[member.body_id], "day": f"{ends:%d/%m/%Y}"}
        yield Told(
            member.user,
            f"typing {plan.key} {member.body_id} {ends}",
            "plan.typing",
            replace(wording, parameters=facts),
            plan.key,
        )
