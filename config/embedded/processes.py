"""Processes of this machine: who is left over from an earlier run, how to end them, how not to leave any."""

import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_PROCESSES = Path("/proc")


def dies_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends the child this signal when the process that started it dies.

    Popen calls it after changing the user, which would clear the wish. Start such children from the main thread: the
    kernel watches the thread.
    """
    parent = os.getpid()

    def ask() -> None:
        die_with_parent(number)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def die_with_parent(number: signal.Signals) -> None:
    """Asks the kernel to send this very process the signal when its parent dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def working_in(folder: Path, names: Iterable[str]) -> list[int]:
    """The running processes with one of these names whose working folder is this one.

    PostgreSQL and Valkey work in their data folder, so this finds what an earlier run left there, and never a stranger
    that was given the number of a dead process.
    """
    wanted = set(names)
    return [pid for pid in _running() if _name(pid) in wanted and _link(pid, "cwd") == str(folder)]


def marked(variable: str, value: str) -> list[int]:
    """The running processes that were started with this variable in their environment, and all they started."""
    mark = f"{variable}={value}".encode()
    return [pid for pid in _running() if pid != os.getpid() and mark in _environment(pid).split(b"\0")]


def is_running(pid: int) -> bool:
    """Whether the process lives. One that is dead but not yet reaped by its parent does not."""
    try:
        stat = (_PROCESSES / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def end(find: Callable[[], list[int]], first: signal.Signals, *, patience: float) -> bool:
    """Asks those found to end, waits so many seconds, then kills. True when none is left."""
    send(find(), first)
    if gone(find, patience):
        return True
    send(find(), signal.SIGKILL)
    return gone(find, 5)


def send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def gone(find: Callable[[], list[int]], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while find():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def listen(port: int) -> socket.socket | None:
    """A socket of this machine that listens on the port, 0 for any; None when the port is not free."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except (OSError, OverflowError):
        listening.close()
        return None
    return listening


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _running() -> Iterator[int]:
    for entry in _PROCESSES.iterdir():
        if entry.name.isdigit() and is_running(int(entry.name)):
            yield int(entry.name)


def _name(pid: int) -> str:
    try:
        return (_PROCESSES / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(_PROCESSES / str(pid) / name)
    except OSError:
        return ""


def _environment(pid: int) -> bytes:
    try:
        return (_PROCESSES / str(pid) / "environ").read_bytes()
    except OSError:
        return b""
