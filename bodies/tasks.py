"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from celery import shared_task
from django.utils import timezone

from bodies import delivery, idempotency, jobs, limits, messages, outbox, runs


def scheduled(does: Callable[[], Any]) -> Any:
    """A task of the schedule: leaves a line of its run, so that a silent beat is seen."""

    @shared_task(name=f"{does.__module__}.{does.__name__}")
    @wraps(does)
    def task() -> None:
        runs.record(f"{does.__module__}.{does.__name__}", does, clock=timezone.now)

    return task


@scheduled
def tell_pending() -> Any:
    return outbox.tell_pending(timezone.now())


@scheduled
def send_due() -> Any:
    return delivery.send_due(timezone.now(), clock=timezone.now)


@scheduled
def send_digests() -> Any:
    return delivery.send_digests(timezone.now(), clock=timezone.now)


@scheduled
def run_jobs() -> Any:
    return jobs.run_waiting(timezone.now(), clock=timezone.now)


@scheduled
def prune() -> Any:
    now = timezone.now()
    return [
        outbox.prune(now - timedelta(days=30)),
        messages.prune(now - messages.KEPT),
        idempotency.prune(now),
        limits.prune(now),
    ]
