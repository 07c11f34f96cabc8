"""The counting against an independent one: the working-day functions of the `holidays` library itself."""

import random
from datetime import date, timedelta

import holidays
import pytest

from bodies.calendars import add_working_days, working_days_between
from cases.time_limits import Unit, due
from tests.cases.limits import CALENDAR, a_rule

FIRST, LAST = date(2012, 7, 1), date(2027, 12, 31)
QUESTIONS = 10_000


@pytest.fixture(scope="module")
def oracle():
    """The library's calendar with the two decisions of 2026 that it lacks; all years first: its worked Saturdays are lazy."""
    listed = holidays.country_holidays("VN", language="vi", years=range(2011, 2031))
    assert listed.is_working_day(date(2026, 1, 2)), (
        "the library knows it now: drop the exception from calendar.yaml"
    )
    listed[date(2026, 1, 2)] = "12729/VPCP-KGVX"
    listed.weekend_workdays.add(date(2026, 1, 10))
    return listed


def asked_of_the_library(oracle, unit, amount, start):
    if unit == Unit.WORKING_DAY:
        return oracle.get_nth_working_day(start, amount)
    back = unit == Unit.CALENDAR_DAY_BEFORE
    last = start - timedelta(days=amount) if back else start + timedelta(days=amount)
    return last if oracle.is_working_day(last) else oracle.get_nth_working_day(last, -1 if back else 1)


def test_ten_thousand_random_questions_have_the_answers_of_the_library(oracle):
    chance = random.Random(20_240_402)
    for _question in range(QUESTIONS):
        unit = chance.choice(list(Unit))
        start = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
        amount = chance.choice([3, 5, 7, 10, 15, 20, 30, 45, 60, 70, 90])
        extensions = chance.choice([0, 0, 1, 2]) if unit != Unit.CALENDAR_DAY_BEFORE else 0
        rule = a_rule(amount, unit, extendable_times=2, extension_amount=15)
        answer = due(rule, start, CALENDAR, extensions=extensions)
        expected = asked_of_the_library(oracle, unit, amount + 15 * extensions, start)
        assert answer.on == expected, (unit, amount, extensions, start)


def test_every_day_is_worked_exactly_when_the_library_says_so(oracle):
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
    assert [day for day in days if CALENDAR.is_working_day(day) != oracle.is_working_day(day)] == []


def test_working_days_between_two_dates_are_those_of_the_library(oracle):
    chance = random.Random(5)
    for _question in range(500):
        start = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
        end = start + timedelta(days=chance.randrange(120))
        between = oracle.get_working_days_count(start + timedelta(days=1), end) if end > start else 0
        assert working_days_between(start, end, CALENDAR) == between
        count = chance.randrange(1, 40)
        assert add_working_days(start, -count, CALENDAR) == oracle.get_nth_working_day(start, -count)
