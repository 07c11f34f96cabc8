"""The explanation of a due day: every stretch of days, so that a citizen can check it by hand."""

from dataclasses import replace

import pytest

from cases.time_limits import Extension, Unit, due
from tests.cases.limits import CALENDAR, a_rule, day, paused, told

pytestmark = pytest.mark.usefixtures("in_english")


def test_calendar_days_without_interruption_are_one_stretch():
    answer = due(a_rule(45), day("2024-02-05"), CALENDAR)
    assert [stretch.as_json() for stretch in answer.explanation] == [
        {"from": "2024-02-06", "to": "2024-03-21", "counted": 45, "why": "calendar days"}
    ]


def test_a_last_day_that_does_not_roll_is_told_like_the_others():
    strict = replace(CALENDAR, roll_forward=False)
    answer = due(a_rule(10), day("2024-02-01"), strict)
    assert told(answer) == [("2024-02-02", "2024-02-11", 10, "calendar days")]


def test_working_days_name_every_day_that_did_not_count():
    answer = due(a_rule(10, Unit.WORKING_DAY), day("2024-04-22"), CALENDAR)
    assert told(answer) == [
        ("2024-04-23", "2024-04-26", 4, "working days"),
        ("2024-04-27", "2024-04-28", 0, "weekend"),
        ("2024-04-29", "2024-04-29", 0, "day off: Ngày nghỉ (thay cho ngày 04/05/2024)"),
        ("2024-04-30", "2024-04-30", 0, "day off: Ngày Chiến thắng"),
        ("2024-05-01", "2024-05-01", 0, "day off: Ngày Quốc tế Lao động"),
        ("2024-05-02", "2024-05-03", 2, "working days"),
        ("2024-05-04", "2024-05-04", 1, "worked: Làm bù (thay cho ngày 29/04/2024)"),
        ("2024-05-05", "2024-05-05", 0, "weekend"),
        ("2024-05-06", "2024-05-08", 3, "working days"),
    ]


def test_a_limit_that_moves_tells_how_it_moved():
    answer = due(a_rule(30), day("2024-05-02"), CALENDAR, pauses=[paused("2024-06-03", "2024-06-04", "số 5")])
    assert told(answer) == [
        ("2024-05-03", "2024-05-31", 29, "calendar days"),
        (
            "2024-06-01",
            "2024-06-01",
            1,
            "last day counted, but not worked (weekend): moves to the next working day",
        ),
        ("2024-06-02", "2024-06-02", 0, "weekend"),
        ("2024-06-03", "2024-06-03", 0, "paused: số 5"),
        ("2024-06-04", "2024-06-04", 0, "the first working day after it: the due day"),
    ]


def test_a_pause_that_opens_while_the_limit_moves_is_told_as_open():
    answer = due(a_rule(30), day("2024-05-02"), CALENDAR, pauses=[paused("2024-06-03")])
    assert told(answer)[1:] == [
        (
            "2024-06-01",
            "2024-06-01",
            1,
            "last day counted, but not worked (weekend): moves to the next working day",
        ),
        ("2024-06-02", "2024-06-02", 0, "weekend"),
        ("2024-06-03", None, 0, "paused"),
    ]


def test_a_limit_counted_back_is_told_from_its_due_day_to_the_eve_of_the_event():
    answer = due(a_rule(7, Unit.CALENDAR_DAY_BEFORE), day("2025-05-08"), CALENDAR)
    assert told(answer) == [
        ("2025-04-29", "2025-04-29", 0, "the last working day before it: the due day"),
        ("2025-04-30", "2025-04-30", 0, "day off: Ngày Chiến thắng"),
        (
            "2025-05-01",
            "2025-05-01",
            1,
            "last day counted back, but not worked (day off: Ngày Quốc tế Lao động): moves to the working day before it",
        ),
        ("2025-05-02", "2025-05-07", 6, "calendar days before the event"),
    ]


def test_the_days_of_an_extension_given_during_a_pause_follow_the_remaining_days():
    answer = due(
        a_rule(30, extendable_times=1, extension_amount=30),
        day("2024-05-02"),
        CALENDAR,
        pauses=[paused("2024-05-20", "2024-05-27", "08/QĐ-TĐC")],
        extensions=[Extension(30, day("2024-05-22"), "12/QĐ-GH")],
    )
    assert answer.on == day("2024-07-08")
    assert told(answer) == [
        ("2024-05-03", "2024-05-19", 17, "calendar days"),
        ("2024-05-20", "2024-05-26", 0, "paused: 08/QĐ-TĐC"),
        ("2024-05-27", "2024-06-08", 13, "calendar days"),
        ("2024-06-09", "2024-07-08", 30, "calendar days, extension 1: 12/QĐ-GH"),
    ]


def test_a_withdrawal_is_explained():
    answer = due(a_rule(30), day("2024-04-12"), CALENDAR, not_before=day("2024-05-20"))
    assert told(answer) == [
        ("2024-04-13", "2024-05-11", 29, "calendar days"),
        (
            "2024-05-12",
            "2024-05-12",
            1,
            "last day counted, but not worked (weekend): moves to the next working day",
        ),
        ("2024-05-13", "2024-05-20", 0, "not due before 20/05/2024, when the longer situation was withdrawn"),
    ]
