"""The calendar as rows: loaded once, changed by an office, and in force everywhere at once."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from bodies import working_days
from bodies.calendar_seed import load_calendar, read_seed
from bodies.models import Announcement, CalendarDay, CalendarState
from bodies.refusals import BadInput

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # already the 21st in Viet Nam
SWAP = {"name": "Làm bù", "document": "1/TTg", "by": None, "at": AT}


@pytest.fixture
def _loaded():
    load_calendar(read_seed())


def version():
    return CalendarState.objects.get().version


def rows():
    return list(CalendarDay.objects.order_by("id").values_list())


def test_the_calendar_is_loaded_once_and_a_second_run_changes_nothing():
    CalendarDay.objects.all().delete()
    first, second = StringIO(), StringIO()
    call_command("load_calendar", json=True, stdout=first)
    before, at_first = rows(), version()
    call_command("load_calendar", json=True, stdout=second)
    assert (rows(), version()) == (before, at_first)
    count = len(read_seed().days)
    assert json.loads(first.getvalue()) == {"created": count, "changed": 0, "removed": 0, "unchanged": 0}
    assert json.loads(second.getvalue()) == {"created": 0, "changed": 0, "removed": 0, "unchanged": count}


@pytest.mark.usefixtures("_loaded")
def test_the_rows_give_the_calendar_of_the_seed_from_the_first_year_to_the_last():
    calendar = working_days.current_calendar()
    assert sorted(calendar.days, key=lambda day: (day.on, day.layer)) == list(read_seed().days)
    assert (calendar.known_from, calendar.known_to) == (date(2012, 1, 1), date(2050, 12, 31))
    assert calendar.version == version()


@pytest.mark.usefixtures("_loaded")
def test_loading_mends_holidays_but_never_what_an_office_said():
    CalendarDay.objects.filter(date=date(2024, 4, 30)).update(name="?")
    CalendarDay.objects.filter(date=date(2024, 5, 1)).delete()
    CalendarDay.objects.create(date=date(2024, 5, 2), layer="holiday", name="of no seed")
    working_days.set_day(date(2026, 1, 10), working=False, name="Nghỉ", document="2/TTg", by=None, at=AT)
    working_days.set_day(date(2026, 11, 24), working=True, **SWAP)
    CalendarState.objects.update(roll_forward=False)

    counts = load_calendar(read_seed())

    assert counts == {"created": 1, "changed": 1, "removed": 1, "unchanged": len(read_seed().days) - 1}
    calendar = working_days.current_calendar()
    assert calendar.why_off(date(2024, 4, 30)).endswith("Ngày Chiến thắng")
    assert not calendar.is_working_day(date(2024, 5, 1))
    assert calendar.is_working_day(date(2024, 5, 2))
    assert not calendar.is_working_day(date(2026, 1, 10))
    assert calendar.is_working_day(date(2026, 11, 24))
    assert not calendar.roll_forward


@pytest.mark.usefixtures("_loaded")
def test_an_exception_counts_at_once_raises_the_version_and_is_announced():
    before = version()
    assert not working_days.current_calendar().is_working_day(date(2026, 11, 24))

    working_days.set_day(date(2026, 11, 24), working=True, **SWAP)

    assert version() > before
    assert working_days.current_calendar().is_working_day(date(2026, 11, 24))
    said = Announcement.objects.get(topic="calendar.changed")
    assert (said.subject, said.day, said.at) == ("2026-11-24", date(2026, 11, 21), AT)
    assert said.facts == {"working": True, "document": "1/TTg", "by": None}


@pytest.mark.usefixtures("_loaded")
def test_saying_the_same_again_changes_nothing():
    working_days.set_day(date(2026, 11, 24), working=True, **SWAP)
    before = version()
    working_days.set_day(date(2026, 11, 24), working=True, **SWAP)
    assert (version(), Announcement.objects.count()) == (before, 1)


@pytest.mark.usefixtures("_loaded")
def test_an_exception_taken_back_leaves_the_holiday():
    working_days.set_day(date(2026, 9, 2), working=True, **SWAP)
    working_days.remove_day(date(2026, 9, 2), by=None, at=AT)
    assert working_days.current_calendar().why_off(date(2026, 9, 2)).endswith("Quốc khánh")
    with pytest.raises(BadInput) as refused:
        working_days.remove_day(date(2026, 9, 2), by=None, at=AT)
    assert list(refused.value.errors) == ["date"]


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize(
    ("day", "name", "document", "fields"),
    [
        (date(2026, 9, 2), " ", "1/TTg", ["name"]),
        (date(2026, 9, 2), "Làm bù", "", ["document"]),
        (date(2026, 9, 2), "x" * 201, "x" * 201, ["name", "document"]),
        (date(2051, 9, 2), "Làm bù", "1/TTg", ["date"]),
    ],
)
def test_an_exception_without_a_name_or_a_document_is_refused_by_field(day, name, document, fields):
    before = version()
    with pytest.raises(BadInput) as refused:
        working_days.set_day(day, working=True, name=name, document=document, by=None, at=AT)
    assert list(refused.value.errors) == fields
    assert version() == before


@pytest.mark.usefixtures("_loaded")
def test_a_change_that_was_rolled_back_is_not_remembered():
    with transaction.atomic():
        working_days.set_day(date(2026, 9, 2), working=True, **SWAP)
        assert working_days.current_calendar().is_working_day(date(2026, 9, 2))
        transaction.set_rollback(True)
    working_days.set_day(date(2026, 9, 3), working=False, name="Nghỉ", document="2/TTg", by=None, at=AT)
    assert not working_days.current_calendar().is_working_day(date(2026, 9, 2))
    assert not working_days.current_calendar().is_working_day(date(2026, 9, 3))


@pytest.mark.usefixtures("_loaded")
def test_asking_again_is_one_query(django_assert_num_queries):
    working_days.current_calendar()
    with django_assert_num_queries(1):
        working_days.current_calendar()


@pytest.mark.usefixtures("_loaded")
def test_whether_limits_roll_is_a_change_of_the_calendar():
    assert working_days.current_calendar().roll_forward
    CalendarState.objects.update(roll_forward=False)
    assert not working_days.current_calendar().roll_forward


@pytest.mark.usefixtures("_loaded")
def test_an_empty_calendar_knows_no_day():
    CalendarDay.objects.all().delete()
    calendar = working_days.current_calendar()
    assert calendar.known_from > calendar.known_to


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_leave_one_calendar():
    CalendarDay.objects.all().delete()

    def load():
        load_calendar(read_seed())
        connection.close()

    threads = [Thread(target=load) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CalendarDay.objects.count() == len(read_seed().days)
