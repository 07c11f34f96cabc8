"""A dated report: what one body owes of one duty at one time, with its words and the figures it was handed in with."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from cases.models import Case
from plans.models.plan import Target
from plans.report_querysets import ReportQuerySet


class Report(models.Model):
    """Its clock, reminders and ladder are those of its case, of kind `report` (rulings on duties).

    Figures are worked out whenever it is looked at, until it is handed in: then they are frozen here as they were.
    """

    duty = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="reports")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("body"))
    # 2024, 2024-Q1 or plan; with its first and last local day.
    period = models.CharField(_("period"), max_length=8)
    first_on = models.DateField()
    last_on = models.DateField()
    # The last local day on which it is in time.
    due_on = models.DateField(_("due on"))
    # Whether it looks back over the plan from its beginning (interim and final reviews).
    is_review = models.BooleanField(default=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="report")
    words = models.TextField(_("words"), blank=True)
    words_version = models.PositiveIntegerField(default=0)
    # [{"code", "text", "period", "value", "numerator", "denominator", "passed", "comparator", "threshold", ...}], as plans.reports made them.
    figures = models.JSONField(null=True)
    handed_in_on = models.DateField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "body", "period"], name="one_report_per_period"),
            models.CheckConstraint(name="report_period_in_order", condition=Q(last_on__gte=F("first_on"))),
            models.CheckConstraint(
                name="report_figures_frozen_iff_handed_in",
                condition=Q(handed_in_on=None, handed_in_at=None, handed_in_by=None, figures=None)
                | Q(
                    handed_in_on__isnull=False,
                    handed_in_at__isnull=False,
                    handed_in_by__isnull=False,
                    figures__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["body", "due_on"], name="report_body")]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.body_id} {self.period}"

    @property
    def is_handed_in(self) -> bool:
        return self.handed_in_on is not None

    @property
    def was_in_time(self) -> bool | None:
        """Whether it was handed in by its day; None while it is still owed."""
        return None if self.handed_in_on is None else self.handed_in_on <= self.due_on
