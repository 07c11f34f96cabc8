"""The rows of a work list as a file: put in words by the database, sent while they come, whatever their number.

What a reader does not see (cases.visibility) stays empty. Who petitioned is in no column. No cell becomes a formula: a text
that begins like one gets an apostrophe before it, as spreadsheets themselves write it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import F, Func, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bodies.later import Later
from bodies.refusals import BadInput
from bodies.scopes import Standing
from cases.codes import Channel, Flag, Kind, Result
from cases.columns import COLUMNS
from cases.models import Case
from cases.stages import Stage
from cases.visibility import more_than_watched, outline_kinds

xlsxwriter = Later("xlsxwriter")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Lines of a sheet: what one person can wait for. CSV has no limit.
MOST_IN_A_SHEET = 250_000
# Bytes sent together.
_BLOCK = 64 * 1024
# UTF-8 says so, or spreadsheets read the letters of another alphabet.
_BOM = b"\xef\xbb\xbf"
# How a formula begins, also in full width, after spaces or a mark of byte order.
_FORMULA = "^[\\s\ufeff\u200b]*[-=+@＝＋－＠]|^[\\t\\r\\n]"


@dataclass(frozen=True)
class Export:
    """The rows in words, under their headings. Made in the reader's language; reading it asks for none."""

    headings: list[str]
    rows: QuerySet[Case, tuple[Any, ...]]


def export_of(rows: QuerySet[Case], standing: Standing) -> Export:
    """These cases as this reader may see them, the newest first."""
    words = {f"said_{name}": _seen(said, name, standing) for name, said in _words().items()}
    headings = [str(column.label) for column in COLUMNS.values()]
    said = rows.order_by("-received_at", "-id").values_list(*(words[f"said_{name}"] for name in COLUMNS))
    return Export(headings, said)


def as_csv(export: Export) -> Iterator[bytes]:
    """The file in blocks, as COPY gives them: no more of it is ever in memory."""
    head = io.StringIO()
    csv.writer(head, lineterminator="\n").writerow(export.headings)
    yield _BOM + head.getvalue().encode()
    here = connections[DEFAULT_DB_ALIAS]
    try:
        # COPY takes no values beside it: the driver writes them into the statement, quoted.
        statement = here.ops.compose_sql(*export.rows.query.sql_with_params())  # type: ignore[attr-defined]
    except EmptyResultSet:
        # Somebody of no body may know of no case, which Django sees without asking the database.
        return
    with here.cursor() as cursor:
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)") as lines:
            block = bytearray()
            for line in lines:
                block += line
                if len(block) >= _BLOCK:
                    yield bytes(block)
                    block.clear()
        yield bytes(block)


def as_sheet(export: Export) -> IO[bytes]:
    """The file as XLSX, on disk: values only. Raises BadInput where it would be larger than anybody opens."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        _write(file, export)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


@transaction.atomic
def _write(file: IO[bytes], export: Export) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(_("Cases"))
        page.set_landscape()
        page.set_paper(9)
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, 0, len(export.headings) - 1)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, heading in enumerate(export.headings):
            page.write_string(0, column, heading, bold)
        # Through a cursor of the server: the rows are never here all at once.
        for line, row in enumerate(export.rows.iterator(2000), start=1):
            if line > MOST_IN_A_SHEET:
                told = _("More than %(most)d lines: ask for less, or take the CSV.")
                raise BadInput.of("format", told % {"most": MOST_IN_A_SHEET})
            for column, words in enumerate(row):
                if words:
                    page.write_string(line, column, words)


# --- In words, said by the database -------------------------------------------------------------------------------------


def _words() -> dict[str, Combinable]:
    subject = "subject__name_en" if get_language() == "en" else "subject__name_vi"
    return {
        "due": _Day("due_on"),
        "reference": F("reference"),
        "title": _Safe("title"),
        "kind": _Label(Kind, "kind"),
        "stage": _Label(Stage, "stage"),
        "subject": _Safe(subject),
        "area": _Safe("area__name"),
        "body": _Safe("body__name"),
        "handler": _Safe("handler__full_name"),
        "received": _Day("received_on"),
        "channel": _Label(Channel, "channel"),
        "flags": _Labels(Flag, "flags"),
        "people": Func(F("people_count"), template="%(expressions)s::text", output_field=TextField()),
        "ended": _Day("ended_on"),
        "result": _Label(Result, "result"),
    }


def _seen(said: Combinable, name: str, standing: Standing) -> Combinable:
    """Empty where the table of fields closes this column to somebody who only watches."""
    closed = outline_kinds(COLUMNS[name].field)
    if not closed:
        return said
    hidden = models.Q(kind__in=sorted(closed)) & ~more_than_watched(standing)
    return models.Case(When(hidden, then=Value(None)), default=said, output_field=TextField())


class _Day(Func):
    """A local day as it is written here: dd/mm/yyyy."""

    template = "to_char(%(expressions)s, 'DD/MM/YYYY')"
    output_field = TextField()


class _Label(Func):
    """The words of a code, in the language that is on."""

    arg_joiner = " ->> "
    template = "(%(expressions)s)"
    output_field = TextField()

    def __init__(self, choices: type[models.TextChoices], column: str) -> None:
        super().__init__(_dictionary(choices), F(column))


class _Labels(Func):
    """The words of a list of codes, in their order."""

    arg_joiner = " ->> f.code, ', ' ORDER BY f.place) FROM unnest("
    template = "(SELECT string_agg(%(expressions)s) WITH ORDINALITY AS f (code, place))"
    output_field = TextField()

    def __init__(self, choices: type[models.TextChoices], column: str) -> None:
        super().__init__(_dictionary(choices), F(column))


def _dictionary(choices: type[models.TextChoices]) -> Value:
    return Value({code: str(label) for code, label in choices.choices}, output_field=models.JSONField())


class _Safe(Func):
    """A text that no spreadsheet takes for a formula. Most begin with a letter, which is seen at once."""

    output_field = TextField()
    template = (
        "CASE WHEN ascii(%(expressions)s) BETWEEN 65 AND 122 THEN %(expressions)s "
        "WHEN ascii(%(expressions)s) BETWEEN 192 AND 591 THEN %(expressions)s "
        "WHEN %(expressions)s ~ '" + _FORMULA + "' THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )

    def __init__(self, column: str) -> None:
        super().__init__(F(column))
