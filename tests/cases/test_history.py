"""The history of a case: chained, append-only, and every way of tampering with it found."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from bodies import privileges
from cases import verification
from cases.models import Case, DailyHead, Event
from tests.cases.making import answered, at, day, do, make_case, paper

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def cases():
    first = make_case(kind="feedback", received="2024-04-02")
    do(first, "accept", "2024-04-03")
    do(first, "note", "2024-04-04", text="Đã gọi điện")
    answered(first, "2024-04-05", "explained")
    second = make_case(received="2024-04-02")
    do(second, "accept", "2024-04-03")
    return first, second


def tamper(sql, *values):
    """As the owner of the database with its triggers switched off: the strongest of tamperers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")


def faults():
    return [(fault.reference, fault.seq) for fault in verification.verify().faults]


def test_an_untouched_history_holds(cases):
    found = verification.verify()
    assert (found.faults, found.cases, found.events) == ([], 2, 6)


def test_a_changed_line_is_found(cases):
    first, _second = cases
    tamper("UPDATE cases_event SET reason = 'khác' WHERE case_id = %s AND seq = 3", first.pk)
    assert faults() == [(first.reference, 3)]


def test_a_changed_line_with_its_hash_made_anew_is_found_at_the_next(cases):
    first, _second = cases
    tamper(
        "UPDATE cases_event SET reason = 'khác', hash = sha256('x') WHERE case_id = %s AND seq = 2", first.pk
    )
    assert (first.reference, 3) in faults()


def test_a_removed_line_is_found(cases):
    first, second = cases
    tamper("DELETE FROM cases_event WHERE case_id = %s AND seq = 2", first.pk)
    tamper("DELETE FROM cases_event WHERE case_id = %s AND seq = 2", second.pk)
    assert {reference for reference, _seq in faults()} == {first.reference, second.reference}


def test_a_line_put_in_is_found(cases):
    first, _second = cases
    tamper(
        "INSERT INTO cases_event (case_id, seq, move, from_stage, to_stage, body_id, actor, by_id, at, recorded_at, reason, details, "
        "previous, hash) SELECT case_id, seq + 1, 'note', from_stage, to_stage, body_id, actor, by_id, at, recorded_at, 'x', details, "
        "hash, sha256('y') FROM cases_event WHERE case_id = %s AND seq = 4",
        first.pk,
    )
    assert first.reference in {reference for reference, _seq in faults()}


def test_two_lines_that_changed_places_are_found(cases):
    first, _second = cases
    tamper("UPDATE cases_event SET seq = seq + 100 WHERE case_id = %s AND seq IN (2, 3)", first.pk)
    tamper(
        "UPDATE cases_event SET seq = CASE seq WHEN 102 THEN 3 ELSE 2 END WHERE case_id = %s AND seq > 100",
        first.pk,
    )
    assert first.reference in {reference for reference, _seq in faults()}


@pytest.mark.parametrize("sql", ["UPDATE cases_event SET reason = 'x'", "DELETE FROM cases_event"])
def test_nobody_changes_a_line_in_passing(cases, sql):
    with (
        pytest.raises(DatabaseError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_daily_head_is_made_once_and_changes_with_any_history(cases):
    first, _second = cases
    head = verification.make_daily_head(day("2024-04-05"), at=at("2024-04-06"))
    assert (head.cases, head.events) == (2, 6)
    assert verification.make_daily_head(day("2024-04-05"), at=at("2024-04-06")) is None
    Case.objects.filter(pk=first.pk).update(events_head=b"other")
    assert bytes(verification.make_daily_head(day("2024-04-06"), at=at("2024-04-07")).hash) != bytes(
        head.hash
    )
    assert DailyHead.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_role_of_the_application_may_add_to_history_but_not_touch_it(settings):
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS tester")
        cursor.execute("CREATE ROLE tester LOGIN PASSWORD 'tester'")
    settings.DATABASE_APP_ROLE = "tester"
    try:
        privileges.grant("default")
        own = connection.settings_dict
        with psycopg.connect(
            host=own["HOST"],
            port=own["PORT"],
            dbname=own["NAME"],
            user="tester",
            password="tester",
            autocommit=True,
        ) as app:
            for table in privileges.append_only_tables():
                for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        app.execute(sql)
                assert app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP OWNED BY tester")
            cursor.execute("DROP ROLE tester")


def test_every_act_leaves_exactly_one_line_in_the_order_it_was_written(cases):
    first, _second = cases
    lines = Event.objects.filter(case=first).order_by("seq")
    assert [(line.seq, line.move) for line in lines] == [
        (1, "open"),
        (2, "accept"),
        (3, "note"),
        (4, "answer"),
    ]
    first.refresh_from_db()
    assert bytes(first.events_head) == bytes(lines.last().hash)
    assert first.events_count == 4
    assert paper("2024-04-05").number in first.document_numbers
