"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import shared_task
from django.utils import timezone

from bodies import delivery, housekeeping, jobs, outbox, runs

# Seconds. A job may take long; whether its worker is alive is seen from its row.
_LONG: dict[str, Any] = {"soft_time_limit": 6 * 3600, "time_limit": 6 * 3600 + 60}


def scheduled(does: Callable[[], Any]) -> Any:
    """A task of the schedule: leaves a line of its run, so that a silent beat is seen."""
    return scheduled_with()(does)


def scheduled_with(**options: Any) -> Callable[[Callable[[], Any]], Any]:
    """The same, with options of its own for Celery."""

    def make(does: Callable[[], Any]) -> Any:
        name = f"{does.__module__}.{does.__name__}"

        @shared_task(name=name, **options)
        @wraps(does)
        def task() -> None:
            runs.record(name, does, clock=timezone.now)

        return task

    return make


@scheduled
def tell_pending() -> Any:
    return outbox.tell_pending(timezone.now())


@scheduled
def send_due() -> Any:
    return delivery.send_due(timezone.now())


@scheduled
def send_digests() -> Any:
    return delivery.send_digests(timezone.now())


@scheduled
def report_failures() -> Any:
    return delivery.report_failures(timezone.now())


@scheduled_with(**_LONG)
def run_jobs() -> Any:
    return jobs.run_waiting(timezone.now())


@scheduled
def prune() -> Any:
    return housekeeping.prune(timezone.now())
