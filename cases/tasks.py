"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from bodies.tasks import scheduled, scheduled_with
from cases import drafts, escalation, tallies, upkeep, verification


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


@scheduled
def recount_figures() -> Any:
    return tallies.recount_noted(timezone.now())


@scheduled_with(soft_time_limit=6 * 3600, time_limit=6 * 3600 + 60)
def check_figures() -> Any:
    return tallies.check_daily(timezone.now())


@scheduled
def forget_drafts() -> Any:
    return drafts.prune(timezone.now())
