"""What was promised, by whom, until when: as the plan's file says it (plans.loading writes it, nobody else)."""

from datetime import date
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from plans.querysets import MilestoneQuerySet, PlanQuerySet, TargetQuerySet
from plans.words import Comparator, Joint, Per, Source, Span, ValueType


class Plan(models.Model):
    """One plan of a committee: issued by a body, in force from a local day to another, watched by a third."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    issuer = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("issuer"))
    issuer_words = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date"), null=True)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"), null=True)
    implements = models.CharField(_("implements"), max_length=300, blank=True)
    monitor = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("monitor")
    )
    monitor_words = models.CharField(max_length=200, blank=True)
    joint_counts_for = models.CharField(max_length=10, choices=Joint, default=Joint.EVERY_HEAD)
    note = models.TextField(blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_it_begins", condition=Q(last_on=None) | Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="plan_joint_is_known", condition=Q(joint_counts_for__in=Joint.values)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Target(models.Model):
    """One line that the plan promises: a target of its list, or a duty it lays on somebody.

    Whom it binds is given by kinds and levels within the issuer's tree (plans.scopes); how it is counted by `measure`
    (plans.measure_shapes). A line that left the file is retired, never deleted: old figures hang on it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    code = models.CharField(_("code"), max_length=30)
    position = models.PositiveSmallIntegerField()
    is_duty = models.BooleanField(default=False)
    section = models.CharField(max_length=200, blank=True)
    source_lines = models.CharField(max_length=60, blank=True)
    text = models.TextField(_("text"))
    text_en = models.TextField(blank=True)

    kinds = ArrayField(models.CharField(max_length=24))
    levels = ArrayField(models.CharField(max_length=12))
    per = models.CharField(max_length=6, choices=Per, default=Per.BODY)
    unit = models.CharField(_("unit"), max_length=100, blank=True)
    value_type = models.CharField(max_length=20, choices=ValueType)
    comparator = models.CharField(max_length=5, choices=Comparator)
    # As the plan says it; null: it names no number.
    threshold = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    # The upper end of a range: the wish, not the judge.
    threshold_most = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    # Ours, where the plan is silent; shown as ours.
    threshold_default = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    baseline = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    periods = ArrayField(models.CharField(max_length=8))
    period_note = models.CharField(max_length=200, blank=True)
    # Narrower than the plan's own time; both null: as long as the plan.
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)

    measured_by = models.CharField(max_length=16, choices=Source)
    measure = models.JSONField(null=True)
    evidence = models.CharField(max_length=300, blank=True)
    reminder = models.BooleanField(default=False)
    # Of a dated duty: {"month", "day"} each year, {"months", "day"} each quarter, or {"date"}; always before that day.
    deadline = models.JSONField(null=True)
    to = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    to_words = models.CharField(max_length=200, blank=True)
    via = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    via_words = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    is_retired = models.BooleanField(default=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["plan", "is_duty", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="one_line_per_code"),
            models.CheckConstraint(name="target_per_is_known", condition=Q(per__in=Per.values)),
            models.CheckConstraint(
                name="target_value_type_is_known", condition=Q(value_type__in=ValueType.values)
            ),
            models.CheckConstraint(
                name="target_comparator_is_known", condition=Q(comparator__in=Comparator.values)
            ),
            models.CheckConstraint(name="target_source_is_known", condition=Q(measured_by__in=Source.values)),
            models.CheckConstraint(
                name="target_periods_are_known",
                condition=Q(periods__contained_by=list(Span.values)) & Q(periods__len__gt=0),
            ),
            models.CheckConstraint(
                name="target_counted_iff_it_has_a_measure",
                condition=Q(measured_by=Source.MANUAL, measure=None)
                | (~Q(measured_by=Source.MANUAL) & Q(measure__isnull=False)),
            ),
            models.CheckConstraint(
                name="target_range_has_two_ends",
                condition=Q(comparator=Comparator.RANGE, threshold_most__gte=F("threshold"))
                | (~Q(comparator=Comparator.RANGE) & Q(threshold_most=None)),
            ),
            models.CheckConstraint(
                name="target_default_only_without_threshold",
                condition=Q(threshold=None) | Q(threshold_default=None),
            ),
            models.CheckConstraint(
                name="target_ends_after_it_begins",
                condition=Q(first_on=None) | Q(last_on=None) | Q(last_on__gte=F("first_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_manual(self) -> bool:
        return self.measured_by == Source.MANUAL

    @property
    def judged_by(self) -> Decimal | None:
        """The number a figure is held against: the plan's, else our default; None: nothing is judged."""
        return self.threshold if self.threshold is not None else self.threshold_default

    def lasts_on(self, plan: Plan) -> tuple[date, date | None]:
        """First and last local day on which the line binds (null: open)."""
        return self.first_on or plan.first_on, self.last_on or plan.last_on


class Milestone(models.Model):
    """Something the plan wants done in a year: said, not counted."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.CharField(_("text"), max_length=500)
    source_line = models.PositiveIntegerField(null=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="one_milestone_per_place")]

    def __str__(self) -> str:
        return self.text
