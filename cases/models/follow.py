"""That somebody wants to hear what becomes of a case, whoever works on it."""

from django.conf import settings
from django.db import models

from cases.models.case import Case


class Follow(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="one_follow_each")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.case_id}"
