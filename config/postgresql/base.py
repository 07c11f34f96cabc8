"""The connection that Django works with. django_prometheus has one of its own, which makes a class at every request."""

from select import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django_prometheus.db import errors_total, query_duration_seconds
from psycopg_pool import ConnectionPool

_LABELS = ("default", "postgresql")
_SECONDS = query_duration_seconds.labels(*_LABELS)


class Cursor(base.Cursor):
    """A cursor that keeps how long its statements took, and which errors they made."""

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        with _SECONDS.time():
            try:
                return super().execute(*args, **kwargs)
            except psycopg.Error as error:
                errors_total.labels(*_LABELS, type(error).__name__).inc()
                raise


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"cursor_factory": Cursor}

    @property
    def pool(self) -> ConnectionPool | None:
        is_new = self.alias not in self._connection_pools
        pool = super().pool
        if pool is not None and is_new and pool._check is not None:
            pool._check = check
        return pool


def check(connection: psycopg.Connection[Any]) -> None:
    """Whether a connection from the pool still stands: who has closed it has said so, and only then is asked.

    Raises OperationalError where it does not. What psycopg_pool does asks the server at every request.
    """
    readable, _writable, _broken = select([connection.fileno()], [], [], 0)
    if readable:
        ConnectionPool.check_connection(connection)
