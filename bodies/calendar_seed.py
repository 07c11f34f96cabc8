"""What the calendar is loaded from: the public holidays of the `holidays` library, and the decisions that it lacks.

Only loading imports this module; the library is a seed, and no process that counts days carries it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import holidays
import yaml
from django.db import transaction

from bodies.calendars import Layer, SpecialDay
from bodies.models import CalendarDay, CalendarState
from bodies.working_days import LAYERS

FILE = Path(__file__).parent / "data" / "calendar.yaml"


@dataclass(frozen=True, slots=True)
class Seed:
    days: tuple[SpecialDay, ...]
    roll_forward: bool


@cache
def read_seed(path: Path = FILE) -> Seed:
    """The days of every year that the file names, in the order of their dates."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    exceptions = [
        SpecialDay(
            row["date"],
            Layer.EXCEPTION,
            row["name"],
            is_working=row["working"],
            document=row["document"],
        )
        for row in told["exceptions"]
    ]
    days = [*_listed(told["years"]["from"], told["years"]["to"], told["unconfirmed"]), *exceptions]
    return Seed(tuple(sorted(days, key=lambda day: (day.on, day.layer))), told["roll_forward"])


def _listed(first: int, last: int, unconfirmed: list[dict[str, Any]]) -> list[SpecialDay]:
    """The days off and the worked Saturdays of these years, as the library lists them."""
    # It learns of a worked Saturday only with the year of the day off it is swapped for, which may be the next one
    # (27/12/2014 for 02/01/2015): every year is populated, and one more at each end, before they are read.
    listed = holidays.country_holidays("VN", language="vi", years=range(first - 1, last + 2))
    swapped = {on: _swapped_name(on, listed) for on in listed.weekend_workdays}
    days = [SpecialDay(on, Layer.SWAPPED, name, is_working=True) for on, name in swapped.items()]
    for on, name in listed.items():
        mark = next((doubt["mark"] for doubt in unconfirmed if doubt["name"] in name), "")
        days.append(SpecialDay(on, Layer.HOLIDAY, name, is_working=False, mark=mark))
    return [day for day in days if date(first, 1, 1) <= day.on <= date(last, 12, 31)]


def _swapped_name(saturday: date, listed: holidays.HolidayBase) -> str:
    """Which day off the Saturday is worked for; the library says it only the other way round."""
    written = f"{saturday:%d/%m/%Y}"
    off = next((on for on, name in listed.items() if written in name), None)
    return f"Làm bù (thay cho ngày {off:%d/%m/%Y})" if off else "Làm bù"


@transaction.atomic
def load_calendar(seed: Seed) -> Counter[str]:
    """Make the holidays and worked Saturdays those of the seed; add its exceptions where no office has said anything.

    Doing it twice changes nothing. What an office wrote is never overwritten: its exceptions, and whether limits roll.
    """
    CalendarState.objects.get_or_create(pk=1)
    CalendarState.objects.select_for_update().get(pk=1)  # one load at a time
    present = {(row.date, LAYERS[row.layer]): row for row in CalendarDay.objects.all()}
    wanted = {(day.on, day.layer): day for day in seed.days}
    if not any(layer == Layer.HOLIDAY for _on, layer in present):
        CalendarState.objects.filter(pk=1).update(roll_forward=seed.roll_forward)

    new = [_row(day) for key, day in wanted.items() if key not in present]
    seeded = {key: row for key, row in present.items() if key[1] != Layer.EXCEPTION}
    gone = [row.pk for key, row in seeded.items() if key not in wanted]
    changed = [row for key, row in seeded.items() if key in wanted and _take_over(row, wanted[key])]
    if new:
        CalendarDay.objects.bulk_create(new)
    if gone:
        CalendarDay.objects.filter(pk__in=gone).delete()
    if changed:
        CalendarDay.objects.bulk_update(changed, _SAID)
    unchanged = len(present) - len(gone) - len(changed)
    return Counter(created=len(new), changed=len(changed), removed=len(gone), unchanged=unchanged)


_SAID = ["is_working", "name", "document", "mark"]


def _row(day: SpecialDay) -> CalendarDay:
    row = CalendarDay(date=day.on, layer=next(value for value, layer in LAYERS.items() if layer == day.layer))
    _take_over(row, day)
    return row


def _take_over(row: CalendarDay, day: SpecialDay) -> bool:
    """Let the row say what the seed says of the day; tell whether it said something else."""
    differs = any(getattr(row, name) != getattr(day, name) for name in _SAID)
    for name in _SAID:
        setattr(row, name, getattr(day, name))
    return differs
