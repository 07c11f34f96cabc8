"""When a limit ends and why: the rules of counting, one by one, on days worked out by hand."""

from dataclasses import replace
from datetime import date

import pytest

from bodies.calendars import Calendar, Layer, SpecialDay
from cases.time_limits import (
    BadQuestion,
    Extension,
    State,
    Unit,
    due,
    recognised_in_time,
)
from tests.cases.limits import CALENDAR, a_rule, day, paused

WORKING, CALENDAR_DAYS, BEFORE = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.CALENDAR_DAY_BEFORE


def on(rule, start, **more):
    return due(rule, day(start), CALENDAR, **more).on


# --- Day 0, and the last day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "unit", "start", "expected"),
    [
        (1, WORKING, "2024-04-26", "2024-05-02"),  # Fri; Sat, Sun, swapped off, 30/4, 1/5
        (1, WORKING, "2024-04-27", "2024-05-02"),  # a Saturday keeps its date as day 0
        (1, WORKING, "2024-05-03", "2024-05-04"),  # a worked Saturday counts
        (1, CALENDAR_DAYS, "2024-05-03", "2024-05-04"),  # ... and needs no roll
        (1, CALENDAR_DAYS, "2024-04-26", "2024-05-02"),  # Sat 27/4 rolls over Sun, swapped off, 30/4, 1/5
        (10, CALENDAR_DAYS, "2024-02-01", "2024-02-15"),  # Sun 11 Feb, in the middle of Tet
        (10, WORKING, "2024-02-01", "2024-02-22"),  # 2, 5, 6, 7 | 15, 16, 19, 20, 21, 22
        (5, WORKING, "2025-12-29", "2026-01-07"),  # 30, 31 | 1 and 2 Jan off | 5, 6, 7: across the year's end
        (8, WORKING, "2025-12-29", "2026-01-10"),  # ... 8, 9 and the worked Saturday 10 Jan
        (2, WORKING, "2014-12-25", "2014-12-27"),  # a Saturday worked for a Friday of the next year
        (3, WORKING, "2014-12-25", "2014-12-29"),
        (30, CALENDAR_DAYS, "2026-10-25", "2026-11-25"),  # Tue 24/11, listed as Culture Day
        (30, CALENDAR_DAYS, "2025-10-25", "2025-11-24"),  # not yet in 2025
    ],
)
def test_the_day_of_the_event_is_day_0_and_a_last_day_off_moves_to_the_next_working_day(
    amount, unit, start, expected
):
    assert on(a_rule(amount, unit), start) == day(expected)


def test_where_limits_do_not_roll_the_last_calendar_day_stands_even_on_a_holiday():
    strict = replace(CALENDAR, roll_forward=False)
    assert due(a_rule(10), day("2024-02-01"), strict).on == day("2024-02-11")
    assert due(a_rule(10, WORKING), day("2024-02-01"), strict).on == day("2024-02-22")


@pytest.mark.parametrize(
    ("amount", "event", "expected"),
    [
        (7, "2025-07-25", "2025-07-18"),  # Fri to Fri
        (7, "2025-07-26", "2025-07-18"),  # Sat: the Friday before it
        (7, "2025-07-27", "2025-07-18"),  # Sun
        (7, "2025-05-08", "2025-04-29"),  # Thu 1/5, 30/4 before it: Tue 29/4
        (7, "2025-05-03", "2025-04-26"),  # a Saturday that was worked
        (7, "2026-01-08", "2025-12-31"),  # Thu 1 Jan
    ],
)
@pytest.mark.parametrize("roll_forward", [True, False])
def test_a_limit_counted_back_moves_to_the_working_day_before_whatever_the_calendar_says_of_rolling(
    amount, event, expected, roll_forward
):
    calendar = replace(CALENDAR, roll_forward=roll_forward)
    assert due(a_rule(amount, BEFORE), day(event), calendar).on == day(expected)


