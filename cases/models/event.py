"""The history of a case: lines that are only ever added, each holding the hash of the one before."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from bodies.models import Body
from cases.models.case import Case
from cases.parts import ActorKind
from cases.querysets import EventQuerySet
from cases.stages import Stage


class Event(models.Model):
    """One line of history: who did what to a case, when, why. Never changed, never deleted (trigger and role).

    Text is frozen at the act. `at` is when it is true, `recorded_at` when it was written down; order and chain
    follow `seq`.
    """

    append_only = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=24)
    from_stage = models.CharField(max_length=16, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=16, choices=Stage)
    # Who holds the case after it.
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=8, choices=ActorKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    # The fields of the move and what it did to the clocks, as codes, days and frozen texts; no personal data.
    details = models.JSONField(default=dict)
    previous = models.BinaryField()
    hash = models.BinaryField()

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_line_per_number"),
            models.CheckConstraint(
                name="event_user_iff_by_user",
                condition=Q(actor="user", by__isnull=False) | (~Q(actor="user") & Q(by=None)),
            ),
            models.CheckConstraint(
                name="event_not_before_it_was_true", condition=Q(recorded_at__gte=models.F("at"))
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="event_recorded")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.move}"


class DailyHead(models.Model):
    """One hash over the heads of all histories at the end of a local day: to be printed, signed and kept elsewhere."""

    append_only = True

    day = models.DateField(unique=True)
    cases = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    hash = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)
