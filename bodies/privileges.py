"""What the database role of the application may do: everything but rewrite history.

`migrate` runs as the owner of the tables and ends by granting them to the app role. A table whose model says
`append_only = True` can be read and added to, nothing else; so neither a bug nor a stolen password of the
application can change a line of history.
"""

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper


def append_only_tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False))


def grant(alias: str) -> None:
    """Grant every table to the app role. Does nothing where owner and app are one role (a test, a bare set-up)."""
    role = settings.DATABASE_APP_ROLE
    connection = connections[alias]
    if not role or role == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        if not _exists(cursor, role):
            return
        name = connection.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        present = set(connection.introspection.table_names(cursor))
        for table in present.intersection(append_only_tables()):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quoted} FROM {name}")


def _exists(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    return cursor.fetchone() is not None
