"""One legal time limit running on one case."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import Case
from cases.models.time_limit import TimeLimit
from cases.querysets import ClockQuerySet


class Clock(models.Model):
    """Rule, start, pauses, extensions, due day, met day. All days are local days; written by cases.workflow only."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("clock", "Running")
        PAUSED = "paused", pgettext_lazy("clock", "Paused")
        MET = "met", pgettext_lazy("clock", "Met")
        MET_LATE = "met_late", pgettext_lazy("clock", "Met late")
        STOPPED = "stopped", pgettext_lazy("clock", "Stopped")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    rule = models.CharField(_("rule"), max_length=60)
    # The row of the law it is reckoned by; null for a fixed day.
    limit = models.ForeignKey(TimeLimit, on_delete=models.PROTECT, null=True, related_name="+")
    situation = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # Whether the case is judged on time by it (rulings on clocks).
    is_deciding = models.BooleanField(default=False)
    started_on = models.DateField()
    # A fixed due day and who named it: the chair, the plan.
    fixed_on = models.DateField(null=True)
    fixed_by = models.CharField(max_length=200, blank=True, default="")
    # [{"from": day, "to": day or null, "document": text}] and
    # [{"days": n, "dated_on": day, "number": text, "signer": text}].
    pauses = models.JSONField(default=list)
    extensions = models.JSONField(default=list)
    # A situation was withdrawn: the due day is reckoned anew, but never before that day.
    not_before = models.DateField(null=True)

    original_due_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    met_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    # [{"from": day, "to": day, "counted": n, "why": text}], frozen when the clock ends; a live clock is explained
    # when it is read, in the reader's language (cases.clocks.explain).
    explanation = models.JSONField(default=list)
    calendar_version = models.PositiveIntegerField()

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["started_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="clock_met_on_iff_met",
                condition=Q(state__in=["met", "met_late"], met_on__isnull=False)
                | (~Q(state__in=["met", "met_late"]) & Q(met_on=None)),
            ),
            models.CheckConstraint(
                name="clock_stopped_on_iff_stopped",
                condition=Q(state="stopped", stopped_on__isnull=False)
                | (~Q(state="stopped") & Q(stopped_on=None)),
            ),
            models.CheckConstraint(
                name="clock_running_has_a_due_day", condition=~Q(state="running") | Q(due_on__isnull=False)
            ),
            models.CheckConstraint(
                name="clock_paused_has_none", condition=~Q(state="paused") | Q(due_on=None)
            ),
            models.CheckConstraint(
                name="clock_limit_or_fixed", condition=Q(limit__isnull=False) ^ Q(fixed_on__isnull=False)
            ),
            models.UniqueConstraint(
                name="one_live_clock_per_rule",
                fields=["case", "rule"],
                condition=Q(state__in=["running", "paused"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["calendar_version"],
                name="clock_calendar",
                condition=Q(state__in=["running", "paused"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in {self.State.RUNNING, self.State.PAUSED}
