"""Keeps one service running for as long as somebody uses it: one process per service and place.

A keeper is nobody's child: it lives in a session of its own, so the Ctrl+C meant for a command does not reach it. It
holds the lock `keeper`; users hold the lock `in-use` together. When it can take that one alone, nobody is left.
If the keeper itself is killed, the kernel asks the service to stop.
"""

import shutil
import signal
import subprocess
import time

from config.embedded import processes
from config.embedded.service import Service
from config.embedded.trouble import Trouble

READY = "ready"
_LOOK_EVERY = 0.1
_FIRST_ATTEMPTS = 5
_START_PATIENCE = 300
_STOP_PATIENCE = 60
# A service that stayed up this long had started well; what ended it is a new matter.
_GOOD_RUN = 30


class Keeper:
    """Starts a service, watches it, and stops it. Times are in seconds."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.asked_to_stop = False
        self._users = service.lock("in-use")

    def keep(self) -> None:
        """Returns when nobody uses the service any more. Prints one line, `ready` or what is wrong."""
        holding = self.service.lock("keeper")
        if not holding.take(wait=False):
            print("another keeper is at work", flush=True)
            return
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        # Not SIG_IGN, which the service would inherit: PostgreSQL would miss a stop in its first moments.
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        try:
            self._first_start()
            print(READY, flush=True)
            self._watch()
        except Trouble as trouble:
            print(trouble, flush=True)
        finally:
            self._stop()
            if self.service.place.temporary:
                shutil.rmtree(self.service.data, ignore_errors=True)

    def _ask_to_stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def _first_start(self) -> None:
        self.service.turn_log()
        self.service.end_left_over()
        for attempt in range(1, _FIRST_ATTEMPTS + 1):
            if self._start(self.service.choose_port()) or self._is_over():
                return
            self.service.note(f"keeper: attempt {attempt} to start {self.service.title} failed")
            time.sleep(_pause(attempt))
        raise Trouble(
            f"{self.service.title} does not start. The end of its log {self.service.log}:\n"
            + self.service.end_of_log()
        )

    def _start(self, port: int) -> bool:
        """Clears away what is left of the last run, starts, and waits until it lets us in."""
        self.service.end_left_over()
        self.service.prepare()
        self.process = self.service.start(port)
        until = time.monotonic() + _START_PATIENCE
        while self.process.poll() is None and time.monotonic() < until and not self._is_over():
            if self.service.lets_in():
                self.service.set_up()
                return True
            time.sleep(0.05)
        return False

    def _watch(self) -> None:
        failures = 0
        started_at = time.monotonic()
        while not self._is_over():
            time.sleep(_LOOK_EVERY)
            if self.process is None or self.process.poll() is None:
                continue
            failures = 0 if time.monotonic() - started_at > _GOOD_RUN else failures + 1
            self.service.note(
                f"keeper: {self.service.title} ended ({self.process.returncode}), starting it again"
            )
            time.sleep(_pause(failures))
            started_at = time.monotonic()
            try:
                self._start(self.service.port)
            except Exception as error:  # whatever it is, it is tried again
                self.service.note(f"keeper: {error}")

    def _is_over(self) -> bool:
        """Whether there is nobody left to keep it for. The lock taken here keeps newcomers waiting until it is down."""
        if not self.asked_to_stop and self._users.take(wait=False):
            self.asked_to_stop = True
        return self.asked_to_stop

    def _stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.service.stop_signal)
        try:
            self.process.wait(_STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        processes.gone(self.service.left_over, 5)


def _pause(failures: int) -> float:
    """Seconds before the next attempt: none at first, at most 5."""
    return 0.0 if failures <= 1 else min(5.0, 0.25 * 2**failures)
