"""The work list: heaps of work and filters in its address, lines on the left, the case on the right."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bodies.scopes import Standing
from bodies.text import tidy
from cases import bulk, finders, kept_lists, list_reading, queues, suggestions
from cases.columns import COLUMNS, USUAL
from cases.figures import FORMULAS
from cases.models import Case, SavedView
from cases.panels import figure_acts_for
from cases.permissions import works_on_cases

# Names in the address whose values are codes, and of what (cases.suggestions).
_NAMED = {"area": "area", "body": "body", "against_body": "body", "body__within": "body", "handler": "person"}
# What leads to the list from elsewhere, and has no field in its form.
_FROM_ELSEWHERE = {
    "q": gettext_lazy("Search"),
    "figure": gettext_lazy("Behind a figure"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("Until"),
    "as_of": gettext_lazy("As of"),
    "period": gettext_lazy("Period"),
    "against_body": gettext_lazy("Body complained of"),
    "body__within": gettext_lazy("This body and those below it"),
    "overdue": gettext_lazy("Late"),
    "followed": gettext_lazy("Followed by me"),
    "days_from": gettext_lazy("Days taken, from"),
    "days_to": gettext_lazy("Days taken, to"),
    "without": gettext_lazy("Without"),
    "exact": gettext_lazy("Only itself"),
    "imported": gettext_lazy("From imported books"),
}
_DAYS = {"from", "to", "as_of", "received_after", "received_before", "due_before"}
_YES_NO = {"true": gettext_lazy("yes"), "false": gettext_lazy("no")}
_EVERYBODYS = {"open=true": gettext_lazy("All that are open"), "open=false": gettext_lazy("Ended")}


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """One page of cases, as the address asks."""
    standing = request.standing  # type: ignore[attr-defined]
    views = kept_lists.views_for(standing)
    first = "" if request.GET else kept_lists.first_query(standing, views)
    if first:
        return redirect(f"{reverse('work-list')}?{first}")
    reading = list_reading.read(request, standing, timezone.localdate())
    return _page(request, reading, views)


def _page(
    request: HttpRequest, reading: list_reading.Reading, views: list[SavedView], **more: Any
) -> HttpResponse:
    standing = request.standing  # type: ignore[attr-defined]
    shown = {
        "reading": reading,
        "form": reading.form,
        "rows": [{"line": each, "at": reading.place_of(each)} for each in reading.lines],
        "columns": _headings(reading),
        "all_columns": COLUMNS.values(),
        "usual": " ".join(USUAL),
        "now": timezone.localtime(),
        "bulk": bulk.offered(standing),
        "tabs": _tabs(reading, standing, views),
        "keep": urlencode({"in": reading.address(cursor="", page_size="")}),
        "chips": _chips(reading, standing),
        "query": reading.address(),
        "before": reading.before and reading.address(cursor=reading.before),
        "after": reading.after and reading.address(cursor=reading.after),
        "searched": reading.query.get("q", ""),
        "figure_acts": figure_acts_for(standing) if reading.query.get("figure") else [],
    }
    return render(request, "cases/list.html", shown | more, status=422 if reading.faults else 200)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """The search box: a reference leads to its case, a person's number to theirs, other words into the list's address."""
    typed = tidy(request.POST.get("typed", ""))[:200]
    standing = request.standing  # type: ignore[attr-defined]
    reference = _reference_meant(typed, standing)
    if reference:
        return redirect("case-page", reference)
    found = finders.find(typed, standing, timezone.now())
    if found is not None:
        # A number of a person: the cases are shown at once, the number goes nowhere.
        reading = list_reading.read_found(found, standing, timezone.localdate())
        columns = [{"label": column.label} for column in reading.columns]
        return _page(request, reading, kept_lists.views_for(standing), is_found=True, columns=columns)
    query = QueryDict(request.POST.get("in", "")[:4000], mutable=True)
    query.pop("cursor", None)
    query.pop("q", None)
    if typed:
        query["q"] = typed
    return redirect(f"{reverse('work-list')}?{query.urlencode()}")


def _reference_meant(typed: str, standing: Standing) -> str:
    """The one case in sight that this reference names; a number alone is one of one's own books, this year's or last's."""
    meant = [typed.lower()]
    if typed.isascii() and typed.isdigit() and len(typed) <= 6:
        codes = suggestions.own_codes(standing)
        meant = [f"{standing.on.year - ago}-{code}-{int(typed):06d}" for ago in (0, 1) for code in codes]
    visible = Case.objects.visible_to(standing).filter(reference__in=meant)
    found = list(visible.values_list("reference", flat=True)[:2])
    return found[0] if len(found) == 1 else ""


