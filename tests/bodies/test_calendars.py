"""Which days are worked: the order of the layers, and the working days between two dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodies.calendar_seed import read_seed
from bodies.calendars import (
    Calendar,
    Layer,
    SpecialDay,
    add_working_days,
    next_working_day,
    working_days_between,
)

pytestmark = pytest.mark.usefixtures("in_english")

CALENDAR = Calendar(version=1, days=read_seed().days)
DAYS = st.dates(date(2012, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2024, 4, 26), True),  # a Friday
        (date(2024, 4, 27), False),  # a Saturday
        (date(2024, 4, 29), False),  # a Monday, swapped off
        (date(2024, 4, 30), False),  # Victory Day
        (date(2024, 5, 4), True),  # the Saturday worked for it
        (date(2024, 5, 5), False),  # a Sunday
        (date(2014, 12, 27), True),  # a Saturday worked for a Friday of the next year
        (date(2015, 1, 2), False),
        (date(2026, 1, 2), False),  # the swap that the library lacks
        (date(2026, 1, 10), True),
        (date(2026, 11, 24), False),  # Culture Day, listed ahead of the law
        (date(2025, 11, 24), True),
        (date(2026, 4, 27), False),  # compensates for a Sunday
        (date(2025, 1, 29), False),  # Tet
    ],
)
def test_the_calendar_knows_the_days_that_were_decided(day, is_worked):
    assert CALENDAR.is_working_day(day) is is_worked
    assert (CALENDAR.why_off(day) == "") is is_worked


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("exception", [None, True, False])
@pytest.mark.parametrize("swapped", [None, True])
@pytest.mark.parametrize("holiday", [None, False])
def test_an_exception_goes_before_a_swapped_saturday_that_before_a_holiday_that_before_the_weekday(
    weekday, exception, swapped, holiday
):
    day = date(2024, 7, 1) + timedelta(days=weekday)
    layers = {Layer.HOLIDAY: holiday, Layer.SWAPPED: swapped, Layer.EXCEPTION: exception}
    days = [
        SpecialDay(day, layer, layer.name, is_working=worked)
        for layer, worked in layers.items()
        if worked is not None
    ]

    expected = next((said for said in (exception, swapped, holiday) if said is not None), weekday < 5)

    for order in (days, days[::-1]):
        assert Calendar(version=1, days=tuple(order)).is_working_day(day) is expected


def test_a_saturday_worked_for_a_day_of_the_next_year_is_known_without_loading_that_year(tmp_path):
    path = tmp_path / "calendar.yaml"
    path.write_text("{years: {from: 2014, to: 2014}, roll_forward: true, unconfirmed: [], exceptions: []}")
    days = {day.on: day for day in read_seed(path).days}
    assert days[date(2014, 12, 27)].is_working
    assert days[date(2014, 12, 27)].name == "Làm bù (thay cho ngày 02/01/2015)"
    assert {on.year for on in days} == {2014}


def test_a_day_off_is_explained_by_its_vietnamese_name_its_document_and_its_doubt():
    assert CALENDAR.why_off(date(2024, 4, 29)) == "day off: Ngày nghỉ (thay cho ngày 04/05/2024)"
    assert CALENDAR.why_off(date(2026, 1, 2)).endswith("(12729/VPCP-KGVX)")
    assert CALENDAR.why_off(date(2026, 11, 24)) == "day off: Ngày Văn hóa Việt Nam (chưa xác nhận)"
    assert CALENDAR.why_off(date(2024, 4, 27)) == "weekend"
    assert CALENDAR.why_worked(date(2024, 5, 4)) == "worked: Làm bù (thay cho ngày 29/04/2024)"
    assert CALENDAR.why_worked(date(2024, 4, 26)) == ""
    assert CALENDAR.why_worked(date(2024, 4, 29)) == ""


def test_a_holiday_on_a_weekend_is_named():
    assert CALENDAR.why_off(date(2024, 2, 10)) == "day off: Tết Nguyên Đán"


def test_working_days_are_added_over_weekends_and_holidays():
    # Mon 22/4/2024: 23, 24, 25, 26, then the worked Saturday-week: 2, 3, 4 May
    assert add_working_days(date(2024, 4, 22), 7, CALENDAR) == date(2024, 5, 4)
    assert add_working_days(date(2024, 5, 4), -7, CALENDAR) == date(2024, 4, 22)
    assert add_working_days(date(2024, 4, 27), 0, CALENDAR) == date(2024, 4, 27)
    assert next_working_day(date(2024, 4, 26), CALENDAR) == date(2024, 5, 2)
    assert next_working_day(date(2024, 4, 23), CALENDAR) == date(2024, 4, 24)


@given(after=DAYS, days=st.integers(-400, 400))
def test_the_working_days_between_two_dates_are_those_that_a_finger_counts(after, days):
    to = after + timedelta(days=days)
    first, last = sorted([after, to])
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    counted = sum(CALENDAR.is_working_day(day) for day in between)
    assert working_days_between(after, to, CALENDAR) == (counted if days > 0 else -counted)


@given(start=DAYS, days=st.integers(1, 120))
def test_adding_working_days_and_counting_them_undo_each_other(start, days):
    end = add_working_days(start, days, CALENDAR)
    assert CALENDAR.is_working_day(end)
    assert working_days_between(start, end, CALENDAR) == days


@given(day=st.dates())
def test_without_any_row_a_day_is_worked_by_its_weekday(day):
    assert Calendar(version=0).is_working_day(day) == (day.weekday() < 5)
