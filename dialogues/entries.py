"""What is written down of a dialogue when it is planned, and how each field of it is read when it is corrected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bodies.models import Area, Body
from bodies.refusals import BadInput
from bodies.text import tidy
from cases.models import Subject
from dialogues.codes import DialogueKind, Participants

TITLE_LENGTH = 300
FIRST_YEAR, LAST_YEAR = 2016, 2100


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
    errors = _about_the_quarter(new.year, new.quarter) | _about_hosts(new)
    title = tidy(new.title)
    if not any(sign.isalnum() for sign in title):
        errors["title"] = [_("Say in a few words what it is about.")]
    elif len(title) > TITLE_LENGTH:
        errors["title"] = [_("At most %(limit)d characters.") % {"limit": TITLE_LENGTH}]
    if new.year is None and new.starts_at is None:
        errors["year"] = [_("Name the quarter of the plan, or the day.")]
    if errors:
        raise BadInput(errors)


def _about_the_quarter(year: int | None, quarter: int | None) -> dict[str, list[str]]:
    if (year is None) != (quarter is None):
        return {"quarter": [_("A quarter of the plan has a year and a number.")]}
    if year is None or quarter is None:
        return {}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {"year": [_("Between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}]}
    return {} if 1 <= quarter <= 4 else {"quarter": [_("A quarter is 1, 2, 3 or 4.")]}


def _about_hosts(new: NewDialogue) -> dict[str, list[str]]:
    ids = [body.pk for body in new.joint_hosts]
    if new.host.pk in ids or len(ids) != len(set(ids)):
        return {"joint_hosts": [_("Each host is named once.")]}
    return {}


def _title(value: Any) -> str:
    text = tidy(str(value))
    if not any(sign.isalnum() for sign in text) or len(text) > TITLE_LENGTH:
        raise BadInput.of("fields.title", _("At most %(limit)d characters.") % {"limit": TITLE_LENGTH})
    return text


def _choice(choices: type, name: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        try:
            return choices(value)
        except ValueError:
            raise BadInput.of(f"fields.{name}", _("Unknown code: %(code)s.") % {"code": value}) from None

    return read


def _row(model: type[Area] | type[Subject], name: str, *, empty: bool) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value is None and empty:
            return None
        found = model.objects.filter(code=str(value)).first()
        if found is None:
            raise BadInput.of(f"fields.{name}", _("Unknown code: %(code)s.") % {"code": value})
        return found

    return read


def _count(name: str) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100_000:
            raise BadInput.of(f"fields.{name}", _("Give a whole number up to %(most)d.") % {"most": 100_000})
        return value

    return read


CORRECTABLE: dict[str, Callable[[Any], Any]] = {
    "title": _title,
    "kind": _choice(DialogueKind, "kind"),
    "participants": _choice(Participants, "participants"),
    "subject": _row(Subject, "subject", empty=True),
    "area": _row(Area, "area", empty=False),
    "present_count": _count("present_count"),
    "invited_count": _count("invited_count"),
}
