"""What PostgreSQL and Valkey have in common here: a folder, a port, a log, and the user they run as."""

import signal
import subprocess
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path

from config.embedded import processes
from config.embedded.keys import keys_of
from config.embedded.locks import Lock
from config.embedded.places import Place, give_to_service_user, service_user
from config.embedded.trouble import Trouble

# Nothing of the caller's environment reaches a service: a foreign PGOPTIONS or LANG would change what it does.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C", "TZ": "UTC"}
_LOG_LIMIT = 5_000_000


class Service(ABC):
    """One server process on 127.0.0.1, with its data in a folder of its own."""

    name: str
    title: str
    process_names: frozenset[str]
    stop_signal: signal.Signals

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def prepare(self) -> None:
        """Makes the data folder if there is none."""

    @abstractmethod
    def command(self, port: int) -> list[str | Path]:
        """What to start."""

    @abstractmethod
    def lets_in(self) -> bool:
        """Whether it is up, though perhaps not set up yet."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it serves the product now."""

    @abstractmethod
    def set_up(self) -> None:
        """What must be true inside it before it is used. Run after each start; repeating it changes nothing."""

    @cached_property
    def folder(self) -> Path:
        return self.place.service_folder(self.name)

    @cached_property
    def keys(self) -> dict[str, str]:
        return keys_of(self.place)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def lock(self, name: str) -> Lock:
        return Lock(self.folder / f"{name}.lock")

    # --- Port -----------------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text(encoding="ascii"))

    def choose_port(self) -> int:
        """The port of the last run, or another when somebody else has taken it since."""
        path = self.folder / "port"
        port = self.port if path.exists() else 0
        if not port or not processes.port_is_free(port):
            port = processes.free_port()
            path.write_text(str(port), encoding="ascii")
        return port

    # --- Processes ------------------------------------------------------------------------------------------------

    def start(self, port: int) -> subprocess.Popen[bytes]:
        return self.spawn(self.command(port), dies_by=self.stop_signal)

    def spawn(self, command: list[str | Path], *, dies_by: signal.Signals) -> subprocess.Popen[bytes]:
        """Starts a program as the services' user. It is asked to stop when the process that called this dies."""
        uid, gid = service_user() or (None, None)
        with self.open_log() as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                umask=0o077,
                start_new_session=True,
                preexec_fn=processes.dies_with_parent(dies_by),
            )

    def make_data_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        give_to_service_user(folder)
        return folder

    def left_over(self) -> list[int]:
        """What an earlier run left working in the data folder."""
        return processes.working_in(self.data, self.process_names)

    def end_left_over(self) -> None:
        if not processes.end(self.left_over, self.stop_signal, patience=30):
            raise Trouble(
                f"{self.title}: processes {self.left_over()} still work in {self.data}. End them by hand."
            )

    # --- Log ------------------------------------------------------------------------------------------------------

    def open_log(self):
        return open(self.log, "ab", buffering=0)

    def note(self, text: str) -> None:
        with self.open_log() as log:
            log.write(f"{text}\n".encode())

    def turn_log(self) -> None:
        """Keeps one older log, so that a demo left running for months does not fill the disk."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.rename(self.folder / "log.old")

    def end_of_log(self) -> str:
        lines = (
            self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        )
        return "\n".join(f"  {line}" for line in lines[-8:])
