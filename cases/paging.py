"""Keyset paging of the work list: page 1000 costs what page 1 costs, and nothing is ever counted.

The order is unique (the id breaks ties) and may hold empty due days, which come last, as the index has them.
"""

import base64
import binascii
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

# ordering parameter -> (column, descending, reader of its value in a cursor)
ORDERS: dict[str, tuple[str, bool, Any]] = {
    "due_on": ("due_on", False, date.fromisoformat),
    "-received_at": ("received_at", True, datetime.fromisoformat),
}


class CasePagination(BasePagination):
    """`next`, `previous`, `results`; `page_size` up to 200; `ordering` due_on or -received_at."""

    default_size = 50
    max_size = 200
    default_order = "-received_at"

    def paginate_queryset(self, queryset: QuerySet[Any], request: Any, view: Any = None) -> list[Any]:
        self.request = request
        self.size = self._size(request)
        self.name = request.query_params.get("ordering") or self.default_order
        if self.name not in ORDERS:
            raise ValidationError({"ordering": [_("Order by due_on or -received_at.")]})
        column, descending, read = ORDERS[self.name]
        here, backwards = self._cursor(request, read)
        onwards = descending != backwards
        page: list[Any] = []
        for stretch in _stretches(queryset, column, here, descending=onwards):
            rows = queryset.filter(stretch) if stretch else queryset
            page += rows.order_by(*_order(column, descending=onwards))[: self.size + 1 - len(page)]
            if len(page) > self.size:
                break
        more, page = len(page) > self.size, page[: self.size]
        if backwards:
            page.reverse()
        self.has_next = backwards or more
        self.has_previous = more if backwards else here is not None
        self.ends = [(row[column], row["id"]) for row in (page[:1] + page[-1:])]
        return page

    def get_paginated_response(self, data: Any) -> Response:
        before, after = self.cursors()
        return Response({"next": self._link(after), "previous": self._link(before), "results": data})

    def cursors(self) -> tuple[str | None, str | None]:
        """The positions from which the page before this one and the page after it are read; None where there is none."""
        before = position("p", *self.ends[0]) if self.ends and self.has_previous else None
        return before, position("n", *self.ends[-1]) if self.ends and self.has_next else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("cursor", {"type": "string"}),
            _parameter("page_size", {"type": "integer", "minimum": 1, "maximum": self.max_size}),
            _parameter("ordering", {"type": "string", "enum": list(ORDERS)}),
        ]

    def _size(self, request: Any) -> int:
        typed = request.query_params.get("page_size")
        if typed is None:
            return self.default_size
        if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:4]) <= self.max_size:
            raise ValidationError({"page_size": [_("Between 1 and %(most)s.") % {"most": self.max_size}]})
        return int(typed)

    def _cursor(self, request: Any, read: Any) -> tuple[tuple[Any, int] | None, bool]:
        typed = request.query_params.get("cursor")
        if not typed:
            return None, False
        try:
            way, value, pk = orjson.loads(base64.urlsafe_b64decode(typed.encode("ascii")))
            if way not in {"n", "p"} or not isinstance(pk, int) or not 0 <= pk < 2**63:
                raise ValueError
            return (None if value is None else read(value), pk), way == "p"
        except (ValueError, TypeError, binascii.Error, UnicodeError):
            raise ValidationError({"cursor": [_("This is not a position in this list.")]}) from None

    def _link(self, cursor: str | None) -> str | None:
        url = self.request.build_absolute_uri()
        return cursor and replace_query_param(remove_query_param(url, "cursor"), "cursor", cursor)


def position(way: str, value: date | datetime | None, pk: int) -> str:
    """Where a row stands in the list, as a cursor: what comes after it ("n") or before it ("p")."""
    raw = orjson.dumps([way, value.isoformat() if value else None, pk])
    return base64.urlsafe_b64encode(raw).decode()


def _order(column: str, *, descending: bool) -> tuple[str, str]:
    # PostgreSQL puts empty values last ascending, first descending: one is the other read backwards.
    return (f"-{column}", "-id") if descending else (column, "id")


def _stretches(
    rows: QuerySet[Any], column: str, here: tuple[Any, int] | None, *, descending: bool
) -> list[Q]:
    """What comes after a position, nearest first; each stretch is one range of an index, which "or" would not be.

    Empty values stand after every day.
    """
    if here is None:
        return [Q()]
    value, pk = here
    step = "lt" if descending else "gt"
    if value is None:
        same = Q((column, None), (f"id__{step}", pk))
        return [same, Q((f"{column}__isnull", False))] if descending else [same]
    beyond = Q((f"{column}__{step}e", value)) & (Q((f"{column}__{step}", value)) | Q((f"id__{step}", pk)))
    may_be_empty = rows.model._meta.get_field(column).null
    return [beyond, Q((column, None))] if may_be_empty and not descending else [beyond]


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}
