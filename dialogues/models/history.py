"""The history of a dialogue: lines that are only ever added, each holding the hash of the one before."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dialogues.models.dialogue import Dialogue
from dialogues.stages import Stage


class DialogueEvent(models.Model):
    """One line: who did what to a dialogue, when, why. Never changed, never deleted (trigger and role)."""

    append_only = True

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=24)
    from_stage = models.CharField(max_length=17, choices=Stage, blank=True)
    to_stage = models.CharField(max_length=17, choices=Stage)
    # Null: the product itself, after a merger.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    # The fields of the move, as codes, days and numbers; of texts their hash. No personal data.
    details = models.JSONField(default=dict)
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "seq"], name="one_dialogue_line_per_number"),
            models.CheckConstraint(
                name="dialogue_event_not_before_it_was_true", condition=Q(recorded_at__gte=F("at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}/{self.seq} {self.move}"
