"""The product's Celery application with listeners of the tests beside its own: for workers that a test starts.

`celery -A tests.listening worker`; tests.processes.worker(..., app="tests.listening").
"""

import os
import time
from datetime import datetime

import django

from config.celery import app

django.setup()

from bodies import jobs, outbox  # noqa: E402 - models are there only now
from bodies.models import Announcement, Job  # noqa: E402

__all__ = ["app"]

# Seconds that a row takes, so that a killed worker is killed in the middle of something.
_EACH = float(os.environ.get("TEST_LISTENER_SECONDS", "0"))
# Every task of the schedule so often instead, or those alone whose names are given.
_TICK = float(os.environ.get("TEST_TICK_SECONDS", "0"))
_ONLY = set(os.environ.get("TEST_TICK_TASKS", "").split())

if _TICK:
    app.conf.beat_schedule = {
        name: {**entry, "schedule": entry["schedule"] if _ONLY and entry["task"] not in _ONLY else _TICK}
        for name, entry in app.conf.beat_schedule.items()
    }


@outbox.listens_to("test.rang")
def echo(row: Announcement, now: datetime) -> None:
    """An echo is kept single by nothing but the transaction of its row."""
    time.sleep(_EACH)
    if row.facts.get("bad"):
        raise RuntimeError
    outbox.announce("test.echo", row.subject, body=None, day=row.day, at=now)


@jobs.worker("test.count")
def count(job: Job, progress: jobs.Progress) -> dict[str, int]:
    for done in range(int(job.arguments["to"])):
        time.sleep(_EACH)
        progress(done + 1, int(job.arguments["to"]))
    return {"counted": int(job.arguments["to"])}
