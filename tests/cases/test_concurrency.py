"""Two clerks at once, sixteen writers, a retry: exactly one wins, no number is lost or given twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from bodies.refusals import Refused
from bodies.scopes import standing_of
from cases import kept_lists, opening, verification, workflow
from cases.models import Case, CaseNumber, SavedView
from cases.steps import Actor
from tests.cases.making import at, make_body, make_case, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def loaded(db):
    with connection.cursor() as cursor:
        # A flushed database has lost the one row that a migration put there.
        cursor.execute(
            "INSERT INTO bodies_calendarstate (id, version, roll_forward) VALUES (1, 1, true) ON CONFLICT DO NOTHING"
        )
    for command in ("load_calendar", "load_rules"):
        call_command(command, verbosity=0)


def in_threads(count, work, over):
    def closing(each):
        try:
            return work(each)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(closing, over))


def test_of_many_who_make_the_same_move_exactly_one_wins():
    body = make_body()
    head = make_user(("head", body))
    cases = [make_case(body) for _ in range(4)]

    def accept(case):
        try:
            workflow.move(case, "accept", by=Actor.staff(head), recorded_at=at("2024-04-03"), version=1)
        except Refused:
            return 0
        return 1

    won = in_threads(12, accept, [case for case in cases for _ in range(12)])
    assert sum(won) == len(cases)
    assert set(Case.objects.values_list("stage", "events_count", "version")) == {("accepted", 2, 2)}
    assert verification.verify().faults == []


def test_a_list_kept_twice_at_once_is_kept_once():
    user = make_user(("head", make_body()))
    standing = standing_of(user, at("2024-04-03").date())
    together = Barrier(6)

    def keep(number):
        together.wait(60)
        kept_lists.keep(
            standing,
            name="Trễ hạn",
            query=f"due={number}",
            body=None,
            is_default=True,
            role="",
            at=at("2024-04-03"),
        )

    in_threads(6, keep, range(6))
    assert SavedView.objects.filter(owner=user, is_default=True).count() == SavedView.objects.count() == 1


def test_numbers_of_a_book_have_no_gap_and_no_double_under_writers_that_roll_back():
    body = make_body()

    class Rolled(Exception):
        pass

    def number(each):
        try:
            with transaction.atomic():
                reference = opening.next_reference(body, 2024)
                if each % 20 == 0:
                    raise Rolled
                return reference
        except Rolled:
            return None

    given = [reference for reference in in_threads(16, number, range(800)) if reference]
    assert sorted(int(reference[-6:]) for reference in given) == list(range(1, 761))
    assert CaseNumber.objects.get(body=body, year=2024).last == 760
