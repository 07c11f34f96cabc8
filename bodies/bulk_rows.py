"""Many new rows of one table in one COPY: what an import writes. A test compares them with rows saved one by one."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg import sql


def give_ids(rows: Sequence[models.Model]) -> None:
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


def write(rows: Sequence[models.Model]) -> None:
    """Write all of them, or none. They do not learn ids that they were not given."""
    if not rows:
        return
    here = connections[DEFAULT_DB_ALIAS]
    fields, statement = _copy_of(type(rows[0]), has_ids=rows[0].pk is not None)
    columns = [
        (field.attname, field.get_db_prep_save if isinstance(field, _WRAPPED) else None) for field in fields
    ]
    with here.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = row.__dict__
            copy.write_row([wrap(values[name], here) if wrap else values[name] for name, wrap in columns])
    for row in rows:
        row._state.adding = False
        row._state.db = here.alias


# What the driver must be told how to write; all else it knows by itself.
_WRAPPED = (models.JSONField, ArrayField)


@lru_cache(maxsize=40)
def _copy_of(model: type[models.Model], *, has_ids: bool) -> tuple[list[Any], sql.Composed]:
    meta = model._meta
    fields = [
        field for field in meta.concrete_fields if not field.generated and (has_ids or field is not meta.pk)
    ]
    names = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    return fields, sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(meta.db_table), names)
