"""The connection of ours: one that was closed is noticed before it is used, and statements are timed for /metrics."""

from select import select

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from config.postgresql.base import check

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    """A connection of our own to the same server."""
    with psycopg.connect(**_address(), autocommit=True) as opened:
        yield opened


def _address():
    told = connection.settings_dict
    return {
        "dbname": told["NAME"],
        "user": told["USER"],
        "password": told["PASSWORD"],
        "host": told["HOST"],
        "port": told["PORT"],
    }


def test_a_connection_that_stands_passes_and_stays_usable(other):
    check(other)
    assert other.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_that_the_server_has_closed_is_noticed(other):
    pid = other.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)
    # Until the last word of the server has come.
    select([other.fileno()], [], [], 5)
    with pytest.raises(psycopg.OperationalError):
        check(other)


def test_statements_and_their_errors_are_counted(client):
    def told(name):
        lines = client.get("/metrics").content.decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    seconds = "django_db_query_duration_seconds_count"
    errors = 'django_db_errors_total{alias="default",type="DivisionByZero"'
    before = told(seconds), told(errors)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert told(errors) == before[1] + 1
    assert told(seconds) > before[0]
