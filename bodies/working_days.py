"""The calendar in force, read from its rows, and the ways in which the rows change."""

from datetime import date, datetime
from functools import lru_cache

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.calendars import Calendar, Layer, SpecialDay
from bodies.models import Announcement, CalendarDay, CalendarState, User
from bodies.refusals import BadInput
from bodies.text import tidy

LAYERS = {
    CalendarDay.Layer.EXCEPTION.value: Layer.EXCEPTION,
    CalendarDay.Layer.SWAPPED.value: Layer.SWAPPED,
    CalendarDay.Layer.HOLIDAY.value: Layer.HOLIDAY,
}


def current_calendar() -> Calendar:
    """The calendar as it stands in the database now: one cheap query, and the value kept for that version.

    So a new holiday counts in every process at once, without a restart.
    """
    return _calendar(CalendarState.objects.values_list("version", flat=True).get(pk=1))


# A version is never given twice, not even after a roll-back. Two are kept: one transaction may still see the old one.
@lru_cache(maxsize=2)
def _calendar(version: int) -> Calendar:
    state = CalendarState.objects.get(pk=1)
    rows = CalendarDay.objects.values_list("date", "layer", "name", "is_working", "document", "mark")
    days = tuple(
        SpecialDay(on, LAYERS[layer], name, is_working, document, mark)
        for on, layer, name, is_working, document, mark in rows
    )
    years = [day.on.year for day in days if day.layer == Layer.HOLIDAY]
    return Calendar(
        version=version,
        days=days,
        roll_forward=state.roll_forward,
        # A year has its holidays or was not loaded; an exception of an office alone does not make it known
        known_from=date(min(years), 1, 1) if years else date.max,
        known_to=date(max(years), 12, 31) if years else date.min,
    )


@transaction.atomic
def set_day(
    day: date, *, working: bool, name: str, document: str, by: User | None, at: datetime
) -> CalendarDay:
    """Say of one day that it is worked, or that it is off, whatever the holidays say. Raises BadInput.

    Clocks find by the version of the calendar that they must be reckoned again.
    """
    said = {"is_working": working, "name": tidy(name), "document": tidy(document), "mark": ""}
    if errors := faults_of(day, said["name"], said["document"]):
        raise BadInput(errors)
    row = CalendarDay.objects.filter(date=day, layer=CalendarDay.Layer.EXCEPTION).first()
    if row and all(getattr(row, field) == value for field, value in said.items()):
        return row
    row, _made = CalendarDay.objects.update_or_create(
        date=day, layer=CalendarDay.Layer.EXCEPTION, defaults=said
    )
    _announce(day, {"working": working, "document": row.document}, by=by, at=at)
    return row


@transaction.atomic
def remove_day(day: date, *, by: User | None, at: datetime) -> None:
    """Take back what was said of one day: it is again what the holidays and its weekday say. Raises BadInput."""
    gone, _rows = CalendarDay.objects.filter(date=day, layer=CalendarDay.Layer.EXCEPTION).delete()
    if not gone:
        raise BadInput.of("date", _("There is no exception on this day."))
    _announce(day, {"working": None}, by=by, at=at)


def faults_of(day: date, name: object, document: object) -> dict[str, list[str]]:
    """What keeps this from being said of a day: field name -> sentences, for forms; empty: nothing does."""
    calendar = current_calendar()
    errors: dict[str, list[str]] = {}
    if not calendar.known_from <= day <= calendar.known_to:
        errors["date"] = [_("The holidays of this year are not loaded.")]
    for field, value in {"name": name, "document": document}.items():
        if not value:
            errors[field] = [_("This cannot be empty.")]
        elif len(str(value)) > 200:
            errors[field] = [_("This can be 200 characters long at most.")]
    return errors


def _announce(day: date, facts: dict[str, object], *, by: User | None, at: datetime) -> None:
    Announcement.objects.create(
        topic="calendar.changed",
        subject=day.isoformat(),
        day=timezone.localdate(at),
        facts={**facts, "by": by.pk if by else None},
        at=at,
    )
