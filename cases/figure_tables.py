"""The table of response times that is served, printed and exported: each figure with its words and its rows."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bodies.models import Area, Body
from bodies.scopes import Standing
from cases import counts, figures
from cases.codes import Channel, Flag, Kind
from cases.models import Subject


def table(question: figures.Question, standing: Standing, *, with_extras: bool = True) -> dict[str, Any]:
    """The formulas in words, the groups in their order, and all of them together (not where they overlap).

    `with_extras`: what other rooms count of each body as well, which a page does not show.
    """
    counted = counts.counts_by_group(question, standing)
    more = counts.extras_by_body(question, standing) if with_extras and question.group_by == "body" else {}
    for key in more:
        counted.setdefault(key, figures.Counts())
    names = names_of(question.group_by, counted)
    rows = [_row(question, key, names.get(key, key or _("none")), each) for key, each in counted.items()]
    rows.sort(key=_ORDER.get(question.group_by, _by_name))
    together = None
    if question.group_by != "flag":
        everything = counted
        if question.group_by == "month":  # What is open at the end of two months is no sum.
            everything = counts.counts_by_group(replace(question, group_by="kind"), standing)
        together = _row(question, None, _("All"), figures.total(everything.values()), is_total=True)
    for row in rows:
        row["more"] = more.get(row["key"], {})
        for name, count in row["more"].items():
            if together:
                together["more"][name] = together["more"].get(name, 0) + count
    told = figures.FORMULAS | {extra.name: extra.formula for extra in figures.extras()}
    return {
        "from": question.period.first,
        "to": question.period.last,
        "as_of": question.as_of,
        "group_by": question.group_by,
        "formulas": {name: str(words) for name, words in told.items()},
        "total": together,
        "results": rows,
    }


def _row(
    question: figures.Question,
    key: str | None,
    name: str,
    counted: figures.Counts,
    *,
    is_total: bool = False,
) -> dict[str, Any]:
    values = figures.figures_of(counted)
    grouped = replace(question, group_by="") if is_total else question
    links = {figure: link(grouped, figure, key) for figure in counts.BEHIND if values[figure]}
    return {
        "key": key,
        "name": name,
        "volume": figures.volume_of(counted.facts["received"]),
        **values,
        "more": {},
        "links": links,
    }


def _by_name(row: dict[str, Any]) -> Any:
    return (row["key"] is None, row["name"])


def _by_number(row: dict[str, Any]) -> Any:
    return (row["key"] is None, -row["received"], row["name"])


# Where most came from stands first; months in their order.
_ORDER = {
    "area": _by_number,
    "against_body": _by_number,
    "subject": _by_number,
    "month": lambda row: row["key"],
}


def link(question: figures.Question, figure: str, key: str | None = None) -> str:
    """The list of exactly the cases that the figure counts, of the group with this key if the question has groups."""
    if question.group_by == "month" and key:
        (question,) = [month for month in question.months() if f"{month.period.first:%Y-%m}" == key]
    asked: dict[str, Any] = {
        "figure": figure,
        "from": question.period.first,
        "to": question.period.last,
        "as_of": question.as_of,
        "kind": sorted(question.kinds),
        "body": question.body.code if question.body else "",
        "subtree": question.subtree,
        "subject": question.subject,
        "area": question.area.code if question.area else "",
        "channel": question.channel,
        "flag": question.flag,
        "against_body": question.against_body.code if question.against_body else "",
        "without": question.without,
        "exact": "true" if question.exact else "",
        "imported": "true" if question.imported else "",
    }
    if key is None and question.group_by in figures.OPTIONAL:
        asked["without"] = question.group_by
    elif key is not None and question.group_by != "month":
        asked[question.group_by] = key
        if question.group_by == "body":
            asked["subtree"] = ""
        asked["exact"] = "true" if question.group_by in {"subject", "area"} else ""
    return f"{reverse('case-list')}?{urlencode({k: v for k, v in asked.items() if v}, doseq=True)}"


def names_of(group_by: str, keys: Iterable[str | None]) -> dict[str | None, str]:
    """What groups are called on the page, by their code."""
    choices = {"kind": Kind, "channel": Channel, "flag": Flag}
    if group_by in choices:
        return {code: str(label) for code, label in choices[group_by].choices}
    codes = [key for key in keys if key is not None]
    if group_by == "month":
        return {code: f"{code[5:]}/{code[:4]}" for code in codes}
    if group_by == "subject":
        return dict(Subject.objects.filter(code__in=codes).values_list("code", "name_vi"))
    if group_by == "area":
        return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    return dict(Body.objects.filter(code__in=codes).values_list("code", "name"))
