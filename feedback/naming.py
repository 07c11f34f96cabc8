"""Bodies, a place and a subject by their codes, in one statement: what every petition names. A test holds it to the ORM."""

from collections.abc import Collection
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, models

from bodies.models import Area, Body
from cases.models import Subject

_TABLES: tuple[type[models.Model], ...] = (Body, Area, Subject)
_ASKED = """
SELECT 0, to_jsonb(t)::text FROM bodies_body t WHERE t.code = ANY(%s)
UNION ALL SELECT 1, to_jsonb(t)::text FROM bodies_area t WHERE t.code = %s
UNION ALL SELECT 2, to_jsonb(t)::text FROM cases_subject t WHERE t.code = %s AND t.is_active
"""


def named(
    *, bodies: Collection[str], area: str | None, subject: str | None
) -> dict[tuple[type[models.Model], str], Any]:
    """The rows that are there, by table and code; retired subjects are not."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [list(bodies), area, subject])
        rows = [_row(_TABLES[which], orjson.loads(columns)) for which, columns in cursor.fetchall()]
    return {(type(row), row.code): row for row in rows}


def _row(model: type[models.Model], columns: dict[str, Any]) -> Any:
    fields = model._meta.concrete_fields
    values = [field.to_python(columns[str(field.column)]) for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)
