"""Which lines of which old books have come in, so that none comes in twice."""

from uuid import UUID, uuid5

from django.conf import settings
from django.db import models

from bodies.models import Body
from feedback.models.petition import Petition
from feedback.querysets import RegisterFileQuerySet


class RegisterLine(models.Model):
    """One line of a reception book and the petition it became.

    `fingerprint` is a keyed hash of what the line said, without its date: it tells a changed line, and tells nothing else.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sheet = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    date = models.DateField()
    fingerprint = models.CharField(max_length=64)
    petition = models.OneToOneField(Petition, on_delete=models.PROTECT, related_name="register_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "year", "sheet", "number", "date"], name="register_line_comes_in_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.sheet} {self.number}"


class RegisterFile(models.Model):
    """A book that was handed in to be read and then imported, sealed like the people in it, and forgotten after a while.

    Two jobs belong to it, whose ids follow from its own: one that reads it and writes nothing, one that takes it in.
    """

    id = models.UUIDField(primary_key=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The book as it came: bytes of it, and the box that they lie in.
    size = models.PositiveIntegerField()
    box = models.BinaryField()
    key_id = models.CharField(max_length=20)
    # The copy that tells what could not be read; nothing where there was nothing to tell.
    copy_size = models.PositiveIntegerField(null=True)
    copy_box = models.BinaryField(null=True)
    copy_key_id = models.CharField(max_length=20, blank=True, default="")

    objects = RegisterFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["body", "-at"], name="register_file_body")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def reading(self) -> UUID:
        """The id of the job that reads it."""
        return uuid5(self.pk, "read")

    @property
    def taking_in(self) -> UUID:
        """The id of the job that imports it, once somebody confirmed what was read."""
        return uuid5(self.pk, "import")
