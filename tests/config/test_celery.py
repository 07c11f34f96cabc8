"""The schedule of what runs by itself, as code."""

import time_machine

from config.celery import app


def test_every_entry_of_the_schedule_names_a_task_that_there_is_and_expires():
    app.loader.import_default_modules()
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, name
        assert entry["options"]["expires"] >= entry["schedule"], name


def test_every_task_of_ours_is_on_the_schedule():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_nothing_waits_for_an_hour_that_a_machine_may_sleep_through():
    """By state and often: an entry for one hour of the day would be lost with that hour."""
    assert all(entry["schedule"] <= 3600 for entry in app.conf.beat_schedule.values())


def test_what_must_be_told_within_half_a_minute_is_looked_for_every_few_seconds():
    by_task = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert by_task["bodies.tasks.tell_pending"] <= 5
    assert by_task["cases.tasks.raise_overdue"] <= 60


def test_a_tick_made_by_a_clock_that_runs_a_little_behind_is_still_good():
    """Two machines are never at the same second."""
    assert min(entry["options"]["expires"] for entry in app.conf.beat_schedule.values()) >= 30


def test_nothing_about_people_is_given_to_the_broker():
    """A task's message holds its name: no arguments."""
    with time_machine.travel(0):
        assert not [
            name for name, entry in app.conf.beat_schedule.items() if "args" in entry or "kwargs" in entry
        ]
