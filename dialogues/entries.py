"""What is written down of a dialogue when it is planned, and how each field of it is read when it is corrected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bodies.models import Area, Body, User
from bodies.refusals import BadInput
from bodies.text import tidy
from cases.models import Subject
from dialogues.codes import DialogueKind, Participants

TITLE_LENGTH, REASON_LENGTH = 300, 500
MOST_PEOPLE = 100_000
FIRST_YEAR, LAST_YEAR = 2016, 2100
# What was typed and the name of its field -> what is kept.
Reader = Callable[[Any, str], Any]


@dataclass(frozen=True, kw_only=True)
class NewDialogue:
    """A line of the yearly plan (`year` and `quarter`), or one outside it; the day may be named at once."""

    host: Body
    title: str
    kind: str
    participants: str
    area: Area
    subject: Subject | None = None
    year: int | None = None
    quarter: int | None = None
    joint_hosts: Sequence[Body] = ()
    starts_at: datetime | None = None
    place: str = ""
    online_at: str = ""


def check(new: NewDialogue) -> None:
    """Everything that can be said before anything is written. Raises BadInput naming every wrong field."""
    errors = about_the_quarter(new.year, new.quarter) | about_hosts(new.host, new.joint_hosts)
    title = tidy(new.title)
    if not any(sign.isalnum() for sign in title):
        errors["title"] = [_("Say in a few words what it is about.")]
    elif len(title) > TITLE_LENGTH:
        errors["title"] = [_("At most %(limit)d characters.") % {"limit": TITLE_LENGTH}]
    if new.year is None and new.starts_at is None:
        errors["year"] = [_("Name the quarter of the plan, or the day.")]
    if errors:
        raise BadInput(errors)


def about_the_quarter(year: int | None, quarter: int | None) -> dict[str, list[str]]:
    """What is wrong with the place in the yearly plan, by field; neither year nor quarter: outside the plan."""
    if (year is None) != (quarter is None):
        return {"quarter": [_("A quarter of the plan has a year and a number.")]}
    if year is None or quarter is None:
        return {}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {"year": [_("Between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}]}
    return {} if 1 <= quarter <= 4 else {"quarter": [_("A quarter is 1, 2, 3 or 4.")]}


def about_hosts(host: Body, joint: Sequence[Body]) -> dict[str, list[str]]:
    ids = [body.pk for body in joint]
    if host.pk in ids or len(ids) != len(set(ids)):
        return {"joint_hosts": [_("Each host is named once.")]}
    return {}


# --- Fields of a correction, as they come over HTTP. Raises BadInput naming the field -------------------------------


def _title(value: Any, name: str) -> str:
    text = tidy(str(value))
    if not any(sign.isalnum() for sign in text):
        raise BadInput.of(name, _("Say in a few words what it is about."))
    if len(text) > TITLE_LENGTH:
        raise BadInput.of(name, _("At most %(limit)d characters.") % {"limit": TITLE_LENGTH})
    return text


def _choice(choices: type) -> Reader:
    def read(value: Any, name: str) -> Any:
        try:
            return choices(value)
        except ValueError:
            raise _unknown(value, name) from None

    return read


def _row(model: type[Area] | type[Subject] | type[Body] | type[User], by: str = "code") -> Reader:
    def read(value: Any, name: str) -> Any:
        found = model.objects.filter(**{by: str(value)}).first()
        if found is None:
            raise _unknown(value, name)
        return found

    return read


def _unknown(value: Any, name: str) -> BadInput:
    return BadInput.of(name, _("Unknown code: %(code)s.") % {"code": value})


def _or_none(read: Reader) -> Reader:
    return lambda value, name: None if value in (None, "") else read(value, name)


def _number(most: int) -> Reader:
    def read(value: Any, name: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise BadInput.of(name, _("Give a whole number up to %(most)d.") % {"most": most})
        return value

    return read


def _yes_or_no(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput.of(name, _("Say yes or no."))
    return value


def _text(value: Any, name: str) -> str:
    text = tidy(str(value or ""))
    if len(text) > REASON_LENGTH:
        raise BadInput.of(name, _("At most %(limit)d characters.") % {"limit": REASON_LENGTH})
    return text


def _bodies(value: Any, name: str) -> list[Body]:
    if not isinstance(value, list):
        raise BadInput.of(name, _("Give a list of codes."))
    return [_row(Body)(code, name) for code in value]


_BEFORE: dict[str, Reader] = {
    "title": _title,
    "kind": _choice(DialogueKind),
    "participants": _choice(Participants),
    "subject": _or_none(_row(Subject)),
    "area": _row(Area),
    "year": _or_none(_number(LAST_YEAR)),
    "quarter": _or_none(_number(4)),
    "joint_hosts": _bodies,
    "invited_count": _or_none(_number(MOST_PEOPLE)),
}
# What is known only once it was held.
OF_THE_DAY: dict[str, Reader] = {
    "chaired_by": _row(User, "username"),
    "delegate_reason": _text,
    "heads_present": _bodies,
    "present_count": _number(MOST_PEOPLE),
    "party_invited": _yes_or_no,
    "government_invited": _yes_or_no,
}
CORRECTABLE = _BEFORE | OF_THE_DAY
