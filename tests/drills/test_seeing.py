"""What the drills look at is shown to fail: a row too few, a row too many, a number of the wrong year, a wrong day."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bodies import outbox
from bodies.models import Announcement
from tests.drills.clocks import HERE, Days, Desk, tet_of, wrong_numbers
from tests.drills.ground import quantile, twin
from tests.drills.outcome import Drill, Found, line, write_down
from tests.drills.sweep import compared


def drill(name):
    return Drill(name, f"what {name} does", lambda folder, size: Found("", "", is_met=True), full=0, small=0)


@pytest.mark.django_db(transaction=True)
def test_a_row_too_few_and_a_row_too_many_are_seen():
    def announce(subject):
        with transaction.atomic():
            outbox.announce("test.told", subject, body=None, day=date(2026, 1, 1), at=timezone.now())

    for subject in ("a", "b"):
        announce(subject)
    with twin() as copy:
        assert compared(copy)[1:] == (0, 0)
        Announcement.objects.filter(subject="a").delete()
        assert compared(copy)[1:] == (1, 0)
        announce("b")
        announce("b")
        assert compared(copy)[1:] == (1, 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_database WHERE datname LIKE %s",
            [f"{connection.settings_dict['NAME']}_twin"],
        )
        assert cursor.fetchone() == (0,)


def desk(*taken):
    there = Desk(place=None, webs=[], hands=None)
    there.taken = [
        (code, *(datetime.fromisoformat(at).replace(tzinfo=HERE) for at in span)) for code, *span in taken
    ]
    return there


def test_numbers_of_the_wrong_year_and_gaps_are_seen():
    old, new = "2026-12-31T23:59:59", "2027-01-01T00:00:01"
    right = [("2026-x-000001", old, old), ("2026-x-000002", old, new), ("2027-x-000001", old, new)]
    assert wrong_numbers(desk(*right)) == 0
    assert wrong_numbers(desk(*right, ("2026-x-000003", new, new))) == 1
    assert wrong_numbers(desk(*right, ("2027-x-000003", new, new))) == 1
    assert wrong_numbers(desk(*right, ("2027-x-000001", new, new))) == 1


def test_days_are_counted_by_hand_over_new_year_and_tet():
    days = Days.of(2025, 2027)
    # 1 January 2026 is off, the 2nd for the 10th, which is worked instead.
    assert days.after(date(2025, 12, 31), 1) == date(2026, 1, 5)
    assert days.after(date(2026, 1, 9), 1) == date(2026, 1, 10)
    # Tết 2027: off from Thursday 4 to Wednesday 10 February.
    assert days.after(date(2027, 2, 3), 1) == date(2027, 2, 11)
    assert tet_of(2027) == datetime(2027, 2, 6, tzinfo=HERE)


def test_levels_are_reached_the_day_after():
    days = Days.of(2026, 2026)
    due = date(2026, 3, 17)
    told = {day: days.levels(due, date(2026, 3, day)) for day in (17, 18, 20, 21, 26, 27)}
    assert told == {17: set(), 18: {1}, 20: {1}, 21: {1, 2}, 26: {1, 2}, 27: {1, 2, 3}}


def test_a_quantile_is_a_value_that_occurred():
    assert quantile([3, 1, 2, 4], 0.5) == 2
    assert quantile([3, 1, 2, 4], 0.99) == 4
    assert quantile([7], 0.01) == 7


@pytest.mark.django_db
def test_the_book_keeps_one_row_for_each_drill_in_its_order(tmp_path):
    book, order, at = tmp_path / "drills.md", ["A1", "B2"], datetime(2026, 1, 2, tzinfo=UTC)

    def write(name, figure, *, is_met=True):
        write_down(drill(name), Found(figure, "t", is_met), seconds=1, at=at, order=order, book=book)

    write("B2", "first | try", is_met=False)
    write("A1", "x")
    write("B2", "second")
    rows = [each for each in book.read_text(encoding="utf-8").splitlines() if each.startswith("| ")][1:]
    assert [row.split(" | ")[0] for row in rows] == ["| A1", "| B2"]
    assert "second" in rows[1]
    assert "try" not in rows[1]


def test_the_one_line_says_whether_it_was_enough():
    assert line(drill("A1"), Found("3 lost", "0 lost", is_met=False)) == "A1 3 lost | 0 lost | short"
    assert line(drill("A1"), Found("0 lost", "0 lost", is_met=True)).endswith("| ok")
