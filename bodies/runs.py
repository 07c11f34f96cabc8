"""When each task of the schedule last ran, and how that went."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bodies.models import TaskRun


def record(name: str, does: Callable[[], Any], *, clock: Callable[[], datetime]) -> Any:
    """Run a task and write down when, and the class of what went wrong. The error goes on to Celery."""
    TaskRun.objects.update_or_create(name=name, defaults={"started_at": clock(), "finished_at": None})
    try:
        result = does()
    except Exception as error:
        TaskRun.objects.filter(name=name).update(last_error=type(error).__name__)
        raise
    TaskRun.objects.filter(name=name).update(finished_at=clock(), last_error="")
    return result
