"""What the citizen says after the petition, through the tracking code."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from feedback.models.petition import Petition


class Word(models.Model):
    """A supplement, or a withdrawal, in the citizen's own words.

    The history of the case says only that it came and its number: a line of history can never be erased, what a
    citizen wrote must be erasable.
    """

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", _("Supplement")
        WITHDRAWAL = "withdrawal", _("Withdrawal")

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="words")
    # The case whose history tells that it came, and the line.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    event_seq = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    # Of a withdrawal: the whole petition, or the part that the text names.
    is_whole = models.BooleanField(null=True)
    text = models.TextField(blank=True, default="")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("later word")
        verbose_name_plural = _("later words")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "number"], name="one_word_per_number"),
            models.CheckConstraint(
                name="word_kind_is_known", condition=Q(kind__in=["supplement", "withdrawal"])
            ),
            models.CheckConstraint(
                name="word_is_whole_iff_withdrawal",
                condition=Q(kind="withdrawal", is_whole__isnull=False) | Q(kind="supplement", is_whole=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id}: {self.kind} {self.number}"
