"""Figures as a workbook: values only, so that nothing typed by anybody is ever run by a spreadsheet."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bodies.later import Later
from cases.figures import extras

xlsxwriter = Later("xlsxwriter")

# The figures of the workbook, in the order of its columns.
COLUMNS = (
    "received", "closed", "on_time", "late", "not_judged", "open", "open_overdue", "on_time_share", "share_of",
    "median_days", "p90_days", "median_working_days", "p90_working_days", "group", "hot_spot", "reopened", "withdrawn",
    "terminated", "joined", "void",
)  # fmt: skip
_SHARE = COLUMNS.index("on_time_share") + 1


def sheet(table: dict[str, Any], spread: list[tuple[str, int]]) -> bytes:
    """The answer of the API as XLSX: a sheet of figures, one of the days that cases took, one that says what each figure is.

    `spread`: how many closed cases there are in each class of days.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        share = book.add_format({"num_format": "0.00%"})
        page = book.add_worksheet(_("Response times"))
        page.set_landscape()
        page.set_paper(9)
        page.set_column(0, 0, 40)
        period = {name: table[name].strftime("%d/%m/%Y") for name in ("from", "to", "as_of")}
        page.write_string(0, 0, _("From %(from)s to %(to)s, as of %(as_of)s") % period, bold)
        page.write_string(2, 0, pgettext("figures", "Name"), bold)
        words = titles() | {extra.name: str(extra.label) for extra in extras()}
        more = [extra.name for extra in extras()] if table["group_by"] == "body" else []
        for column, name in enumerate([*COLUMNS, *more], start=1):
            page.write_string(2, column, words[name], bold)
        rows = [*table["results"], *([table["total"]] if table["total"] else [])]
        for line, row in enumerate(rows, start=3):
            page.write_string(line, 0, row["name"])
            values = [row[name] for name in COLUMNS] + [row["more"].get(name, 0) for name in more]
            for column, value in enumerate(values, start=1):
                if value is not None:
                    page.write_number(line, column, value, share if column == _SHARE else None)
        page.freeze_panes(3, 1)
        took = book.add_worksheet(_("Days taken"))
        took.set_column(0, 0, 28)
        took.write_string(0, 0, _("Calendar days"), bold)
        took.write_string(0, 1, _("Cases"), bold)
        for line, (name, count) in enumerate(spread, start=1):
            took.write_string(line, 0, name)
            took.write_number(line, 1, count)
        meaning = book.add_worksheet(_("What is counted"))
        meaning.set_column(0, 0, 28)
        meaning.set_column(1, 1, 100)
        for line, (name, formula) in enumerate(table["formulas"].items()):
            meaning.write_string(line, 0, words[name], bold)
            meaning.write_string(line, 1, formula)
    return buffer.getvalue()


def titles() -> dict[str, str]:
    """The short name of each figure, as it heads a column."""
    return {
        "received": _("Received"),
        "closed": pgettext("figures", "Closed"),
        "on_time": _("On time"),
        "late": _("Closed late"),
        "not_judged": _("Not judged"),
        "open": _("Open"),
        "open_overdue": _("Open and overdue"),
        "on_time_share": _("On-time share"),
        "share_of": _("Out of"),
        "median_days": _("Median, days"),
        "p90_days": _("90 %, days"),
        "median_working_days": _("Median, working days"),
        "p90_working_days": _("90 %, working days"),
        "group": _("Group cases"),
        "hot_spot": _("Hot spots"),
        "reopened": _("Reopened"),
        "withdrawn": _("Withdrawn"),
        "terminated": _("Terminated"),
        "joined": _("Joined"),
        "void": _("Void"),
    }
