"""What time it is while long work goes on: the instant that was given, and what has passed since."""

import time
from datetime import datetime, timedelta


class Stopwatch:
    """Rules are told the time and never ask the wall; but sending takes a while, and must know how long it took."""

    def __init__(self, now: datetime) -> None:
        self._began_at = now
        self._mark = time.monotonic()

    def passed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._mark)

    def now(self) -> datetime:
        return self._began_at + self.passed()
