"""The minutes of a dialogue, what those present said of the draft, and the conclusions of the chair."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from dialogues.models.dialogue import Dialogue
from dialogues.models.question import Question
from dialogues.querysets import ConclusionQuerySet


class Minutes(models.Model):
    """The text that is drafted, commented on, signed. Once `locked_at` stands, no column changes (trigger)."""

    dialogue = models.OneToOneField(Dialogue, on_delete=models.PROTECT, related_name="minutes")
    text = models.TextField(_("text"))
    # Each new draft has the next number; comments name the one they speak of.
    draft = models.PositiveSmallIntegerField(default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    # The chair stated that there is none: without it minutes without conclusions are not locked.
    has_no_conclusions = models.BooleanField(default=False)
    # Number, date and signer of the signed paper.
    document = models.JSONField(default=dict)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="minutes_say_something", condition=Q(text__gt="")),
            models.CheckConstraint(
                name="minutes_locked_by_a_paper", condition=Q(locked_at=None) | ~Q(document={})
            ),
        ]

    def __str__(self) -> str:
        return f"minutes of {self.dialogue_id}"


class Comment(models.Model):
    """What one of those present said of a draft of the minutes."""

    append_only = True

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="comments")
    draft = models.PositiveSmallIntegerField()
    # For whom it speaks, in words of the host: "trưởng thôn Vồng". Not a sealed identity: an office, not a resident.
    spoken_for = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dialogue", "id"], name="comment_dialogue")]

    def __str__(self) -> str:
        return f"comment on {self.dialogue_id}"


class Conclusion(models.Model):
    """One thing the chair promised. Who does it, until when and what became of it is its case of kind `conclusion`."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="conclusions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    # What must be shown before it counts as done.
    proof = models.CharField(_("proof"), max_length=500, blank=True, default="")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="conclusion")
    # The questions it answers: who asked follows it with the code of the question.
    questions = models.ManyToManyField(Question, related_name="conclusions", blank=True)

    objects = ConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conclusion")
        verbose_name_plural = _("conclusions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "position"], name="one_conclusion_per_position"),
            models.CheckConstraint(name="conclusion_says_something", condition=Q(text__gt="")),
        ]

    def __str__(self) -> str:
        return f"conclusion {self.position} of {self.dialogue_id}"
