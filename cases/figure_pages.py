"""Figures as a page shows them: rows with links to the work list, twelve months and the spread of days as drawings."""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bodies.scopes import Standing
from cases import counts, figures
from cases.codes import PETITIONS, Kind
from cases.figure_sheets import titles as _titles
from cases.figures import Question
from cases.periods import Period

# The figures of a row, in the order of the page's columns.
COLUMNS = (
    "received", "closed", "on_time", "late", "open", "open_overdue", "on_time_share", "median_days", "p90_days", "group",
    "hot_spot", "reopened",
)  # fmt: skip
MONTHS = 12
# Width and height of the drawings, in their own units.
_WIDE, _HIGH = 660, 150
# Days that cases took, in classes: up to so many calendar days.
_CLASSES = (5, 10, 15, 30, 45, 60, 90, 180)


def titles() -> list[tuple[str, str, str]]:
    """Name, heading and words of each column."""
    named = _titles()
    return [(name, named[name], str(figures.FORMULAS[name])) for name in COLUMNS]


def row(shown: dict[str, Any]) -> dict[str, Any]:
    """One group with its cells in the order of the columns: the value as it is written, and where it leads."""
    cells = [
        {"name": name, "value": written(name, shown[name]), "href": _href(shown["links"].get(name))}
        for name in COLUMNS
    ]
    return {**shown, "cells": cells, "share": written("on_time_share", shown["on_time_share"])}


def written(name: str, value: float | None) -> str:
    if value is None:
        return "—"
    if name == "on_time_share":
        return f"{100 * value:.1f} %".replace(".", ",")
    return f"{value:g}".replace(".", ",")


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
    period = {"from": question.period.first, "to": question.period.last}
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
    }
    return {
        "period": period,
        "periods": [*years[:1], *quarters, *years[1:]],
        "group_by": [(name, grouped[name]) for name in figures.GROUPINGS],
        "kinds": [(kind.value, str(kind.label)) for kind in Kind if kind in PETITIONS],
        "all_kinds": question.kinds == frozenset(PETITIONS),
    }


def trend(question: Question, standing: Standing, today: date) -> dict[str, Any]:
    """The last twelve months up to the end of the period: received, closed on time, closed late; drawn, and as a table."""
    year, month = min(question.period.last, today).year, min(question.period.last, today).month
    months = []
    for _step in range(MONTHS):
        months.append((year, month))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    found: list[dict[str, Any]] = []
    for year, month in reversed(months):
        period = Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        asked = _over(question, period, min(period.last, today))
        values = figures.figures_of(figures.total(counts.counts_by_group(asked, standing).values()))
        found.append({"month": f"{month:02}/{year}", **values})
    most = max((max(each["received"] or 0, each["closed"] or 0) for each in found), default=0) or 1
    step = _WIDE / MONTHS
    for number, each in enumerate(found):
        left = number * step
        heights = {
            name: round(_HIGH * (each[name] or 0) / most, 1) for name in ("received", "on_time", "late")
        }
        each["bars"] = {
            "received": _bar(left + step * 0.12, step * 0.32, heights["received"], 0),
            "on_time": _bar(left + step * 0.52, step * 0.32, heights["on_time"], 0),
            "late": _bar(left + step * 0.52, step * 0.32, heights["late"], heights["on_time"]),
        }
        each["middle"] = round(left + step / 2, 1)
        each["share"] = written("on_time_share", each["on_time_share"])
    return {"months": found, "most": most, "wide": _WIDE, "high": _HIGH}


def _bar(left: float, width: float, height: float, above: float) -> dict[str, str]:
    numbers = {"x": left, "y": _HIGH - above - height, "width": width, "height": height}
    return {name: f"{value:.1f}" for name, value in numbers.items()}


def spread(question: Question, standing: Standing) -> dict[str, Any]:
    """How many calendar days the closed cases took, in classes, each with its share of them all."""
    days = figures.total(counts.counts_by_group(question, standing).values()).days
    total = sum(days.values())
    bounds: list[int | None] = [*_CLASSES, None]
    classes: list[dict[str, Any]] = []
    low = 0
    for high in bounds:
        count = sum(n for taken, n in days.items() if taken >= low and (high is None or taken <= high))
        words = (
            _("%(low)d to %(high)d days") % {"low": low, "high": high}
            if high
            else _("over %(low)d days") % {"low": low - 1}
        )
        classes.append({"words": words, "count": count})
        low = (high or 0) + 1
    most = max((each["count"] for each in classes), default=0) or 1
    for each in classes:
        each["width"] = f"{240 * each['count'] / most:.1f}"
        each["share"] = written("on_time_share", each["count"] / total) if total else "—"
    return {"classes": classes, "total": total}


def _over(question: Question, period: Period, as_of: date) -> Question:
    return Question(
        period=period,
        as_of=max(as_of, period.first),
        group_by="kind",
        kinds=question.kinds,
        body=question.body,
        subtree=question.subtree,
        subject=question.subject,
        area=question.area,
        channel=question.channel,
        flag=question.flag,
        against_body=question.against_body,
        imported=question.imported,
    )
