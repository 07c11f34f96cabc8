"""What must follow a change below: a new holiday moves the clocks it touches, a merger moves the open cases."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bodies import structure, working_days
from bodies.calendars import add_working_days, next_working_day
from bodies.models import Message, User
from cases import climbing, escalation, upkeep, verification
from cases.law import current_law
from cases.models import Case, Escalation, Event
from tests.cases.making import at, day, do, due_days, make_body, make_case, make_user

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


def late_and_told(received="2026-03-02"):
    """To be answered by Tuesday 17 March 2026, and swept on the next morning: its head was told."""
    body = make_body()
    head = make_user(("head", body))
    case = make_case(body, kind="feedback", received=received)
    do(case, "accept", received)
    escalation.raise_overdue(at("2026-03-18", 8))
    return case, head


def new_holiday(on="2026-03-17"):
    working_days.set_day(
        day(on), working=False, name="Nghỉ", document="1/QĐ", by=admin(), at=at("2026-03-18", 9)
    )


def test_a_level_that_a_new_holiday_makes_untrue_is_withdrawn_and_whoever_was_told_is_told():
    case, head = late_and_told()
    assert [e.level for e in Escalation.objects.filter(case=case, withdrawn_at=None)] == [1]
    new_holiday()
    upkeep.reckon_anew(at("2026-03-18", 10))
    withdrawn = Escalation.objects.get(case=case)
    assert withdrawn.withdrawn_at == at("2026-03-18", 10)
    line = Event.objects.get(case=case, move="reckon")
    assert line.details["withdrawn"] == [{"clock": "feedback.answer", "level": 1}]
    keys = list(Message.objects.filter(recipient=head).order_by("id").values_list("key", flat=True))
    assert keys[-1] == f"withdrawn:{keys[-2]}:2026-03-18"
    assert [step["reached"] for step in climbing.ladder_of(case, current_law())] == [False]
    # The new due day passes too: the level is true of it, and told of it.
    case.refresh_from_db()
    assert case.next_attention_at == at("2026-03-19", 0)
    escalation.raise_overdue(at("2026-03-19", 8))
    assert [e.due_on for e in Escalation.objects.filter(case=case, withdrawn_at=None)] == [day("2026-03-18")]
    assert verification.verify().faults == []


def test_a_level_that_stays_true_after_a_new_holiday_is_not_withdrawn():
    case, _head = late_and_told()
    new_holiday()
    upkeep.reckon_anew(at("2026-03-19", 10))
    assert Escalation.objects.get(case=case).withdrawn_at is None
    assert "withdrawn" not in Event.objects.get(case=case, move="reckon").details


def test_a_case_that_cannot_be_reckoned_or_moved_on_holds_up_no_other():
    old, new = make_body(), make_body()
    bad, good = (make_case(old, kind="feedback", received="2026-03-02") for _ in range(2))
    # A line of this number is there already: the database refuses a second.
    Case.objects.filter(pk=bad.pk).update(events_count=0)
    new_holiday("2026-03-10")
    upkeep.reckon_anew(at("2026-03-05", 10))
    assert due_days(good)["feedback.accept"] == "2026-03-17"
    assert due_days(bad)["feedback.accept"] == "2026-03-16"
    structure.merge(
        [old],
        new,
        on=day("2026-03-09"),
        document="NQ 1",
        by=User.objects.get(username="admin"),
        at=at("2026-03-09", 8),
    )
    assert upkeep.follow_mergers(at("2026-03-09", 9)) == 1
    assert set(Case.objects.values_list("pk", "body")) == {(good.pk, new.pk), (bad.pk, old.pk)}


def test_what_somebody_holds_is_the_next_runs(monkeypatch):
    case = make_case(kind="feedback", received="2026-03-02")
    new_holiday("2026-03-10")
    take = upkeep.take_unchanged

    def after_a_clerk(rows):
        do(case, "accept", "2026-03-04")
        return take(rows)

    monkeypatch.setattr(upkeep, "take_unchanged", after_a_clerk)
    assert upkeep.reckon_anew(at("2026-03-05", 10)) == 0
    monkeypatch.undo()
    upkeep.reckon_anew(at("2026-03-05", 11))
    # Fifteen days from 4 March, counted with the new holiday once.
    assert Event.objects.filter(case=case, move="reckon").count() == 0
    assert not case.clocks.reckoned_before(current_law().version).exists()


def test_a_holiday_over_many_cases_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries):
    body = make_body()
    for _ in range(30):
        make_case(body, kind="feedback", received="2026-03-02")
    new_holiday("2026-03-10")
    with django_assert_max_num_queries(20):
        assert upkeep.reckon_anew(at("2026-03-05", 10)) == 30


def test_the_command_sets_a_day_and_lists_the_limits_that_moved(capsys):
    now = timezone.localdate()
    case = make_case(kind="feedback", received=now.isoformat())
    due = case.clocks.get(rule="feedback.accept").due_on
    # A day that is worked, between today and the due day.
    off = add_working_days(now, 2, current_law().calendar)
    told = ["--off", "--name", "Nghỉ bù", "--document", "12/QĐ-UBND"]
    call_command("set_day", off.isoformat(), *told)
    later = next_working_day(due, current_law().calendar)
    assert f"{case.reference}  feedback.accept  {due} -> {later}" in capsys.readouterr().out
    call_command("set_day", off.isoformat(), "--remove", "--json")
    back = json.loads(capsys.readouterr().out)["moved"]
    assert {"case": case.reference, "rule": "feedback.accept"}.items() <= back[0].items()
    assert (back[0]["was_due_on"], back[0]["due_on"]) == (later.isoformat(), due.isoformat())
    for wrong, said in ((["2026-13-45", "--off"], "2026-13-45"), ([off.isoformat(), "--off"], "document")):
        with pytest.raises(CommandError, match=said):
            call_command("set_day", *wrong)
