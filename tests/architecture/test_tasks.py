"""Every task runs by the schedule or is called by somebody, and the schedule names only tasks that exist."""

import re

from config.celery import app
from tests.architecture.source import ROOMS, files_of, read


def our_tasks():
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.split(".")[0] in ROOMS}


def idle(tasks, schedule, source):
    """Tasks that nobody starts."""
    scheduled = {entry["task"] for entry in schedule.values()}
    called = set(re.findall(r"(\w+)\.(?:delay|apply_async)\(", source))
    return {name for name in tasks - scheduled if name.rsplit(".", 1)[-1] not in called}


def test_every_task_is_started_by_something():
    tasks = our_tasks()
    assert len(tasks) >= 8
    source = "\n".join(read(path) for path in files_of(*ROOMS))
    assert idle(tasks, app.conf.beat_schedule, source) == set()


def test_the_schedule_names_only_tasks_that_exist():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= our_tasks()


def test_a_task_that_nobody_starts_is_seen():
    schedule = {"a": {"task": "bodies.tasks.a"}}
    tasks = {"bodies.tasks.a", "bodies.tasks.b", "bodies.tasks.c"}
    assert idle(tasks, schedule, "tasks.b.delay(1)") == {"bodies.tasks.c"}
