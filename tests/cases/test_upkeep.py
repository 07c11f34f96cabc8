"""What must follow a change below: a new holiday moves the clocks it touches, a merger moves the open cases."""

import pytest

from bodies import structure, working_days
from bodies.models import User
from cases import upkeep
from cases.models import Case, Event
from tests.cases.making import at, day, do, due_days, make_body, make_case

pytestmark = pytest.mark.usefixtures("law")


def admin():
    return User.objects.create_user("admin", full_name="A")


def test_a_new_holiday_moves_the_running_clocks_it_touches_and_tells_their_history_why():
    moved = make_case(kind="feedback", channel="reception", received="2026-03-02")
    untouched = make_case(kind="feedback", channel="reception", received="2026-06-01")
    ended = make_case(kind="feedback", channel="reception", received="2026-03-02")
    do(ended, "void", "2026-03-03")
    assert due_days(moved)["reception.reply"] == "2026-03-16"
    frozen = due_days(ended)

    working_days.set_day(
        day("2026-03-10"),
        working=False,
        name="Nghỉ đột xuất",
        document="1/QĐ",
        by=admin(),
        at=at("2026-03-05"),
    )
    assert (
        upkeep.reckon_anew(at("2026-03-05", 10)) == 2
    )  # the reply and the acceptance, both ten working days

    assert due_days(moved)["reception.reply"] == "2026-03-17"
    line = Event.objects.get(case=moved, move="reckon")
    assert {(c["rule"], c["was_due_on"], c["due_on"]) for c in line.details["clocks"]} == {
        ("reception.reply", "2026-03-16", "2026-03-17"),
        ("feedback.accept", "2026-03-16", "2026-03-17"),
    }
    assert not Event.objects.filter(case__in=[untouched, ended], move="reckon").exists()
    assert due_days(ended) == frozen
    assert upkeep.reckon_anew(at("2026-03-05", 11)) == 0


def test_open_cases_of_a_closed_body_go_to_its_successor_and_their_clocks_run_on():
    old, new = make_body(), make_body()
    running = make_case(old, received="2026-03-02")
    ended = make_case(old, received="2026-03-02")
    do(ended, "void", "2026-03-03")
    before = due_days(running)
    structure.merge([old], new, on=day("2026-03-09"), document="NQ 1", by=admin(), at=at("2026-03-09", 8))

    assert upkeep.follow_mergers(at("2026-03-08")) == 0
    assert upkeep.follow_mergers(at("2026-03-09")) == 1
    assert upkeep.follow_mergers(at("2026-03-09", 10)) == 0

    running.refresh_from_db()
    ended.refresh_from_db()
    assert (running.body, running.received_by, ended.body) == (new, old, old)
    assert due_days(running) == before
    assert Event.objects.get(case=running, move="succeed").details == {
        "from_body": old.code,
        "body": new.code,
    }
    assert Case.objects.filter(body=old).count() == 1
