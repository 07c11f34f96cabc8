"""How the citizen found the answer, and what followed from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case
from feedback.models.petition import Petition
from feedback.querysets import VerdictQuerySet


class Verdict(models.Model):
    """A score of 1 to 5 on one answer, once. A bad one given soon asks for reopening: a person decides."""

    class Reopening(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("reopening", "Waiting for a decision")
        GRANTED = "granted", pgettext_lazy("reopening", "Reopened")
        REFUSED = "refused", pgettext_lazy("reopening", "Not reopened")

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="verdicts")
    # The case that gave the answer: the petition's own, or the one that was joined to.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verdicts")
    # Which answer: its line in the case's history.
    answer_seq = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True, default="")
    given_at = models.DateTimeField()
    # Empty: nobody asked for it.
    reopening = models.CharField(_("reopening"), max_length=8, choices=Reopening, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    # Told to the citizen where the request was refused.
    reason = models.TextField(_("reason"), blank=True, default="")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.UniqueConstraint(fields=["petition", "case", "answer_seq"], name="one_verdict_per_answer"),
            models.CheckConstraint(name="verdict_score_is_1_to_5", condition=Q(score__gte=1, score__lte=5)),
            models.CheckConstraint(
                name="verdict_reopening_is_known",
                condition=Q(reopening__in=["", "waiting", "granted", "refused"]),
            ),
            models.CheckConstraint(
                name="verdict_only_a_bad_one_reopens", condition=Q(reopening="") | Q(score__lte=2)
            ),
            models.CheckConstraint(
                name="verdict_decided_iff_not_waiting",
                condition=Q(reopening__in=["", "waiting"], decided_by=None, decided_at=None)
                | Q(reopening__in=["granted", "refused"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="verdict_decided_after_it_was_given",
                condition=Q(decided_at=None) | Q(decided_at__gte=F("given_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["-given_at", "-id"], name="verdict_given"),
            models.Index(fields=["case"], name="verdict_waiting", condition=Q(reopening="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id}: {self.score}"
