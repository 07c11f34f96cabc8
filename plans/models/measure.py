"""What was counted or typed of each target: by body and period, in versions once it is frozen."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from plans.models.plan import Target
from plans.querysets import MeasureQuerySet, TypedFigureQuerySet


class Measure(models.Model):
    """The figure of one target, body and period. Without a body: the whole plan.

    Counted ones are written by plans.recounts, typed ones by plans.typing; a frozen one is never written again.
    """

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="measures")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    # 2024, 2024-Q1, 2024-07 or plan; with its first and last local day.
    period = models.CharField(max_length=8)
    first_on = models.DateField()
    last_on = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    is_newest = models.BooleanField(default=True)
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    numerator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    passed = models.BooleanField(null=True)
    # The number of each counter behind the value, in the order of the target's measure.
    parts = models.JSONField(default=list)
    as_of = models.DateField()
    measured_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    typed = models.ForeignKey("TypedFigure", on_delete=models.PROTECT, null=True, related_name="+")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "period", "body", "version"], name="one_measure", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["target", "period", "body"],
                condition=Q(is_newest=True),
                name="one_newest_measure",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="measure_only_frozen_ones_have_successors",
                condition=Q(is_newest=True) | Q(frozen_at__isnull=False),
            ),
            models.CheckConstraint(name="measure_period_in_order", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(
                name="measure_parts_of_a_whole",
                condition=Q(denominator=None) | Q(denominator__gte=0, numerator__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["body", "period"], name="measure_body")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.period} {self.value}"


class TypedFigure(models.Model):
    """A figure that the body in charge typed in, with its evidence: never changed, the newest one counts."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="typed")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    # Typed by the plan's issuer or monitor for all whom it binds: many of them are no users of the system.
    is_for_whole_plan = models.BooleanField(default=False)
    period = models.CharField(max_length=8)
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    numerator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    text = models.TextField(blank=True)
    evidence_name = models.CharField(max_length=120)
    evidence_type = models.CharField(max_length=100)
    evidence_path = models.CharField(max_length=100, unique=True)
    evidence_sha256 = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TypedFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="typed_part_of_a_whole",
                condition=Q(numerator=None, denominator=None)
                | Q(numerator__gte=0, denominator__gt=0, numerator__lte=F("denominator")),
            )
        ]
        indexes = [models.Index(fields=["target", "period", "body", "-at"], name="typed_newest")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.period}"


class Freeze(models.Model):
    """That a figure was fixed as a version: when its period was over and its report handed in, or by a correction.

    `changes` says of a correction what it changed: {"before": {"value": .. }, "after": {"value": ..}}.
    """

    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, related_name="freeze")
    reason = models.CharField(max_length=500)
    changes = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.measure_id}"


class Touched(models.Model):
    """That something happened which may change figures of a body from a local day on; gone when they were recounted."""

    # What kind of thing, and which: a case's reference; recounted when that thing itself has been counted.
    source = models.CharField(max_length=16)
    subject = models.CharField(max_length=80)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "subject", "body", "since"], name="touched_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.subject}"
