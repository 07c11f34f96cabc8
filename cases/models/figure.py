"""What is counted: the facts of each case (cases.facts), and cells in which they are added up beforehand."""

from django.db import models

from bodies.models import Body
from cases.codes import Kind
from cases.models.case import Case

TAKEN_BACK = models.Q(until__isnull=False) & ~models.Q(what__in=["open", "late"])


class CaseFact(models.Model):
    """One fact of one case, as cases.facts works it out; kind and flag of the case stand with it as they were counted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="facts")
    what = models.CharField(max_length=12)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    is_imported = models.BooleanField(default=False)
    day = models.DateField()
    until = models.DateField(null=True)
    on_time = models.BooleanField(null=True)
    days = models.PositiveIntegerField(null=True)
    working_days = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_fact_lasts", condition=models.Q(until=None) | models.Q(until__gt=models.F("day"))
            )
        ]
        indexes = [
            models.Index(fields=["what", "body", "day"], name="case_fact_body"),
            # Ends that were taken back: the cells leave them out.
            models.Index(fields=["day"], name="case_fact_taken_back", condition=TAKEN_BACK),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what} {self.day}"


class Recount(models.Model):
    """That a case may count otherwise than its facts say; gone when it was counted again."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return str(self.case_id)


class FigureCell(models.Model):
    """How often something happened on a day, in a month or in a year, in one body and kind of case.

    `measure` is a fact (received, closed ...), its end (open_ended, late_ended), on_time, judged, or a histogram: days and
    working_days count the closings that took exactly `value` days. Sums of cells are exact.
    """

    class Grain(models.TextChoices):
        DAY = "d"
        MONTH = "m"
        YEAR = "y"

    grain = models.CharField(max_length=1, choices=Grain)
    # The first day of the grain.
    on = models.DateField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    is_imported = models.BooleanField()
    measure = models.CharField(max_length=12)
    value = models.IntegerField(default=0)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "on", "measure", "body", "kind", "is_imported", "value"],
                name="one_cell",
                include=["count"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.grain} {self.on}"


class FigureCheck(models.Model):
    """That all facts and cells were worked out anew on a day, and how many had not been what they should be: none."""

    day = models.DateField(unique=True)
    cases_wrong = models.PositiveIntegerField()
    cells_wrong = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)
