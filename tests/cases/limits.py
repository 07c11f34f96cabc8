"""What the tests of time limits share: the loaded calendar, a rule in one line, and a way to write days down."""

from datetime import date

from bodies.calendar_seed import read_seed
from bodies.calendars import Calendar
from cases.time_limits import Pause, Rule, Unit

CALENDAR = Calendar(
    version=1, days=read_seed().days, known_from=date(2012, 1, 1), known_to=date(2050, 12, 31)
)


def a_rule(amount, unit=Unit.CALENDAR_DAY, **details):
    return Rule(code="a.rule", unit=Unit(unit), amount=amount, **details)


def day(written):
    return date.fromisoformat(written)


def paused(start, end=None, document=""):
    return Pause(day(start), day(end) if end else None, document)


def told(due):
    """The explanation as lines of (from, to, counted, why)."""
    return [
        (
            stretch.from_.isoformat(),
            stretch.to.isoformat() if stretch.to else None,
            stretch.counted,
            stretch.why,
        )
        for stretch in due.explanation
    ]
