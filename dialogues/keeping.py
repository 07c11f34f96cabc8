"""Who keeps the logs of a body, and the checks and the striking out that all logs share."""

from datetime import date, datetime
from typing import Protocol

from django.utils.translation import gettext as _

from bodies.models import Body, Role, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from bodies.text import tidy

# Everybody who works there but who only looks after people, bodies and calendars.
KEEPS = tuple(role.value for role in Role if role != Role.ADMINISTRATOR)

# Nothing older is written down here; no clock was ever reckoned from so long ago.
EARLIEST = date(2000, 1, 1)


class Log(Protocol):
    """What can be struck out."""

    struck_at: datetime | None
    struck_by: User | None
    struck_reason: str


def check_keeper(bodies: list[Body], by: User, *, on: date, field: str) -> None:
    """Raises Refused for somebody who works in none of these bodies."""
    if not {body.pk for body in bodies} & standing_of(by, on).bodies(*KEEPS):
        raise Refused(_("You do not keep the log of this body."), field=field)


def check_day(day: date, *, today: date, bodies: dict[str, Body]) -> None:
    """Raises BadInput for a day to come, or one on which a body (by field) was closed."""
    if day < EARLIEST:
        raise BadInput.of("day", _("This lies too far back."))
    if day > today:
        raise BadInput.of("day", _("This lies in the future."))
    for field, body in bodies.items():
        if not body.is_open_on(day):
            raise BadInput.of(field, _("%(body)s is closed on that day.") % {"body": body.name})


def check_words(text: str, *, field: str) -> str:
    """The text as it is kept. Raises BadInput where nothing is said."""
    if not (kept := tidy(text)):
        raise BadInput.of(field, _("This is needed."))
    return kept


def check_not_struck(row: Log) -> None:
    if row.struck_at is not None:
        raise Refused(_("This entry was struck out."))


def strike(row: Log, *, reason: str, by: User, at: datetime) -> None:
    """Mark a row as entered by mistake; the caller saves. Raises BadInput without a reason, Refused the second time."""
    if not reason.strip():
        raise BadInput.of("reason", _("This needs a reason."))
    if row.struck_at is not None:
        raise Refused(_("This entry was struck out before."))
    row.struck_at, row.struck_by, row.struck_reason = at, by, reason.strip()


STRUCK = ["struck_at", "struck_by", "struck_reason"]
