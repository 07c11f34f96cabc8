"""When each task of the schedule last ran, and how that went."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from bodies.models import TaskRun


def record(name: str, does: Callable[[], Any], *, clock: Callable[[], datetime]) -> Any:
    """Run a task and write down when, and the class of what went wrong. The error goes on to Celery."""
    _write(name, started_at=clock(), finished_at=None)
    try:
        result = does()
    except Exception as error:
        # The database may be what went wrong
        with suppress(DatabaseError):
            at, what = clock(), type(error).__name__
            _write(name, started_at=at, finished_at=at, last_error=what, failed_at=at, failed_with=what)
        raise
    TaskRun.objects.filter(name=name).update(finished_at=clock(), last_error="")
    return result


def _write(name: str, **facts: Any) -> None:
    # One statement, so that two workers starting the same task do not meet
    TaskRun.objects.bulk_create(
        [TaskRun(name=name, **facts)],
        update_conflicts=True,
        update_fields=sorted(facts),
        unique_fields=["name"],
    )
