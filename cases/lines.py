"""The lines of a work list as one reader may see them: read in one query, cut by the table of fields, put in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bodies.calendars import Calendar
from bodies.scopes import Standing
from cases.badges import Badge, badge
from cases.codes import Channel, Flag, Kind, Result
from cases.columns import Column
from cases.models import Case, Clock
from cases.stages import ENDED, Stage
from cases.visibility import fields_for, viewer_of

_READ = (
    "id", "reference", "kind", "stage", "channel", "received_on", "received_at", "due_on", "ended_on", "title", "flags",
    "people_count", "result", "version", "body_id", "body__name", "body__path", "body__area__path", "received_by_id",
    "handler__full_name", "area__name",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What stands under one column. `is_closed`: there is something, which this reader does not see."""

    column: Column
    words: str
    is_closed: bool = False


@dataclass(frozen=True)
class Line:
    reference: str
    title: str
    badge: Badge
    due_on: date | None
    cells: list[Cell]
    # Where the line stands in the list: the value it is ordered by, and the id that breaks ties.
    place: tuple[Any, int]


def readable(rows: QuerySet[Case]) -> QuerySet[Case, dict[str, Any]]:
    """The rows with what a line needs and no more: a page of them is one query without a model."""
    paused = Clock.objects.filter(case=OuterRef("pk"), state=Clock.State.PAUSED)
    subject = "subject__name_en" if get_language() == "en" else "subject__name_vi"
    read: QuerySet[Case, dict[str, Any]] = rows.annotate(is_paused=Exists(paused)).values(
        *_READ, "is_paused", subject
    )
    return read


def line(
    row: dict[str, Any],
    columns: Iterable[Column],
    standing: Standing,
    *,
    today: date,
    calendar: Calendar,
    ordered_by: str,
) -> Line:
    """One row in words, as this reader may see it on a local day."""
    seen = _fields_seen(row, standing)
    shown = badge(row["due_on"], today, calendar, ended=row["stage"] in ENDED, paused=row["is_paused"])
    return Line(
        reference=row["reference"],
        title=row["title"] if "title" in seen else _("The content is closed."),
        badge=shown,
        due_on=row["due_on"],
        cells=[
            Cell(column, _WORDS[column.name](row))
            if column.field in seen
            else Cell(column, _("Closed"), is_closed=True)
            for column in columns
        ],
        place=(row[ordered_by], row["id"]),
    )


def title_for(case: Case, standing: Standing) -> str:
    """A case's title where this reader sees it, else that it is closed. The case is read with its body and area."""
    row = {
        "kind": case.kind,
        "body_id": case.body_id,
        "body__path": case.body.path,
        "body__area__path": case.body.area.path,
        "received_by_id": case.received_by_id,
    }
    return case.title if "title" in _fields_seen(row, standing) else _("The content is closed.")


def _fields_seen(row: dict[str, Any], standing: Standing) -> frozenset[str]:
    viewer = viewer_of(
        standing,
        body_id=row["body_id"],
        body_path=row["body__path"],
        area_path=row["body__area__path"],
        received_by_id=row["received_by_id"],
        is_co_body=False,
    )
    return fields_for(viewer, row["kind"])


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "due": lambda row: _day(row["due_on"]),
    "reference": lambda row: row["reference"],
    "title": lambda row: row["title"],
    "kind": lambda row: str(Kind(row["kind"]).label),
    "stage": lambda row: str(Stage(row["stage"]).label),
    "subject": lambda row: row.get("subject__name_vi") or row.get("subject__name_en") or "",
    "area": lambda row: row["area__name"] or "",
    "body": lambda row: row["body__name"],
    "handler": lambda row: row["handler__full_name"] or "",
    "received": lambda row: _day(row["received_on"]),
    "channel": lambda row: str(Channel(row["channel"]).label),
    "flags": lambda row: ", ".join(str(Flag(flag).label) for flag in row["flags"]),
    "people": lambda row: str(row["people_count"]),
    "ended": lambda row: _day(row["ended_on"]),
    "result": lambda row: str(Result(row["result"]).label) if row["result"] else "",
}
