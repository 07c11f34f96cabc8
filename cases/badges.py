"""How the nearest due day of a case is said at one glance: words, a sign and a colour, never the colour alone. Pure."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodies.calendars import Calendar, working_days_between

# Working days: from here on it is soon (the first reminder of the ladders).
SOON = 3


@dataclass(frozen=True)
class Badge:
    """`look` is one of late, today, soon, calm, paused, done; `icon` names a sign of desk/icons.svg or nothing."""

    look: str
    icon: str
    words: str


def badge(due_on: date | None, today: date, calendar: Calendar, *, ended: bool, paused: bool) -> Badge:
    """How a case stands on a local day, by its nearest running clock."""
    if ended:
        return Badge("done", "done", _("Ended"))
    if due_on is None:
        return Badge("paused", "paused", _("Paused")) if paused else Badge("calm", "", _("No date"))
    if due_on < today:
        days = (today - due_on).days
        return Badge(
            "late", "late", ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
        )
    if due_on == today:
        return Badge("today", "today", _("Due today"))
    left = working_days_between(today, due_on, calendar)
    words = ngettext("%(days)d working day left", "%(days)d working days left", left) % {"days": left}
    return Badge("soon" if left <= SOON else "calm", "today" if left <= SOON else "", words)
