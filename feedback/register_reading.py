"""From the sheets of a reception book to its lines: columns are found by what their headings mean. Pure but for openpyxl.

Every fault names sheet, row and column, and never repeats what stands there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bodies.later import Later
from bodies.text import fold, tidy
from cases.codes import Kind
from cases.stages import Stage
from feedback import register_cells as cells
from feedback.register_cells import Decision, Unreadable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

utils = Later("openpyxl.utils")


@dataclass(frozen=True)
class Fault:
    sheet: str
    row: int
    column: str
    why: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Line:
    """One line of the book, read. Holds personal data: never printed."""

    sheet: str
    row: int
    year: int
    number: int
    date: date
    name: str
    address: str
    id_number: str
    content: str
    kind: Kind
    people: int
    earlier: str
    stage: Stage
    transferred_to: str
    decision: Decision | None
    text: str
    note: str


@dataclass
class Book:
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # sheet -> meaning -> the heading found, with its column
    mapping: dict[str, dict[str, str]] = field(default_factory=dict)


# What a column of a book can mean, in the order of Form 03.
MEANINGS: dict[str, Promise] = {
    "number": gettext_lazy("Number in the book"),
    "date": gettext_lazy("Day of the reception"),
    "who": gettext_lazy("Name and address in one column"),
    "name": gettext_lazy("Name of the person"),
    "address": gettext_lazy("Address"),
    "id": gettext_lazy("Number of the identity card"),
    "content": gettext_lazy("What it is about"),
    "kind": gettext_lazy("Kind of matter"),
    "people": gettext_lazy("Number of people"),
    "earlier": gettext_lazy("Office that settled it before"),
    "accept": pgettext_lazy("procedure", "Accepted"),
    "guide": gettext_lazy("Returned or guided"),
    "transfer": gettext_lazy("Transferred to"),
    "result": gettext_lazy("How it was settled"),
    "note": gettext_lazy("Note"),
}
# The first that fits names the column; the narrower meanings come first.
_HEADINGS = [
    ("number", r"^(so )?(tt|stt|thu tu)\b|^so tt\b"),
    ("id", r"cccd|cmnd|cmt|can cuoc|ho chieu|chung minh"),
    ("who", r"ho.{0,4} ten.*dia chi"),
    ("name", r"ho.{0,4} ten|ten cong dan|nguoi den"),
    ("address", r"dia chi|noi o"),
    ("earlier", r"(co quan|noi).*da giai quyet"),
    ("accept", r"thu ly"),
    ("guide", r"tra lai|huong dan"),
    ("transfer", r"chuyen"),
    ("result", r"theo doi|ket qua"),
    ("note", r"ghi chu"),
    ("kind", r"phan loai|loai don"),
    ("people", r"so nguoi"),
    ("content", r"noi dung"),
    ("date", r"^ngay"),
]
_NEEDED = ("number", "date", "content", "kind")
_DEEPEST_HEADING = 40
Row = tuple[Any, ...]


def read(workbook: "Workbook", *, today: date) -> Book:
    """All lines of all sheets that hold a table; an empty sheet is passed over."""
    book = Book()
    for sheet in workbook.worksheets:
        _read_sheet(sheet, book, today, workbook.epoch)
    return book


def _read_sheet(sheet: "Worksheet", book: Book, today: date, epoch: datetime) -> None:
    rows = _rows(sheet)
    if not any(any(value is not None for value in row) for row in rows):
        return
    first, columns = _find_headings(rows)
    lacking = [name for name in _NEEDED if name not in columns]
    if not {"who", "name"} & columns.keys():
        lacking.append("who")
    if lacking:
        names = ", ".join(f"“{MEANINGS[name]}”" for name in lacking)
        why = _("These columns were not found: %(names)s.") % {"names": names}
        book.faults.append(Fault(sheet.title, max(first, 1), "", why))
        return
    book.mapping[sheet.title] = {
        name: f"{utils.get_column_letter(at + 1)}: {_heading(rows, first, at)}"
        for name, at in columns.items()
    }
    year = _year_in(rows[:first], sheet.title)
    headings = {name: _folded(_heading(rows, first, at)) for name, at in columns.items()}
    for position, row in enumerate(rows[first:], start=first + 1):
        if not _is_line(row, columns) or _is_heading(row, columns, headings):
            continue
        _Reader(sheet.title, position, row, columns, year, today, epoch, book).read()


def _rows(sheet: "Worksheet") -> list[Row]:
    """The values of the sheet. A cell merged over several rows stands in each of them: one day over its lines."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        for position in range(area.min_row, min(area.max_row, len(rows))):
            rows[position][area.min_col - 1] = rows[area.min_row - 1][area.min_col - 1]
    return [tuple(row) for row in rows]


def _find_headings(rows: list[Row]) -> tuple[int, dict[str, int]]:
    """The number of rows up to the last heading, and the columns by meaning."""
    best: tuple[int, dict[str, int]] = (0, {})
    for position, row in enumerate(rows[:_DEEPEST_HEADING]):
        columns = _columns(row, {})
        if len(columns) > max(len(best[1]), 3):
            best = (position + 1, columns)
    first, columns = best
    if columns and first < len(rows):
        # Headings of two rows: what lies below a merged one.
        deeper = _columns(rows[first], columns)
        if len(deeper) > len(columns) and not _is_line(rows[first], deeper):
            return first + 1, deeper
    return best


