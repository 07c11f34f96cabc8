"""The lines of a reception book as they stand on a page, who came named to a reader who may know it, and the way from page to page.

The place of a line in the book is carried along from page to page, so that nothing is counted.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bodies.scopes import Standing
from cases import search
from cases.codes import Kind
from cases.stages import Stage
from feedback import finding, showing
from feedback.models import Petition
from feedback.reception_book import cells_of

SIZE = 50
# More lines than these are no answer to a search, and no sheets that anybody signs.
MOST_FOUND, MOST_PRINTED = 100, 2000

Rows = QuerySet[Petition, Any]


@dataclass(frozen=True)
class Line:
    code: str
    cells: Sequence[str]
    is_void: bool


@dataclass(frozen=True)
class Page:
    """`before` and `after`: the cursors of the pages beside it, empty where there is none."""

    lines: Sequence[Line]
    before: str = ""
    after: str = ""


def page_of(rows: Rows, cursor: str, standing: Standing, *, at: datetime) -> Page:
    """One page of the book from a position on; a position that cannot be read is the beginning."""
    way, here, number = _read(cursor)
    if way == "p":
        found = list(rows.filter(_beside(here, "lt")).order_by("-received_at", "-code")[: SIZE + 1])
        more, found = len(found) > SIZE, found[:SIZE][::-1]
        first, before, after = number - len(found), more, True
    else:
        found = list((rows.filter(_beside(here, "gt")) if here else rows)[: SIZE + 1])
        before, after, found = here is not None, len(found) > SIZE, found[:SIZE]
        first = number + 1
    ends = found and (_cursor("p", found[0], first), _cursor("n", found[-1], first + len(found) - 1))
    lines = lines_of(found, standing, first=first, at=at)
    return Page(lines, ends[0] if ends and before else "", ends[1] if ends and after else "")


def found_in(rows: Rows, typed: str, standing: Standing, *, at: datetime) -> Rows:
    """The lines whose matter holds these words, or whose person has this number or full name."""
    people = finding.petitioners(typed, standing, at)
    wanted = Q(pk__in=people.values("petition")) | Q(code__iexact=typed.strip())
    words = search.query(typed)
    return rows.filter(wanted | Q(case__search=words) if words else wanted)


def lines_of(found: Sequence[Any], standing: Standing, *, first: int, at: datetime) -> list[Line]:
    who = showing.in_the_book({row["id"]: row["case__kind"] for row in found}, by=standing.user, at=at)
    return [_line(number, row, who.get(row["id"])) for number, row in enumerate(found, start=first)]


def totals(rows: Sequence[Any]) -> dict[str, int]:
    """The sums that stand below the last line."""
    return {
        "people": sum(row["people_count"] for row in rows),
        "accepted": sum(bool(row["accepted"]) for row in rows),
        "guided": sum(row["case__stage"] == Stage.GUIDED for row in rows),
        "sent": sum(row["sent"] is not None for row in rows),
    }


def _line(number: int, row: dict[str, Any], people: Sequence[Any] | None) -> Line:
    if people is None and row["case__kind"] != Kind.DENUNCIATION:
        who, papers = _("Without a name"), ""
    else:
        who = "\n".join(" – ".join(filter(None, (each.name, each.address))) for each in people or ())
        papers = "\n".join(each.id_number for each in people or () if each.id_number)
    cells = list(cells_of(number, row, who=who, papers=papers))
    return Line(row["code"], cells, row["case__stage"] == Stage.VOID)


def _beside(here: tuple[datetime, str] | None, step: str) -> Q:
    if here is None:
        return Q()
    at, code = here
    return Q((f"received_at__{step}e", at)) & (Q((f"received_at__{step}", at)) | Q((f"code__{step}", code)))


def _cursor(way: str, row: dict[str, Any], number: int) -> str:
    raw = orjson.dumps([way, row["received_at"].isoformat(), row["code"], number])
    return base64.urlsafe_b64encode(raw).decode()


def _read(cursor: str) -> tuple[str, tuple[datetime, str] | None, int]:
    try:
        way, at, code, number = orjson.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        here = datetime.fromisoformat(at)
        if way not in {"n", "p"} or here.tzinfo is None or not isinstance(code, str) or "\0" in code:
            raise ValueError
        return way, (here, code), int(number)
    except (ValueError, TypeError, OverflowError, binascii.Error, UnicodeError):
        return "n", None, 0
