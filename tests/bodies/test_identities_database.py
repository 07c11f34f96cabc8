"""The application's own role in the database: it reads and adds lines of the log, and can never change one."""

import psycopg
import pytest
from django.db import connection
from psycopg import errors, sql

from bodies import privileges
from bodies.models import IdentityRead
from tests.bodies.making import make_user
from tests.bodies.sealed import AT, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def app(settings):
    """A second connection to the test database, in a role that was granted what the application gets."""
    role = f"app_of_{connection.settings_dict['NAME']}"
    settings.DATABASE_APP_ROLE = role
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{role}"')
    try:
        privileges.grant("default")
        params = connection.get_connection_params()
        where = {name: params[name] for name in ("host", "port", "dbname", "user", "password")}
        with psycopg.connect(**where, autocommit=True) as second:
            second.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            yield second
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')


@pytest.fixture
def line():
    return IdentityRead.objects.create(person=make_person(), by=make_user(), at=AT, reason="To answer")


def test_the_application_reads_and_adds_lines(line, app):
    app.execute(
        "INSERT INTO bodies_identityread (person_id, by_id, at, reason, case_reference) VALUES (%s, %s, %s, 'Again', '')",
        [line.person_id, line.by_id, AT],
    )
    assert app.execute("SELECT count(*) FROM bodies_identityread").fetchone() == (2,)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bodies_identityread SET reason = 'Another'",
        "DELETE FROM bodies_identityread",
        "TRUNCATE bodies_identityread",
        "ALTER TABLE bodies_identityread DISABLE TRIGGER ALL",
        "DROP TABLE bodies_identityread",
    ],
)
def test_the_application_cannot_change_a_line(line, app, change):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(change)
    assert IdentityRead.objects.get().reason == "To answer"


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM bodies_formeridentity",
        "UPDATE bodies_formeridentity SET at = now()",
        "UPDATE bodies_formeridentity SET by_id = by_id",
        "DELETE FROM bodies_reveal",
    ],
)
def test_the_application_cannot_change_who_replaced_or_asked_what(line, app, change):
    app.execute(
        "INSERT INTO bodies_formeridentity (person_id, token, box, key_id, by_id, at) "
        "VALUES (%s, gen_random_uuid(), '', 'k1', %s, %s)",
        [line.person_id, line.by_id, AT],
    )
    app.execute(
        "INSERT INTO bodies_reveal (person_id, asked_by_id, asked_at, reason, case_reference, state) "
        "VALUES (%s, %s, %s, 'Why', '', 'waiting')",
        [line.person_id, line.by_id, AT],
    )
    with pytest.raises(errors.RestrictViolation):
        app.execute(change)
    app.execute("UPDATE bodies_formeridentity SET box = 'x', key_id = 'k2'")
