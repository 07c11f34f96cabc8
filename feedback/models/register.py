"""Which lines of which old books have come in, so that none comes in twice."""

from django.db import models

from bodies.models import Body
from feedback.models.petition import Petition


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
