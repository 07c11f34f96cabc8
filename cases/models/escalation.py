"""What climbed, and who was told: the rungs that were reached, and the notices of the duty to inform."""

from django.conf import settings
from django.db import models

from bodies.models import Body
from cases.models.case import Case
from cases.models.clock import Clock
from cases.querysets import NoticeQuerySet


class Escalation(models.Model):
    """One level that one clock reached for one due day. The constraint makes twice impossible, whoever sweeps."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="escalations")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="escalations")
    due_on = models.DateField()
    level = models.SmallIntegerField()
    # When it became true, and when the sweep wrote it down.
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # Codes of the bodies that were reached.
    bodies = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "due_on", "level"], name="one_escalation_per_level")
        ]
        indexes = [models.Index(fields=["case", "at"], name="escalation_case")]

    def __str__(self) -> str:
        return f"{self.case_id} level {self.level}"


class Notice(models.Model):
    """That one body was made to know of one case, why and when, and who of it opened it (000 III.3.4, 004 II.3.2)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    # duty, group, hot_spot, third_transfer, third_petition, direct.
    why = models.CharField(max_length=20)
    at = models.DateTimeField()
    people = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "body", "why"], name="one_notice_per_reason")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.body_id} {self.why}"
