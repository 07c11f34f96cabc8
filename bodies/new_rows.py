"""New rows of one or several tables in one statement, whatever their number: each table's rows go as one JSON text.

What opening a case writes. A test holds it to rows saved one by one.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

# A model, and whether its rows bring their ids.
_Kind = tuple[type[Model], bool]


def give_ids(rows: Sequence[Model]) -> None:
    """Take numbers from the table's own sequence, so that other rows can point at these before they are written."""
    if not rows:
        return
    meta = rows[0]._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(rows)],
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk


def write(rows: Iterable[Model]) -> None:
    """Insert them, all or none. They refer to each other by ids given before; a row without one does not learn its own."""
    groups: dict[_Kind, list[Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    if not groups:
        return
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(groups)), [_as_json(*kind, group) for kind, group in groups.items()])
    for group in groups.values():
        for row in group:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _as_json(model: type[Model], has_id: bool, rows: list[Model]) -> str:  # noqa: FBT001 - a part of a key
    columns = _columns(model, has_id)
    held = [{column: row.__dict__[name] for name, column in columns} for row in rows]
    return orjson.dumps(held, default=_plain).decode()


def _plain(value: Any) -> str:
    """As PostgreSQL reads it from JSON, what JSON does not know."""
    return "\\x" + bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


@lru_cache(maxsize=50)
def _statement(kinds: tuple[_Kind, ...]) -> str:
    """Names of our own tables and columns only; every value is a parameter."""
    *first, last = (_insert(*kind) for kind in kinds)
    named = ", ".join(f"t{number} AS ({each})" for number, each in enumerate(first))
    return f"WITH {named} {last}" if named else last


def _insert(model: type[Model], has_id: bool) -> str:  # noqa: FBT001 - a part of a key
    table = f'"{model._meta.db_table}"'
    names = ", ".join(f'"{column}"' for _name, column in _columns(model, has_id))
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s)"  # noqa: S608


@lru_cache(maxsize=50)
def _columns(model: type[Model], has_id: bool) -> list[tuple[str, str]]:  # noqa: FBT001 - a part of a key
    return [
        (field.attname, str(field.column))
        for field in model._meta.concrete_fields
        if not field.generated and (has_id or not field.primary_key)
    ]
