"""The time limits of the law and of the house, as dated rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body


class TimeLimit(models.Model):
    """One limit in force from one day to another (both inclusive): so many days of a unit, counted from an act.

    Rows come from `cases/data/time_limits.csv`; a body may have house rows of its own. Nothing legal is a constant.
    """

    class Unit(models.TextChoices):
        CALENDAR_DAY = "calendar_day", _("calendar days")
        WORKING_DAY = "working_day", _("working days")
        CALENDAR_DAY_BEFORE = "calendar_day_before", _("calendar days before")

    code = models.CharField(_("rule"), max_length=60)
    # Null: the rule of all bodies. A body's own row (house rules only) goes before it.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20)
    instance = models.CharField(max_length=16, blank=True)
    stage = models.CharField(max_length=24)
    # The flags that must all be on the case; empty is the normal row.
    situation = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    applies_when = models.CharField(max_length=200, blank=True)
    amount = models.PositiveSmallIntegerField(_("days"))
    unit = models.CharField(max_length=20, choices=Unit)
    counted_from = models.CharField(max_length=80)
    met_by = models.CharField(max_length=80)
    extendable_times = models.PositiveSmallIntegerField(default=0)
    extension_amount = models.PositiveSmallIntegerField(null=True, blank=True)
    pause_basis = models.CharField(max_length=200, blank=True)
    pause_from = models.DateField(null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=300)
    # How sure the row is: SEEN, RECALLED, CONFLICT, HOUSE; shown beside the limit.
    mark = models.CharField(_("mark"), max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "body", "situation", "valid_from"],
                name="one_limit_per_situation_and_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="limit_unit_is_known",
                condition=Q(unit__in=["calendar_day", "working_day", "calendar_day_before"]),
            ),
            models.CheckConstraint(
                name="limit_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="limit_extension_has_days",
                condition=Q(extendable_times=0) | Q(extension_amount__isnull=False, extension_amount__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.code