# --- Pauses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        # Accepted Thu 2024-05-02; 30 days: Sat 1 Jun, so Mon 3 Jun
        ([], "2024-06-03"),
        ([paused("2024-05-20", "2024-05-27")], "2024-06-10"),  # 7 days: Sat 8 Jun
        ([paused("2024-05-20", "2024-05-20")], "2024-06-03"),  # empty
        ([paused("2024-05-20", "2024-05-21")], "2024-06-03"),  # 1 day: Sun 2 Jun
        (
            [paused("2024-05-20", "2024-05-24"), paused("2024-05-22", "2024-05-27")],
            "2024-06-10",
        ),  # overlapping
        (
            [paused("2024-05-22", "2024-05-27"), paused("2024-05-20", "2024-05-24")],
            "2024-06-10",
        ),  # in any order
        (
            [paused("2024-05-20", "2024-05-27"), paused("2024-05-21", "2024-05-23")],
            "2024-06-10",
        ),  # one in another
        ([paused("2024-05-20", "2024-05-27")] * 2, "2024-06-10"),
        (
            [paused("2024-05-20", "2024-05-24"), paused("2024-05-24", "2024-05-27")],
            "2024-06-10",
        ),  # end to end
        ([paused("2024-04-01", "2024-05-03")], "2024-06-03"),  # on and before day 0
        ([paused("2024-04-01", "2024-05-05")], "2024-06-03"),  # 3 and 4 May: Mon 3 Jun is the last day
        ([paused("2024-05-03", "2024-05-05")], "2024-06-03"),
        ([paused("2024-06-04", "2024-06-20")], "2024-06-03"),  # begins after the due day: late stays late
        ([paused("2024-06-04")], "2024-06-03"),  # ... even while open
        ([paused("2024-06-01", "2024-06-04")], "2024-06-04"),  # on the last day: Tue 4 Jun is day 30
        (
            [paused("2024-06-02", "2024-06-06")],
            "2024-06-06",
        ),  # while it rolls: the first uncovered working day
        (
            [paused("2024-06-03", "2024-06-08")],
            "2024-06-10",
        ),  # on the due day itself; uncovered on a Saturday
        (
            [paused("2024-06-03", "2024-06-11"), paused("2024-06-11", "2024-06-13")],
            "2024-06-13",
        ),  # one leads to the next
        ([paused("2024-06-03", "2024-06-11"), paused("2024-06-12", "2024-06-13")], "2024-06-11"),
    ],
)
def test_paused_days_do_not_count_and_a_pause_after_the_due_day_changes_nothing(pauses, expected):
    assert on(a_rule(30), "2024-05-02", pauses=pauses) == day(expected)


def test_working_days_in_a_pause_do_not_count():
    # Mon 2024-07-01 + 5: Mon 8; without Wed 3 and Thu 4: Wed 10
    assert on(a_rule(5, WORKING), "2024-07-01", pauses=[paused("2024-07-03", "2024-07-05")]) == day(
        "2024-07-10"
    )
    # a pause over a weekend takes nothing
    assert on(a_rule(5, WORKING), "2024-07-01", pauses=[paused("2024-07-06", "2024-07-08")]) == day(
        "2024-07-08"
    )


@pytest.mark.parametrize(
    "start", ["2024-05-01", "2024-05-02", "2024-05-20", "2024-06-01", "2024-06-02", "2024-06-03"]
)
def test_while_a_pause_that_took_effect_is_open_the_due_day_is_unknown(start):
    answer = due(a_rule(30), day("2024-05-02"), CALENDAR, pauses=[paused(start)])
    assert (answer.on, answer.state) == (None, State.PAUSED)
    assert answer.original_on == day("2024-06-03")
    assert answer.explanation[-1].to is None


def test_an_open_pause_inside_a_closed_one_still_stops_the_clock():
    pauses = [paused("2024-05-20", "2024-05-27"), paused("2024-05-22")]
    answer = due(a_rule(30), day("2024-05-02"), CALENDAR, pauses=pauses)
    assert answer.on is None
    assert [stretch.counted for stretch in answer.explanation] == [17, 0]


def test_a_pause_that_ends_before_it_begins_is_refused_wherever_it_lies():
    with pytest.raises(BadQuestion) as refused:
        on(a_rule(30), "2024-05-02", pauses=[paused("2025-05-27", "2025-05-20")])
    assert refused.value.field == "pauses"


# --- Extensions ----------------------------------------------------------------------------------------------------

