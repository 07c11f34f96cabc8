"""Figures as a page shows them: rows with links to the work list, twelve months and the spread of days as drawings."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats, numberformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bodies.scopes import Standing
from cases import counts, figures
from cases.codes import PETITIONS, Kind
from cases.figure_sheets import titles as _titles
from cases.figure_tables import link
from cases.figures import Question
from cases.periods import Period, last_of_month

# The figures of a row, in the order of the page's columns.
COLUMNS = (
    "received", "closed", "on_time", "late", "open", "open_overdue", "on_time_share", "share_of", "median_days", "p90_days", "group",
    "hot_spot", "reopened",
)  # fmt: skip
# What stands beside the share, and in no share.
APART = ("not_judged", "withdrawn", "terminated", "joined", "void")
# What is no count leads to the cases it was worked out from.
_BEHIND = {"on_time_share": "share_of", "median_days": "closed", "p90_days": "closed"}
MONTHS = 12
_OF_MONTHS = ("received", "on_time", "late", "on_time_share", "share_of")
# Width and height of the drawings, in their own units.
_WIDE, _HIGH = 660, 150
# Days that cases took, in classes: up to so many calendar days.
_CLASSES = (5, 10, 15, 30, 45, 60, 90, 180)


def titles() -> list[tuple[str, str, str]]:
    """Name, heading and words of each column."""
    named = _titles()
    return [(name, named[name], str(figures.FORMULAS[name])) for name in (*COLUMNS, *APART)]


def row(shown: dict[str, Any]) -> dict[str, Any]:
    """One group with its cells in the order of the columns: the value as it is written, and where it leads."""
    return {
        **shown,
        "cells": [_cell(shown, name) for name in COLUMNS],
        "apart": [_cell(shown, name) for name in APART],
        "share": _cell(shown, "on_time_share"),
        "on_time": _cell(shown, "on_time"),
        "share_of": _cell(shown, "share_of"),
    }


def _cell(shown: dict[str, Any], name: str) -> dict[str, str]:
    behind = _BEHIND.get(name, name)
    return {"name": name, "value": written(name, shown[name]), "href": _href(shown["links"].get(behind))}


def written(name: str, value: float | None) -> str:
    """A figure as people write it in the language that is on: 1.234, 33,3 %."""
    if value is None:
        return "—"
    if name == "on_time_share":
        return f"{_number(100 * value, 1)} %"
    return _number(value, 0 if value == int(value) else 1)


def _number(value: float, places: int) -> str:
    point, group = formats.get_format("DECIMAL_SEPARATOR"), formats.get_format("THOUSAND_SEPARATOR")
    return numberformat.format(
        round(value, places), point, places, grouping=3, thousand_sep=group, force_grouping=True
    )


def _href(link: str | None) -> str:
    """The page of the same rows that the API's link lists."""
    return f"{reverse('work-list')}?{link.partition('?')[2]}" if link else ""


def by_volume(rows: list[dict[str, Any]], *, grouped_by_body: bool) -> list[dict[str, Any]]:
    """Bodies stand beside those of their own class of volume only; other groups in one table."""
    if not grouped_by_body:
        return [{"name": "", "rows": [row(each) for each in rows]}] if rows else []
    words = {
        "very_many": _("1,000 cases or more"),
        "many": _("200 to 999 cases"),
        "some": _("50 to 199 cases"),
        "few": _("Fewer than 50 cases"),
    }
    classes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in rows:
        classes[each["volume"]].append(row(each))
    return [{"name": words[name], "rows": classes[name]} for _least, name in figures.VOLUMES if classes[name]]


