"""The product in a process whose clock stands elsewhere: the WSGI application, and Celery's with the tests' listeners.

DRILL_CLOCK names a file with the seconds by which the clock is ahead. Whoever writes another number there moves the clocks
of all processes that read it, those that run already and those that they fork.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

_FILE = Path(os.environ["DRILL_CLOCK"])


def _ahead() -> float:
    return float(_FILE.read_text(encoding="ascii"))


_shown = _ahead()
_traveller = time_machine.travel(time.time() + _shown, tick=True).start()
# It ticks from the first time it is asked.
time.time()


def _follow() -> None:
    global _shown
    while True:
        time.sleep(0.1)
        ahead = _ahead()
        if ahead != _shown:
            _traveller.shift(ahead - _shown)
            _shown = ahead


def _begin() -> None:
    threading.Thread(target=_follow, daemon=True).start()


_begin()
os.register_at_fork(after_in_child=_begin)

from config.wsgi import application  # noqa: E402 - its clock must stand first
from tests.listening import app  # noqa: E402

__all__ = ["app", "application"]