@require_POST
def suggest(request: HttpRequest, what: str) -> HttpResponse:
    """Codes with their names while somebody types one: areas, bodies, people. Names are typed in no address."""
    if what not in suggestions.PICKED:
        raise Http404
    standing = request.standing  # type: ignore[attr-defined]
    found = suggestions.find(what, tidy(request.POST.get("typed", ""))[:100], standing)
    return render(request, "cases/list_suggestions.html", {"found": found})


def _headings(reading: list_reading.Reading) -> list[dict[str, Any]]:
    """The columns, with the address that orders the list along those that can order it."""
    now = reading.query.get("ordering") or list_reading.ListPagination.default_order
    return [
        {
            "label": column.label,
            "query": column.ordering and reading.address(ordering=column.ordering, cursor=""),
            "sorted": ("descending" if now.startswith("-") else "ascending")
            if column.ordering == now
            else "",
        }
        for column in reading.columns
    ]


def _tabs(reading: list_reading.Reading, standing: Standing, views: list[SavedView]) -> list[dict[str, Any]]:
    """The lists that everybody has (the heaps of one's own work, all that one may know of), then those that were kept."""
    known: list[tuple[str, Any, bool]] = []
    if works_on_cases(standing):
        known += [(f"queue={name}", queue.label, False) for name, queue in queues.LISTS.items()]
    known += [(query, label, False) for query, label in _EVERYBODYS.items()]
    known += [(view.query, view.name, number == 0) for number, view in enumerate(views)]
    here = _bare(reading.query)
    return [
        {
            "query": query,
            "label": label,
            "is_here": _bare(QueryDict(query)) == here,
            "is_first_kept": is_first,
        }
        for query, label, is_first in known
    ]


def _bare(query: QueryDict) -> QueryDict:
    """The filters alone, without how the list is shown."""
    bare = query.copy()
    for name in list_reading.SHOWING:
        bare.pop(name, None)
    return bare


def _chips(reading: list_reading.Reading, standing: Standing) -> list[dict[str, str]]:
    """What is filtered by, each with the address without it. The heap and the state are said by the tabs."""
    said = {"queue", *list_reading.SHOWING}
    return [
        {
            "label": _label(reading, name),
            "words": ", ".join(_value(reading, name, value, standing) for value in values),
            "without": reading.address(**{name: ""}),
        }
        for name, values in reading.query.lists()
        if name not in said and not (name == "open" and len(_bare(reading.query)) == 1)
    ]


def _label(reading: list_reading.Reading, name: str) -> str:
    field = reading.form.fields.get(name)
    return str(field.label) if field is not None and field.label else str(_FROM_ELSEWHERE.get(name, name))


def _value(reading: list_reading.Reading, name: str, value: str, standing: Standing) -> str:
    field = reading.form.fields.get(name)
    words = dict(getattr(field, "choices", ()))
    if value in words:
        return str(words[value]).removeprefix("– ")
    if name == "figure":
        return str(FORMULAS.get(value, value))
    if name in _DAYS:
        day = parse_date(value)
        return f"{day:%d/%m/%Y}" if day else value
    if value in _YES_NO:
        return str(_YES_NO[value])
    if name in _NAMED:
        return suggestions.called(_NAMED[name], value, standing)
    return value
