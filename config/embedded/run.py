"""Runs one command with the services up."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config import catalogues
from config.embedded import processes
from config.embedded.places import lasting_place, temporary_place
from config.embedded.surroundings import surroundings
from config.embedded.trouble import Trouble


def run(command: Sequence[str], *, temporary: bool) -> int:
    """Runs it and returns its exit code. `temporary`: on services made for it alone and removed afterwards."""
    catalogues.compile_stale()
    if temporary:
        with temporary_place() as place, surroundings(place, os.environ) as environment:
            return call(command, environment)
    with surroundings(lasting_place(), os.environ) as environment:
        return call(command, environment)


def call(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs it in this terminal. What would end us ends the command first, so that the services outlive it."""
    programs = str(Path(sys.executable).parent)
    path = f"{programs}{os.pathsep}{environment.get('PATH', os.defpath)}"
    try:
        process = subprocess.Popen(
            command,
            env={**environment, "PATH": path},
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),
        )
    except OSError as error:
        raise Trouble(f"{command[0]} cannot be run: {error.strerror}.") from None

    def pass_on(number: int, *_: object) -> None:
        process.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    # Ctrl+C reaches the command by itself: it shares our terminal.
    signal.signal(signal.SIGINT, lambda *_: None)
    code = process.wait()
    return code if code >= 0 else 128 - code
