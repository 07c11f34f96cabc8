"""Celery's way in to this room. A task decides nothing: it says what time it is and calls one function."""

from typing import Any

from django.utils import timezone

from bodies.tasks import scheduled
from dialogues import upkeep


@scheduled
def follow_mergers() -> Any:
    return upkeep.follow_mergers(timezone.now())
