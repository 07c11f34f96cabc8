"""What papers the desk took with a petition, as it acknowledged them in writing."""

from django.conf import settings
from django.db import models

from feedback.models.petition import Petition
from feedback.querysets import AcknowledgementQuerySet


class Acknowledgement(models.Model):
    """One acknowledgement of papers, given to whoever brought them: it is printed again from here, and never changed.

    `papers`: one on each line, as the clerk wrote them.
    """

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="acknowledgements")
    number = models.PositiveSmallIntegerField()
    papers = models.TextField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "number"], name="one_acknowledgement_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.petition_id}: {self.number}"

    @property
    def lines(self) -> list[str]:
        return self.papers.split("\n")
