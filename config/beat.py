"""Celery's scheduler, for a machine whose clock is put back."""

import time
from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Goes on when the clock is put back.

    Celery's own waits until the clock shows again when each task would have been next: put back by an hour, nothing would
    climb and nobody be told for an hour.
    """

    # What the clock showed last; more than it can show at first, for the last run may have been before a restart.
    _shown = float("inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        shown = time.time()
        if shown < self._shown:
            self._forget_the_future()
        self._shown = shown
        return super().tick(*args, **kwargs)

    def _forget_the_future(self) -> None:
        """What ran later than now ran now, and the order of what comes is worked out anew."""
        for entry in self.schedule.values():
            entry.last_run_at = min(entry.last_run_at, entry.default_now())
        self._heap = None
