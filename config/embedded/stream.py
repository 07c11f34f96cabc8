"""Many processes' output in one terminal: whole lines, each with the name of the one who said it."""

import os
import selectors
import signal
import sys
import time
from pathlib import Path
from typing import IO


class Stream:
    """Follows pipes and the ends of log files."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._tails: list[tuple[IO[bytes], _Lines]] = []

    def follow(self, name: str, source: IO[bytes]) -> None:
        """A pipe, until all who hold its other end are gone."""
        os.set_blocking(source.fileno(), False)
        self._selector.register(source, selectors.EVENT_READ, _Lines(name))

    def tail(self, name: str, log: Path) -> None:
        """What is added to a file from now on."""
        source = log.open("rb")
        source.seek(0, os.SEEK_END)
        self._tails.append((source, _Lines(name)))

    def pump(self, seconds: float) -> bool:
        """Waits at most this long and passes on what was said; whether there was anything."""
        for source, lines in self._tails:
            lines.add(source.read())
        if not self._selector.get_map():
            time.sleep(seconds)
            return False
        ready = self._selector.select(seconds)
        for key, _ in ready:
            self._read(key)
        return bool(ready)

    def _read(self, key: selectors.SelectorKey) -> None:
        lines: _Lines = key.data
        try:
            while block := os.read(key.fd, 65536):
                lines.add(block)
        except BlockingIOError:
            return
        lines.end()
        self._selector.unregister(key.fileobj)
        os.close(key.fd)


class _Lines:
    """Cuts what arrives into lines."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rest = b""

    def add(self, block: bytes) -> None:
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            say(self._name, line.decode("utf-8", "replace"))

    def end(self) -> None:
        if self._rest:
            self.add(b"\n")


def say(name: str, text: str) -> None:
    try:
        print(f"{name:8} | {text}", flush=True)
    except OSError:
        # The terminal was closed or the pipe broken: nobody listens any more, so it is time to stop.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the rest of our life
        os.kill(os.getpid(), signal.SIGTERM)
