"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from typing import Any

from django.utils import timezone

from bodies.tasks import scheduled, scheduled_with
from plans import freezing, recounts, reports, typed_figures, weekly


@scheduled
def recount_touched() -> Any:
    return recounts.recount_touched(timezone.now())


@scheduled_with(soft_time_limit=3 * 3600, time_limit=3 * 3600 + 60)
def recount_everything() -> Any:
    return freezing.close_the_day(timezone.now())


@scheduled
def remind_typing() -> Any:
    return typed_figures.remind(timezone.now())


@scheduled
def open_reports() -> Any:
    return reports.open_due(timezone.now())


@scheduled
def tell_heads() -> Any:
    return weekly.tell_heads(timezone.now())
