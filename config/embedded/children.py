"""The demo's own processes: started, started again when they die, stopped with all they started."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from config.embedded import processes
from config.embedded.places import PROJECT
from config.embedded.stream import Stream, say

# Every process of a demo carries this variable with the demo's folder, so that the next one finds what is left of it.
MARK = "LANG_NGHE_DEMO"
# Seconds after which a process has started well: what ends it later is a new matter.
_GOOD_RUN = 30
_LONGEST_PAUSE = 10.0


class Child:
    """One process that is kept running. It leads a session of its own, to which all it starts belongs.

    `passing` are the open files it gets of ours, under the same numbers.
    """

    def __init__(
        self, name: str, command: Sequence[str], stream: Stream, *, passing: Sequence[int] = ()
    ) -> None:
        self.name = name
        self._passing = passing
        self._command = command
        self._stream = stream
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_start_at = 0.0
        self._failures = 0

    def tend(self, environment: Mapping[str, str]) -> None:
        """Starts it, if it is not running and its pause is over."""
        if self.is_running():
            return
        now = time.monotonic()
        if self._process is not None:
            self._give_up(self._process, now)
        if now >= self._next_start_at:
            self._started_at = now
            self._process = start(self.name, self._command, environment, self._stream, passing=self._passing)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        """Asks the process alone: how its own children end is its affair."""
        if self._process is not None and self.is_running():
            self._process.terminate()

    def kill(self) -> None:
        """With all it started."""
        if self._process is not None:
            _kill_session(self._process)

    def _give_up(self, process: subprocess.Popen[bytes], now: float) -> None:
        """Ends what a dead process left behind, and sets its next start: at once, then later each time."""
        _kill_session(process)
        self._failures = 1 if now - self._started_at > _GOOD_RUN else self._failures + 1
        pause = 0.0 if self._failures == 1 else min(_LONGEST_PAUSE, 0.25 * 2**self._failures)
        self._next_start_at = now + pause
        self._process = None
        say("demo", f"{self.name} ended ({process.returncode}), it is started again in {pause:g} s")


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def start(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    stream: Stream,
    answer: IO[bytes] | None = None,
    passing: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Starts a process that is asked to end when we die; the stream follows it. What it answers can go to a file."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=answer or subprocess.PIPE,
        stderr=subprocess.PIPE if answer else subprocess.STDOUT,
        start_new_session=True,
        pass_fds=passing,
        preexec_fn=processes.dies_with_parent(signal.SIGTERM),
    )
    said = process.stdout or process.stderr
    assert said is not None  # noqa: S101 - for the type checker
    stream.follow(name, said)
    return process


def end_left_over(folder: Path) -> None:
    """Ends what a demo that was killed has left running."""
    processes.end(lambda: processes.marked(MARK, str(folder)), signal.SIGTERM, patience=5)