def choices(question: Question, today: date) -> dict[str, Any]:
    """What can be chosen above the table, and what is."""
    years = [
        (str(year), _("Year %(year)d") % {"year": year}) for year in range(today.year, today.year - 4, -1)
    ]
    quarters = [
        (
            f"{today.year}-Q{number}",
            _("Quarter %(number)d of %(year)d") % {"number": number, "year": today.year},
        )
        for number in range((today.month + 2) // 3, 0, -1)
    ]
    grouped = {
        "body": _("Body"),
        "kind": pgettext("figures", "Kind"),
        "subject": _("Subject"),
        "area": _("Area"),
        "channel": _("Channel"),
        "flag": _("Flag"),
        "against_body": _("Body complained of"),
        "month": _("Month"),
    }
    return {
        "periods": [*years[:1], *quarters, *years[1:]],
        "group_by": [(name, grouped[name]) for name in figures.GROUPINGS],
        "kinds": [(kind.value, str(kind.label)) for kind in Kind if kind in PETITIONS],
        "all_kinds": question.kinds == frozenset(PETITIONS),
    }


def trend(question: Question, standing: Standing, today: date) -> dict[str, Any]:
    """The last twelve months up to the end of the period: received, closed on time, closed late; drawn, and as a table."""
    end = min(question.period.last, today)
    last = last_of_month(end)
    year, month = divmod(12 * end.year + end.month - MONTHS, 12)
    period = Period(date(year, month + 1, 1), last)
    asked = replace(question, period=period, as_of=min(last, today), group_by="month")
    counted = counts.counts_by_group(asked, standing)
    found = []
    for each in asked.months():
        values = figures.figures_of(counted[f"{each.period.first:%Y-%m}"])
        shown: dict[str, Any] = {"month": f"{each.period.first:%m/%Y}", **values}
        shown["cells"] = [
            {
                "value": written(name, values[name]),
                "href": _href(link(replace(each, group_by=""), _BEHIND.get(name, name)))
                if values[name]
                else "",
            }
            for name, behind in ((name, _BEHIND.get(name, name)) for name in _OF_MONTHS)
        ]
        found.append(shown)
    most = max((max(each["received"], each["closed"]) for each in found), default=0) or 1
    most += most % 2  # Half of it is a number of cases too.
    for number, shown in enumerate(found):
        shown["bars"] = _bars(shown, number * _WIDE / MONTHS, most)
        shown["middle"] = f"{(number + 0.5) * _WIDE / MONTHS:.1f}"
    lines = [{"at": _HIGH - _HIGH * part // 2, "value": written("", most * part / 2)} for part in (1, 2)]
    return {"months": found, "lines": lines, "wide": _WIDE, "high": _HIGH}


def _bars(month: dict[str, Any], left: float, most: int) -> dict[str, dict[str, str]]:
    step = _WIDE / MONTHS
    heights = {name: round(_HIGH * month[name] / most, 1) for name in ("received", "on_time", "late")}
    return {
        "received": _bar(left + step * 0.12, step * 0.32, heights["received"], 0),
        "on_time": _bar(left + step * 0.52, step * 0.32, heights["on_time"], 0),
        "late": _bar(left + step * 0.52, step * 0.32, heights["late"], heights["on_time"]),
    }


def _bar(left: float, width: float, height: float, above: float) -> dict[str, str]:
    numbers = {"x": left, "y": _HIGH - above - height, "width": width, "height": height}
    return {name: f"{value:.1f}" for name, value in numbers.items()}


def spread(question: Question, standing: Standing) -> dict[str, Any]:
    """How many calendar days the closed cases took, in classes, each with its share of them all and its rows."""
    question = replace(question, group_by="kind")
    days = figures.total(counts.counts_by_group(question, standing).values()).days
    total = sum(days.values())
    all_closed = _href(link(replace(question, group_by=""), "closed"))
    classes: list[dict[str, Any]] = []
    low = 0
    for high in (*_CLASSES, None):
        count = sum(n for taken, n in days.items() if taken >= low and (high is None or taken <= high))
        href = f"{all_closed}&days_from={low}" + (f"&days_to={high}" if high else "")
        words = (
            _("%(low)d to %(high)d days") % {"low": low, "high": high}
            if high
            else _("over %(low)d days") % {"low": low - 1}
        )
        classes.append({"words": words, "number": count, "href": href if count else ""})
        low = (high or 0) + 1
    most = max((each["number"] for each in classes), default=0) or 1
    for each in classes:
        each["width"] = f"{240 * each['number'] / most:.1f}"
        each["share"] = written("on_time_share", each["number"] / total) if total else "—"
        each["count"] = written("", each["number"])
    return {"classes": classes, "total": written("", total), "href": all_closed if total else ""}
