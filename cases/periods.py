"""Periods of reports: any span of days, calendar months, quarters and years, and the inspectorate's own as dated data. Pure."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from bodies.refusals import BadInput

SHIPPED = Path(__file__).parent / "data" / "reporting_periods.yaml"
_CODE = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])|tt-(?P<named>[a-z0-9]+)))?"
)


@dataclass(frozen=True)
class Period:
    """A span of local days, both ends in it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise BadInput.of("from", _("The period ends before it begins."))

    def grains(self) -> Iterator[tuple[str, date]]:
        """The whole years, whole months and single days that make up the period: (y, m or d; first day)."""
        day = self.first
        while day <= self.last:
            for grain, last in (("y", date(day.year, 12, 31)), ("m", last_of_month(day)), ("d", day)):
                begins = grain == "d" or (day.day == 1 and (grain == "m" or day.month == 1))
                if begins and last <= self.last:
                    yield grain, day
                    day = last + timedelta(days=1)
                    break


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def period_of(code: str) -> Period:
    """2026, 2026-Q3, 2026-07, or one of the inspectorate's: 2026-tt-year, 2026-tt-q1. Raises BadInput."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise BadInput.of("period", _("Name a period like 2026, 2026-Q3, 2026-07 or 2026-tt-q1."))
    year = int(found["year"])
    if not 1900 <= year <= 9000:
        raise BadInput.of("period", _("Name a period like 2026, 2026-Q3, 2026-07 or 2026-tt-q1."))
    if found["named"]:
        return _named(year, found["named"])
    if found["month"]:
        first = date(year, int(found["month"]), 1)
        return Period(first, last_of_month(first))
    if found["quarter"]:
        first = date(year, 3 * int(found["quarter"]) - 2, 1)
        return Period(first, last_of_month(date(year, first.month + 2, 1)))
    return Period(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True)
class Cut:
    """One row of the data file: a named period of every year from a day on, with its basis and mark."""

    code: str
    valid_from: date
    from_year: int
    begins: tuple[int, int]
    ends: tuple[int, int]
    basis: str
    mark: str


@lru_cache(maxsize=2)
def cuts(path: Path = SHIPPED) -> tuple[Cut, ...]:
    """The rows of the data file; it changes with the product, not while it runs."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Cut(
            row["code"],
            row["valid_from"],
            row.get("from_year", 0),
            _month_and_day(row["from"]),
            _month_and_day(row["to"]),
            row["basis"],
            row["mark"],
        )
        for row in rows
    )


def _named(year: int, code: str) -> Period:
    known = [cut for cut in cuts() if cut.code == code and cut.valid_from.year <= year]
    if not known:
        raise BadInput.of(
            "period",
            _("There is no such reporting period in %(year)d: %(code)s.") % {"year": year, "code": code},
        )
    cut = max(known, key=lambda row: row.valid_from)
    return Period(date(year + cut.from_year, *cut.begins), date(year, *cut.ends))


def _month_and_day(text: str) -> tuple[int, int]:
    month, _dash, day = text.partition("-")
    return int(month), int(day)
