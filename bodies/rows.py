"""Many rows of several tables in one statement: each column goes as a list, and the database puts them side by side."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model
from psycopg import sql


def insert_together(*tables: Sequence[Model]) -> None:
    """Insert lists of new rows, each of one model, in one statement whatever their number. Ids are given by the database.

    For what writes thousands: no signals, no ids back. Columns that hold lists cannot go this way.
    """
    inserts, columns = [], []
    for rows in tables:
        if rows:
            inserts.append(_insert(rows[0]))
            columns += [_column(field, rows) for field in _fields(rows[0])]
    if not inserts:
        return
    *first, last = inserts
    named = [
        sql.SQL("{} AS ({})").format(sql.Identifier(f"t{number}"), each) for number, each in enumerate(first)
    ]
    before = sql.SQL("WITH {} ").format(sql.SQL(", ").join(named)) if named else sql.SQL("")
    with connection.cursor() as cursor:
        cursor.execute(before + last, columns)


def _insert(row: Model) -> sql.Composed:
    fields = _fields(row)
    names = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS r ({})").format(
        sql.Identifier(row._meta.db_table),
        names,
        sql.SQL(", ").join(_selected(field) for field in fields),
        sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(_sent_as(field))) for field in fields),
        names,
    )


def _fields(row: Model) -> list[Any]:
    return [
        field for field in row._meta.local_concrete_fields if not field.primary_key and not field.generated
    ]


def _sent_as(field: Any) -> str:
    """Texts go without their length: a cast would cut them in silence, the column refuses them."""
    kind = str(field.db_type(connection))
    return "text" if isinstance(field, JSONField) or kind.startswith("varchar") else kind


def _selected(field: Any) -> sql.Composable:
    name = sql.Identifier(field.column)
    return sql.SQL("{}::jsonb").format(name) if isinstance(field, JSONField) else name


def _column(field: Any, rows: Sequence[Model]) -> list[Any]:
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, JSONField):
        return [None if value is None else json.dumps(value, cls=field.encoder) for value in values]
    return values
