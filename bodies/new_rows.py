"""A few new rows of several tables in one statement, as one act writes them. A test holds it to rows saved one by one."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

# A model, whether its rows bring their ids, and how many there are.
_Kind = tuple[type[Model], bool, int]


def write(rows: Iterable[Model]) -> None:
    """Insert them, all or none. They refer to each other by ids given before; a row without one does not learn its own."""
    groups: dict[tuple[type[Model], bool], list[Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    kinds = tuple((model, has_id, len(group)) for (model, has_id), group in groups.items())
    values: list[Any] = []
    for (model, has_id), group in groups.items():
        fields = _fields(model, has_id)
        values += [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            for row in group
            for field in fields
        ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(kinds), values)
    for group in groups.values():
        for row in group:
            row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=100)
def _statement(kinds: tuple[_Kind, ...]) -> str:
    """Names of our own tables and columns only; every value is a parameter."""
    *first, last = (_insert(*kind) for kind in kinds)
    named = ", ".join(f"t{number} AS ({each})" for number, each in enumerate(first))
    return f"WITH {named} {last}" if named else last


def _insert(model: type[Model], has_id: bool, count: int) -> str:  # noqa: FBT001 - a part of a key
    fields = _fields(model, has_id)
    names = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([row] * count)}'  # noqa: S608


@lru_cache(maxsize=50)
def _fields(model: type[Model], has_id: bool) -> list[Any]:  # noqa: FBT001 - a part of a key
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (has_id or not field.primary_key)
    ]
