"""Of plans: their figures, what was typed in, what was fixed, and the reports that are owed."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from cases.codes import Kind
from cases.models import Clock
from config.invariants.asking import Keys, holds, references
from plans import measure_shapes
from plans.judging import Sums, of_many
from plans.models import Freeze, Measure, Report, Target, TypedFigure
from plans.recounts import branch_sums
from plans.words import Source

FIGURE = ("value", "numerator", "denominator", "passed")


def _named(rows: QuerySet[Any]) -> Keys:
    found = rows.order_by("pk").values_list("target__plan__key", "target__code", "period", "body__code")
    return (" ".join(filter(None, names)) for names in found.iterator())


@holds("the figure of a plan is what the figures of its bodies come to")
def _totals(_now: datetime) -> Keys:
    newest = Measure.objects.newest().exclude(target__measured_by=Source.MANUAL)
    sums = branch_sums(newest.filter(body__isnull=False))
    targets = {target.pk: target for target in Target.objects.counted().select_related("plan")}
    rows = newest.filter(body=None, frozen_at=None)
    for row in rows.order_by("pk").values("target", "period", *FIGURE):
        target = targets[row["target"]]
        shape = measure_shapes.read(target.measure or {}, joint=target.plan.joint_counts_for)
        if shape.over_plan:
            continue
        figure = of_many(target, shape, sums.get((target.pk, row["period"]), Sums()))
        if any(getattr(figure, name) != row[name] for name in FIGURE):
            yield f"{target.plan.key} {target.code} {row['period']}"


@holds("of each figure the versions are 1, 2, 3 … and the last is the newest")
def _versions(_now: datetime) -> Keys:
    found = (
        Measure.objects.order_by()
        .values("target__plan__key", "target__code", "period", "body")
        .annotate(there=Count("pk"), last=Max("version"), newest=Max("version", filter=Q(is_newest=True)))
    )
    wrong = found.exclude(last=F("there"), newest=F("last"))
    names = wrong.order_by("target__plan__key", "target__code", "period", "body")
    return (" ".join(row) for row in names.values_list("target__plan__key", "target__code", "period"))


@holds("what is fixed has a line that says by whom and why, and what runs on has none")
def _fixed(_now: datetime) -> Keys:
    rows = Measure.objects.annotate(is_told=Exists(Freeze.objects.filter(measure=OuterRef("pk"))))
    return _named(rows.filter(Q(frozen_at=None, is_told=True) | Q(frozen_at__isnull=False, is_told=False)))


@holds("what a body typed in was never counted, and what is counted was not typed in")
def _mixed(_now: datetime) -> Keys:
    manual = Q(target__measured_by=Source.MANUAL)
    wrong = Q(typed__isnull=False) & ~manual | Q(typed=None, body__isnull=False) & manual
    return _named(Measure.objects.filter(wrong, frozen_at=None))


@holds("a typed figure is the one of its target, body and period that was typed last")
def _typed(_now: datetime) -> Keys:
    later = TypedFigure.objects.filter(
        target=OuterRef("target"),
        body=OuterRef("typed__body"),
        period=OuterRef("period"),
        is_for_whole_plan=OuterRef("typed__is_for_whole_plan"),
        pk__gt=OuterRef("typed"),
    )
    same = Q(typed__target=F("target"), typed__period=F("period"))
    whose = Q(body=F("typed__body"), typed__is_for_whole_plan=False) | Q(
        body=None, typed__is_for_whole_plan=True
    )
    rows = Measure.objects.newest().filter(typed__isnull=False)
    return _named(rows.exclude(same & whose) | rows.filter(Exists(later)))


@holds("no figure lies outside the time of its plan")
def _outside(_now: datetime) -> Keys:
    plan = "target__plan"
    outside = Q(last_on__lt=F(f"{plan}__first_on")) | Q(first_on__gt=F(f"{plan}__last_on"))
    return _named(Measure.objects.filter(outside, frozen_at=None))


@holds("a report is a case of kind report of the body that owes it, due on the same day")
def _reports(_now: datetime) -> Keys:
    due = Clock.objects.filter(case=OuterRef("case"), rule="report", due_on=OuterRef("due_on"))
    right = Q(case__kind=Kind.REPORT, case__received_by=F("body")) & Exists(due)
    return references(Report.objects.exclude(right), "case__reference")


@holds("a report was handed in on the day on which its clock was met")
def _handed_in(_now: datetime) -> Keys:
    met = Clock.objects.filter(case=OuterRef("case"), rule="report", met_on=OuterRef("handed_in_on"))
    rows = Report.objects.filter(handed_in_on__isnull=False)
    return references(rows.exclude(Exists(met)), "case__reference")