def _columns(row: Row, known: dict[str, int]) -> dict[str, int]:
    columns = dict(known)
    for at, value in enumerate(row):
        words = _folded(value)
        if not words or len(words) > 80 or at in columns.values():
            continue
        name = next((name for name, said in _HEADINGS if name not in columns and re.search(said, words)), "")
        if name:
            columns[name] = at
    return columns


def _heading(rows: list[Row], first: int, at: int) -> str:
    for row in reversed(rows[:first]):
        if at < len(row) and isinstance(row[at], str):
            return " ".join(tidy(row[at]).split())
    return ""


def _folded(value: Any) -> str:
    return " ".join(fold(tidy(value)).split()) if isinstance(value, str) else ""


def _is_heading(row: Row, columns: dict[str, int], headings: dict[str, str]) -> bool:
    """The headings once more, as they stand on each printed page."""
    if _folded(row[columns["number"]]) != headings["number"]:
        return False
    told = {name: _folded(row[at]) for name, at in columns.items() if at < len(row)}
    return sum(told.get(name) == heading for name, heading in headings.items() if heading) >= 3


def _year_in(rows: list[Row], title: str) -> int | None:
    """The year in the title of the book or of the sheet; None where it names none or several."""
    words = [fold(tidy(value)) for row in rows for value in row if isinstance(value, str)]
    for text in [each for each in words if re.search(r"\bso\b.*\bnam\b", each)] + [fold(title)]:
        found = set(re.findall(r"\b((?:19|20)\d\d)\b", text))
        if len(found) == 1:
            return int(found.pop())
    return None


def _is_line(row: Row, columns: dict[str, int]) -> bool:
    """Not a blank row, not the row of column numbers, not a signature below the table."""
    told = {name: cells.text_of(row[at]) for name, at in columns.items() if at < len(row)}
    told = {name: text for name, text in told.items() if text}
    if all(re.fullmatch(r"\(?\d{1,2}\)?", text) for text in told.values()):
        return False
    if re.fullmatch(r"[0-9]{1,6}\.?", told.get("number", "")):
        return len(told) > 1
    return len(told.keys() & {"number", "date", "who", "name", "content", "kind"}) >= 3


@dataclass
class _Reader:
    """Reads one row; a cell that cannot be read becomes a fault, and the row is then not taken."""

    sheet: str
    position: int
    row: Row
    columns: dict[str, int]
    year: int | None
    today: date
    epoch: datetime
    book: Book
    failed: bool = False

    def cell(self, name: str) -> Any:
        at = self.columns.get(name)
        return self.row[at] if at is not None and at < len(self.row) else None

    def ask(self, name: str, does: Callable[[], Any]) -> Any:
        try:
            return does()
        except Unreadable as unreadable:
            at = self.columns.get(name)
            column = utils.get_column_letter(at + 1) if at is not None else ""
            self.book.faults.append(Fault(self.sheet, self.position, column, str(unreadable)))
            self.failed = True
            return None

    def read(self) -> None:
        content = cells.text_of(self.cell("content"))
        day = self.ask("date", self._day)
        number = self.ask("number", lambda: cells.number_of(self.cell("number")))
        kind = self.ask("kind", lambda: cells.kind_of(self.cell("kind"), content))
        people = self.ask("kind", lambda: cells.people_of(self.cell("people"), self.cell("kind")))
        id_number = self.ask("id", lambda: cells.id_number_of(self.cell("id")))
        stage = self.ask("accept", self._outcome)
        decision = self.ask("result", lambda: self._decision(day))
        name, address = self._who()
        who = "who" if "who" in self.columns else "name"
        self.ask(who, lambda: _needed(name))
        self.ask("content", lambda: _needed(content))
        if self.failed:
            return
        self.book.lines.append(
            Line(
                sheet=self.sheet,
                row=self.position,
                year=self.year or day.year,
                number=number,
                date=day,
                name=name,
                address=address,
                id_number=id_number,
                content=content,
                kind=kind,
                people=people,
                earlier=cells.text_of(self.cell("earlier"))[:200],
                stage=Stage.CLOSED if stage == Stage.ACCEPTED and decision else stage,
                transferred_to=cells.text_of(self.cell("transfer")) if stage == Stage.TRANSFERRED_OUT else "",
                decision=decision,
                text=cells.text_of(self.cell("result")),
                note=cells.text_of(self.cell("note")),
            )
        )

    def _day(self) -> date:
        return cells.day_of(self.cell("date"), year=self.year, today=self.today, epoch=self.epoch)

    def _outcome(self) -> Stage:
        return cells.outcome_of(self.cell("accept"), self.cell("guide"), self.cell("transfer"))

    def _decision(self, day: date | None) -> Decision | None:
        if day is None:
            return None
        return cells.decision_of(self.cell("result"), received=day, today=self.today, year=self.year)

    def _who(self) -> tuple[str, str]:
        if "who" in self.columns:
            return cells.name_and_address(self.cell("who"))
        return cells.text_of(self.cell("name")), cells.text_of(self.cell("address"))


def _needed(text: str) -> None:
    if not text:
        raise Unreadable(_("This is needed."))
