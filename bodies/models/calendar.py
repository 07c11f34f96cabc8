"""Which days are worked: the public holidays, the swapped days and the exceptions, as rows that an office edits."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day that is not what its weekday says. An exception goes before a swapped day, that before a holiday."""

    class Layer(models.TextChoices):
        EXCEPTION = "exception", _("Exception")
        SWAPPED = "swapped", _("Swapped day")
        HOLIDAY = "holiday", _("Holiday")

    date = models.DateField(_("date"))
    layer = models.CharField(_("layer"), max_length=10, choices=Layer)
    is_working = models.BooleanField(_("worked"), default=False)
    name = models.CharField(_("name"), max_length=200)
    document = models.CharField(_("document"), max_length=200, blank=True)
    # How sure the row is, in the law's own marks (SEEN, RECALLED ...); empty where the library names a source.
    mark = models.CharField(_("mark"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["date", "layer"], name="one_calendar_day_per_layer"),
            models.CheckConstraint(
                name="calendar_layer_is_known", condition=Q(layer__in=["exception", "swapped", "holiday"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarState(models.Model):
    """The one row that says which version of the calendar is in force; a trigger raises it with every change of a day.

    Clocks keep the version they were reckoned with: what is older is reckoned again.
    """

    version = models.PositiveIntegerField(default=1)
    # Whether a calendar-day limit ending on a day off moves to the next working day (Civil Code 2015, Arts 147-148).
    roll_forward = models.BooleanField(_("roll forward over days off"), default=True)

    class Meta:
        constraints = [models.CheckConstraint(name="one_calendar_state", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.version)
