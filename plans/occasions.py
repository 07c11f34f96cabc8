"""When a dated duty falls due: a report by a day of each year, of each quarter, or of once. Pure.

A deadline is always "before" its day: the report is in time on the day before it (000 V.8: trước ngày 10/12). Days are
local calendar days; a day off moves nothing, for the plan names the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plans.models import Plan, Target
from plans.terms import FAR_OFF, WHOLE, Term, term_of

# A report due this early in a year is about the year before.
_LAST_YEARS = 2


@dataclass(frozen=True)
class Occasion:
    """One time at which a report is owed: about which period, until when, and whether it looks back over the whole plan."""

    term: Term
    due_on: date
    is_review: bool = False


def occasions(duty: Target, plan: Plan, first: date, last: date) -> Iterator[Occasion]:
    """The occasions of a duty that fall due within these days, in order; none for a duty without a day."""
    begins, ends = duty.lasts_on(plan)
    for due_on, code in sorted(_days(duty.deadline or {}, first.year, last.year)):
        if not first <= due_on <= last or not begins <= due_on <= (ends or FAR_OFF):
            continue
        term = term_of(plan, code)
        yield Occasion(term, due_on, due_on.year in (duty.deadline or {}).get("reviews", []))


def _days(deadline: dict[str, object], first: int, last: int) -> Iterator[tuple[date, str]]:
    match deadline:
        case {"date": str(named)}:
            yield date.fromisoformat(named) - timedelta(days=1), WHOLE
        case {"months": list(months), "day": int(day)}:
            for year in range(first, last + 1):
                for month in months:
                    yield date(year, month, day) - timedelta(days=1), f"{year}-Q{(month + 2) // 3}"
        case {"month": int(month), "day": int(day)}:
            for year in range(first, last + 1):
                about = year - 1 if month <= _LAST_YEARS else year
                yield date(year, month, day) - timedelta(days=1), str(about)
