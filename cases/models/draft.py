"""What somebody typed and has not sent."""

from django.conf import settings
from django.db import models

from cases.models.case import Case


class Draft(models.Model):
    """The fields of one form of one case as one person left them: theirs alone, until the move is made or 30 days passed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The move whose form it is.
    move = models.CharField(max_length=24)
    # {field: [what was typed, as it was typed]}
    typed = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user", "move"], name="one_draft_per_form_and_person")
        ]
        indexes = [models.Index(fields=["kept_at"], name="draft_kept")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.move}"
