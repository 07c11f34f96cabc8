"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from bodies.tasks import scheduled
from cases import escalation, upkeep, verification


@scheduled
def reckon_anew() -> Any:
    return upkeep.reckon_anew(timezone.now())


@scheduled
def follow_mergers() -> Any:
    return upkeep.follow_mergers(timezone.now())


@scheduled
def make_daily_head() -> Any:
    now = timezone.now()
    return verification.make_daily_head(timezone.localdate(now) - timedelta(days=1), at=now)


@scheduled
def raise_overdue() -> Any:
    return escalation.raise_overdue(timezone.now())
