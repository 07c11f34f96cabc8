"""What is asked at a dialogue: collected before it or raised in the room."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body, Person
from cases.models import Case, Subject
from dialogues.codes import Brought, QuestionState
from dialogues.models.dialogue import Dialogue
from dialogues.querysets import QuestionQuerySet


class Question(models.Model):
    """One question. Who asks is sealed in bodies; what is not answered in the room is taken away as a case.

    The tracking code is a keyed function of the id; the row holds only what finds it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    brought = models.CharField(max_length=8, choices=Brought)
    # None: nobody gave a name.
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="questions")
    tracking_hash = models.BinaryField(unique=True)
    # The body that collected it (MTTQ, the host); none: the portal.
    collected_by = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.OPEN)
    answer = models.TextField(_("answer"), blank=True, default="")
    # By whom it was answered in the room: a body that was there.
    answered_by = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    # What was not answered is a case of its own; joined to one already open it says so itself.
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="question")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "number"], name="one_question_per_number"),
            models.CheckConstraint(name="question_brought_is_known", condition=Q(brought__in=Brought.values)),
            models.CheckConstraint(
                name="question_state_is_known", condition=Q(state__in=QuestionState.values)
            ),
            models.CheckConstraint(name="question_says_something", condition=Q(text__gt="")),
            models.CheckConstraint(
                name="question_case_iff_taken_away",
                condition=Q(state="taken_away", case__isnull=False) | (~Q(state="taken_away") & Q(case=None)),
            ),
            models.CheckConstraint(
                name="question_answer_iff_answered",
                condition=Q(state="answered", answer__gt="", answered_by__isnull=False)
                | (~Q(state="answered") & Q(answered_by=None)),
            ),
            models.CheckConstraint(
                name="question_settled_iff_not_open",
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="question_asked")]

    def __str__(self) -> str:
        return f"question {self.number} of {self.dialogue_id}"
