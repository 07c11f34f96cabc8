"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from typing import Any

from django.utils import timezone

from bodies.tasks import scheduled
from feedback import register_jobs


@scheduled
def forget_books() -> Any:
    return register_jobs.prune(timezone.now())
