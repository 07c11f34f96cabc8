"""What one address of the work list shows: the filters as understood, one page of lines, and what was wrong with the question."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, QueryDict
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from bodies.scopes import Standing
from bodies.working_days import current_calendar
from cases import queues
from cases.columns import COLUMNS, Column, chosen
from cases.filters import CaseFilter
from cases.lines import Line, line, readable
from cases.list_forms import ListForm
from cases.models import Case
from cases.paging import ORDERS, CasePagination, position

# Beside the filters: how the list is shown, which no saved or counted set of rows depends on.
SHOWING = ("col", "ordering", "cursor", "page_size", "at")


class ListPagination(CasePagination):
    """The page's own order: what is due first."""

    default_order = "due_on"


@dataclass
class Reading:
    """One page of the list. `faults` are sentences to show; with any there are no lines."""

    form: ListForm
    query: QueryDict
    columns: list[Column] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    before: str | None = None
    after: str | None = None
    faults: list[str] = field(default_factory=list)

    def address(self, **changed: str) -> str:
        """This list's query string, with other values for some names (empty: without the name)."""
        query = self.query.copy()
        for name, value in changed.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return query.urlencode()

    def place_of(self, shown: Line) -> str:
        """The cursor from which the list goes on after a line."""
        return position("n", *shown.place)


def read(request: HttpRequest, standing: Standing, today: date) -> Reading:
    """The page of lines that the address asks for, as this person may see them."""
    # A bare address asks for what is open.
    form = ListForm(request.GET or QueryDict("open=true"))
    if not form.is_valid():
        return Reading(form, QueryDict(), chosen(()), faults=_sentences(form.errors.get_json_data()))
    reading = Reading(form, form.asked(), chosen(form.cleaned_data["col"]))
    try:
        _fill(reading, request, standing, today)
    except ValidationError as wrong:
        reading.faults = _flat(wrong.detail)
    return reading


def read_found(rows: QuerySet[Case], standing: Standing, today: date) -> Reading:
    """The newest of the cases that a number led to: one page, in no address."""
    reading = Reading(ListForm(QueryDict()), QueryDict(), chosen(()))
    calendar = current_calendar()
    newest = readable(rows).order_by("-received_at", "-id")[: ListPagination.default_size]
    reading.lines = [
        line(row, reading.columns, standing, today=today, calendar=calendar, ordered_by="received_at")
        for row in newest
    ]
    return reading


def first_of(rows: QuerySet[Case], standing: Standing, today: date, many: int) -> list[Line]:
    """The lines that come due first among these rows; what has no day comes last."""
    calendar = current_calendar()
    found = readable(rows).order_by(F("due_on").asc(nulls_last=True), "id")[:many]
    return [
        line(
            row,
            (COLUMNS["kind"], COLUMNS["stage"]),
            standing,
            today=today,
            calendar=calendar,
            ordered_by="due_on",
        )
        for row in found
    ]


def rows_asked(query: QueryDict, request: HttpRequest, standing: Standing, today: date) -> QuerySet[Case]:
    """The cases that these filters mean. Raises ValidationError for codes and days that mean nothing."""
    name = query.get("queue")
    rows = (
        queues.rows_of(name, standing, today, current_calendar())
        if name
        else Case.objects.visible_to(standing, as_list=True)
    )
    asked = CaseFilter(data=query, queryset=rows, request=request)
    if not asked.is_valid():
        raise ValidationError(asked.errors)
    return asked.qs


def _fill(reading: Reading, request: HttpRequest, standing: Standing, today: date) -> None:
    rows = rows_asked(reading.query, request, standing, today)
    pages, calendar = ListPagination(), current_calendar()
    found = pages.paginate_queryset(readable(rows), Request(request))
    column = ORDERS[pages.name][0]
    reading.lines = [
        line(row, reading.columns, standing, today=today, calendar=calendar, ordered_by=column)
        for row in found
    ]
    reading.before, reading.after = pages.cursors()


def _sentences(errors: dict[str, Any]) -> list[str]:
    return [each["message"] for listed in errors.values() for each in listed]


def _flat(detail: Any) -> list[str]:
    """The sentences of a refusal, without the names of parameters, which no reader of a page knows."""
    if isinstance(detail, dict):
        return [sentence for each in detail.values() for sentence in _flat(each)]
    if isinstance(detail, list):
        return [sentence for each in detail for sentence in _flat(each)]
    return [str(detail)]
