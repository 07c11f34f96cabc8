"""Using the services: start what is down, hold it while it is used, leave it to its keeper to stop."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from config.embedded.keeper import READY
from config.embedded.locks import Lock
from config.embedded.places import PROJECT, tell
from config.embedded.service import Service
from config.embedded.trouble import Trouble

_PATIENCE = 120


@contextmanager
def in_use(services: Sequence[Service]) -> Iterator[None]:
    """Has these services up and set up inside the block. The last one to leave waits until they are down."""
    holds = [service.lock("in-use") for service in services]
    try:
        for hold in holds:
            hold.take(shared=True)
        bring_up(services)
        yield
    finally:
        for hold in holds:
            hold.release()
        for service in services:
            _wait_until_down_or_used(service)


def bring_up(services: Sequence[Service]) -> None:
    """Starts a keeper for each service that has none, all at once, and waits until they answer. Raises Trouble."""
    with ExitStack() as stack:
        for service in services:
            stack.enter_context(service.lock("start"))
        until = time.monotonic() + _PATIENCE
        waiting = [service for service in services if not _answers(service)]
        while waiting:
            keepers = [(service, _start_keeper(service)) for service in waiting if not is_kept(service)]
            for service, keeper in keepers:
                _wait_for(service, keeper)
            waiting = [service for service in waiting if not _answers(service)]
            if waiting and time.monotonic() > until:
                raise Trouble(
                    f"{waiting[0].title} does not answer. The end of its log {waiting[0].log}:\n"
                    + waiting[0].end_of_log()
                )
            time.sleep(0.1 if waiting else 0)


def is_kept(service: Service) -> bool:
    return not service.lock("keeper").can_be_taken()


def _answers(service: Service) -> bool:
    return is_kept(service) and service.answers()


def _start_keeper(service: Service) -> subprocess.Popen[str]:
    tell(f"Starting {service.title} ...")
    command = [sys.executable, "-m", "config.embedded", "keep", service.name, str(service.place.folder)]
    with service.open_log() as log:
        return subprocess.Popen(
            [*command, "--temporary"] if service.place.temporary else command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def _wait_for(service: Service, keeper: subprocess.Popen[str]) -> None:
    """Reads the keeper's one message; what is not `ready` is its trouble."""
    assert keeper.stdout is not None  # noqa: S101 - for the type checker
    with keeper.stdout as said:
        first = said.readline().rstrip("\n")
        if first == READY:
            return
        rest = said.read()
    raise Trouble(
        f"{first}\n{rest}".strip() or f"The keeper of {service.title} ended:\n{service.end_of_log()}"
    )


def _wait_until_down_or_used(service: Service) -> None:
    """After leaving. Its keeper notices by itself; waiting means that nothing runs on after the command."""
    users: Lock = service.lock("in-use")
    until = time.monotonic() + _PATIENCE
    while is_kept(service) and time.monotonic() < until:
        if not users.can_be_taken() and users.can_be_taken(shared=True):
            return
        time.sleep(0.05)
