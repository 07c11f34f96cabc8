"""Files of a case: proof, letters, photos. The bytes lie outside the web root under a random name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case


class CaseFile(models.Model):
    """One file: its kind found from its content, its hash, and the line of history that brought it.

    `name` is what it is shown and saved as; made by us from what the file is for, so that it holds no personal data.
    """

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", _("Not scanned")
        CLEAN = "clean", _("Clean")
        INFECTED = "infected", _("Infected")

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    # Null: uploaded, not yet named by a move.
    event_seq = models.PositiveIntegerField(null=True)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField()
    path = models.CharField(max_length=100, unique=True)
    scan = models.CharField(max_length=11, choices=Scan, default=Scan.NOT_SCANNED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="file_scan_is_known", condition=Q(scan__in=["not_scanned", "clean", "infected"])
            ),
        ]
        indexes = [models.Index(fields=["case", "event_seq"], name="file_case")]

    def __str__(self) -> str:
        return self.name