COMPLEX = a_rule(30, extendable_times=1, extension_amount=30)
ESPECIALLY_COMPLEX = a_rule(30, extendable_times=2, extension_amount=30)


def test_an_extension_adds_its_days_before_any_roll():
    # Thu 2024-05-02 + 60 days: Mon 1 Jul, rolled once (not 3 Jun + 30 = 3 Jul)
    assert on(COMPLEX, "2024-05-02", extensions=1) == day("2024-07-01")
    assert on(COMPLEX, "2024-05-02", extensions=[Extension(30, day("2024-05-30"))]) == day("2024-07-01")
    assert on(COMPLEX, "2024-05-02", extensions=[Extension(10, day("2024-05-30"))]) == day("2024-06-11")
    assert on(ESPECIALLY_COMPLEX, "2024-05-02", extensions=2) == day("2024-07-31")
    assert on(
        a_rule(15, WORKING, extendable_times=1, extension_amount=10), "2024-07-01", extensions=1
    ) == day("2024-08-05")


@pytest.mark.parametrize(
    "extensions", [2, -1, [Extension(1)] * 2, [Extension(31)], [Extension(0)], [Extension(-1)]]
)
def test_more_or_longer_extensions_than_the_rule_allows_are_refused(extensions):
    with pytest.raises(BadQuestion) as refused:
        on(COMPLEX, "2024-05-02", extensions=extensions)
    assert refused.value.field == "extensions"


def test_a_rule_that_cannot_be_extended_refuses_one():
    with pytest.raises(BadQuestion):
        on(a_rule(30), "2024-05-02", extensions=1)


@pytest.mark.parametrize(
    ("dated_on", "pauses", "is_lawful"),
    [
        ("2024-05-01", [], False),
        ("2024-05-02", [], True),  # the first day
        ("2024-06-02", [], True),  # while the limit rolls
        ("2024-06-03", [], True),  # the rolled due day
        ("2024-06-04", [], False),
        ("2024-05-22", [paused("2024-05-20", "2024-05-27")], True),  # during a pause
        ("2024-06-10", [paused("2024-05-20", "2024-05-27")], True),  # the due day that the pause gave
        ("2024-06-11", [paused("2024-05-20", "2024-05-27")], False),
        ("2024-09-02", [paused("2024-05-20")], True),  # during an open pause
        ("2024-06-04", [paused("2024-06-04")], False),  # a pause too late does not help
    ],
)
def test_an_extension_is_dated_while_the_limit_runs(dated_on, pauses, is_lawful):
    extensions = [Extension(30, day(dated_on))]
    if is_lawful:
        on(COMPLEX, "2024-05-02", pauses=pauses, extensions=extensions)
        return
    with pytest.raises(BadQuestion) as refused:
        on(COMPLEX, "2024-05-02", pauses=pauses, extensions=extensions)
    assert refused.value.field == "extensions"


def test_the_second_extension_is_dated_by_the_due_day_that_the_first_gave():
    first = Extension(10, day("2024-06-03"))  # reaches Tue 11 Jun
    assert on(ESPECIALLY_COMPLEX, "2024-05-02", extensions=[Extension(30, day("2024-06-11")), first]) == day(
        "2024-07-11"
    )
    with pytest.raises(BadQuestion):
        on(ESPECIALLY_COMPLEX, "2024-05-02", extensions=[first, Extension(30, day("2024-06-12"))])


def test_an_extension_lets_a_later_pause_take_effect():
    # Without the extension the pause of 10 June would come after the due day
    pauses = [paused("2024-06-10", "2024-06-17")]
    assert on(COMPLEX, "2024-05-02", pauses=pauses) == day("2024-06-03")
    assert on(COMPLEX, "2024-05-02", pauses=pauses, extensions=1) == day("2024-07-08")


@pytest.mark.parametrize("more", [{"pauses": [paused("2025-07-01", "2025-07-01")]}, {"extensions": 1}])
def test_a_limit_counted_back_takes_neither_pauses_nor_extensions(more):
    rule = a_rule(7, BEFORE, extendable_times=1, extension_amount=1)
    with pytest.raises(BadQuestion) as refused:
        on(rule, "2025-07-25", **more)
    assert [refused.value.field] == list(more)


# --- Ceilings ------------------------------------------------------------------------------------------------------


