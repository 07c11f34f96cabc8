"""The bar of the legal procedure: what is done and when, what is owed now and by when."""

import pytest

from cases.law import current_law
from cases.procedure import Course, bar_of
from tests.cases.making import answered, day, do, make_case, paper

pytestmark = pytest.mark.usefixtures("law")


def bar(case, on):
    case.refresh_from_db()
    course = Course(
        case=case,
        events=list(case.events.order_by("seq")),
        clocks=list(case.clocks.all()),
        law=current_law(),
        today=day(on),
    )
    return {step.code: step for step in bar_of(course)}


def states(steps):
    return {code: step.state for code, step in steps.items()}


def test_a_new_complaint_waits_for_acceptance_and_tells_what_to_expect():
    steps = bar(make_case(received="2026-11-02"), "2026-11-03")
    assert steps["received"].done_on == day("2026-11-02")
    assert steps["sorted"].state == "now"
    # Ten days from the receipt, a limit that runs.
    assert (steps["accepted"].planned_on, steps["accepted"].is_estimate) == (day("2026-11-12"), False)
    # Thirty days from acceptance on its last day: a Saturday, so Monday; a limit that does not run yet.
    assert (steps["answered"].planned_on, steps["answered"].is_estimate) == (day("2026-12-14"), True)
    assert steps["closed"].planned_on is None


def test_what_was_done_keeps_its_day_and_its_limit():
    case = make_case(received="2026-11-02")
    do(case, "accept", "2026-11-05")
    steps = bar(case, "2026-11-06")
    assert (steps["accepted"].done_on, steps["accepted"].planned_on) == (day("2026-11-05"), day("2026-11-12"))
    assert (steps["answered"].planned_on, steps["answered"].is_estimate) == (day("2026-12-07"), False)
    assert steps["verified"].state == "now"


def test_a_step_that_was_passed_over_is_not_owed():
    case = make_case(received="2026-10-01")
    do(case, "accept", "2026-10-05")
    answered(case, "2026-10-20")
    steps = bar(case, "2026-10-21")
    assert steps["verified"].state == "skipped"
    assert steps["answered"].done_on == day("2026-10-20")
    assert steps["told"].state == "now"


def test_a_missed_step_is_late_while_it_is_owed_and_after_it_was_done():
    case = make_case(kind="feedback", received="2026-09-07")
    do(case, "accept", "2026-09-08")
    assert not bar(case, "2026-09-23")["answered"].is_late
    assert bar(case, "2026-09-24")["answered"].is_late
    answered(case, "2026-09-30", result="met")
    assert bar(case, "2026-10-01")["answered"].is_late


def test_a_paused_limit_has_no_day():
    case = make_case(kind="feedback", received="2026-09-07")
    do(case, "accept", "2026-09-08")
    do(case, "suspend", "2026-09-10", ground="chờ", document=paper("2026-09-10"))
    step = bar(case, "2026-09-11")["answered"]
    assert (step.planned_on, step.is_paused) == (None, True)


def test_a_case_that_ended_otherwise_shows_how():
    case = make_case(received="2026-11-02")
    do(case, "guide", "2026-11-04", right_address="Tòa án")
    steps = bar(case, "2026-11-05")
    assert states(steps) == {"received": "done", "sorted": "done", "ended": "done"}
    assert steps["ended"].done_on == day("2026-11-04")


def test_what_is_reopened_is_to_be_answered_again():
    case = make_case(kind="feedback", received="2026-09-07")
    do(case, "accept", "2026-09-08")
    answered(case, "2026-09-10", result="met")
    do(case, "close", "2026-09-10")
    assert set(states(bar(case, "2026-09-11")).values()) <= {"done", "skipped"}
    do(case, "reopen", "2026-09-14")
    steps = bar(case, "2026-09-15")
    assert (steps["answered"].state, steps["answered"].planned_on) == ("now", day("2026-09-29"))


def test_a_duty_has_no_acceptance():
    steps = bar(make_case(kind="conclusion", received="2026-11-02"), "2026-11-03")
    assert list(steps) == ["assigned", "answered", "closed"]
    assert steps["answered"].state == "now"