def test_a_complaint_found_complex_in_time_counts_its_ceiling_from_the_same_start():
    accepted = day("2024-04-12")
    normal = due(a_rule(30), accepted, CALENDAR)
    assert normal.on == day("2024-05-13")
    assert recognised_in_time(normal, day("2024-05-06"))
    assert recognised_in_time(normal, day("2024-05-13"))  # on the rolled due day
    assert not recognised_in_time(normal, day("2024-05-14"))
    assert due(a_rule(45), accepted, CALENDAR).on == day("2024-05-27")


def test_a_situation_is_recognised_in_time_while_a_pause_hides_the_due_day():
    hidden = due(a_rule(30), day("2024-04-12"), CALENDAR, pauses=[paused("2024-05-01")])
    assert recognised_in_time(hidden, day("2024-09-01"))


@pytest.mark.parametrize(
    ("withdrawn_on", "expected"),
    [
        ("2024-05-06", "2024-05-13"),  # before the shorter limit ends: that one stands
        ("2024-05-13", "2024-05-13"),
        ("2024-05-20", "2024-05-20"),  # after it: the day of withdrawal
        ("2024-05-25", "2024-05-27"),  # a Saturday: rolled like any last day
    ],
)
def test_a_situation_withdrawn_gives_the_shorter_limit_but_never_before_the_day_of_withdrawal(
    withdrawn_on, expected
):
    assert on(a_rule(30), "2024-04-12", not_before=day(withdrawn_on)) == day(expected)


def test_working_days_end_on_a_working_day_even_where_limits_do_not_roll():
    strict = replace(CALENDAR, roll_forward=False)
    saturday = day("2024-05-25")
    assert due(a_rule(5, WORKING), day("2024-04-12"), strict, not_before=saturday).on == day("2024-05-27")
    assert due(a_rule(5), day("2024-04-12"), strict, not_before=saturday).on == saturday


def test_a_withdrawal_during_a_pause_waits_for_its_end():
    pauses = [paused("2024-05-15", "2024-05-22")]
    assert on(a_rule(30), "2024-04-12", pauses=pauses) == day("2024-05-13")
    assert on(a_rule(30), "2024-04-12", pauses=pauses, not_before=day("2024-05-16")) == day("2024-05-22")
    assert on(a_rule(30), "2024-04-12", pauses=[paused("2024-05-15")], not_before=day("2024-05-16")) is None


# --- The edges of the calendar -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "start", "pauses"),
    [
        (a_rule(30), "2011-12-31", []),
        (a_rule(30), "2050-12-20", []),
        (a_rule(1), "2051-01-01", []),
        (a_rule(30), "2024-05-02", [paused("2024-05-10", "9999-12-31")]),
        (a_rule(30), "9999-12-31", []),
        (a_rule(7, BEFORE), "2012-01-05", []),
        (a_rule(7, BEFORE), "0001-01-01", []),
        (a_rule(7, BEFORE), "2060-01-01", []),
    ],
)
def test_days_that_the_calendar_does_not_know_are_not_guessed(rule, start, pauses):
    with pytest.raises(BadQuestion) as refused:
        on(rule, start, pauses=pauses)
    assert refused.value.field == "start"


@pytest.mark.parametrize("end", [None, "2060-02-01"])
def test_an_extension_past_the_calendar_is_not_guessed_even_with_a_pause_beyond_it(end):
    with pytest.raises(BadQuestion) as refused:
        on(COMPLEX, "2050-11-20", extensions=1, pauses=[paused("2060-01-01", end)])
    assert refused.value.field == "start"


def test_a_pause_far_beyond_the_calendar_does_no_harm_when_it_comes_too_late():
    assert on(a_rule(30), "2024-05-02", pauses=[paused("9999-01-01", "9999-12-31")]) == day("2024-06-03")


def test_a_calendar_on_which_nothing_is_worked_gives_no_answer():
    days = tuple(SpecialDay(date.fromordinal(n), Layer.EXCEPTION, "off") for n in range(738_000, 738_100))
    closed = Calendar(1, days, known_to=date.fromordinal(738_099))
    with pytest.raises(BadQuestion):
        due(a_rule(1), date.fromordinal(738_000), closed)
