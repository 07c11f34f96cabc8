"""The product's own processes, and a broker that can be killed and frozen, for tests and drills.

    with valkey(folder) as broker, running("worker", broker=broker) as worker:
        ...
        worker.kill()

A process works on the test's database, so what it is to see must be committed: `pytest.mark.django_db(transaction=True)`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import redis
from django.db import connection

from config.embedded.places import valkey_program
from config.embedded.processes import dies_with_parent

PROJECT = Path(__file__).resolve().parents[1]
_QUIET = ["-W", "ignore:You're running the worker"]


# A machine may be slow and have other things to do: a wait is long, and ends as soon as it may.
PATIENCE = 150


def until(true: Callable[[], object], *, seconds: float = PATIENCE, every: float = 0.05) -> None:
    """Wait until something has become true; say so if it never does."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The database of this test, as another process must be told of it."""
    there = connection.settings_dict
    # Without the mark django_db there is no database of the test, and this would be the real one.
    assert str(there["NAME"]).startswith("test_"), "mark the test with django_db(transaction=True)"
    secret = f"{quote(there['USER'])}:{quote(there['PASSWORD'])}"
    return f"postgres://{secret}@{there['HOST']}:{there['PORT']}/{quote(there['NAME'])}"


class Process:
    """A program with all it started: a session of its own, so that one signal reaches them all."""

    def __init__(self, command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._environment = environment
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert not self.is_running(), "it runs already"
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=PROJECT,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # A test that is killed leaves nothing running.
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """To the program and all it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def kill_children(self) -> int:
        """SIGKILL to what it started, not to itself; how many that were."""
        children = self.children()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return len(children)

    def children(self) -> list[int]:
        """The processes that it started itself and that have not ended."""
        with suppress(OSError):
            return [
                int(each) for each in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            ]
        return []

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def stop(self) -> None:
        """As an operator does, and for good if it does not."""
        if self._process is None:
            return
        self.thaw()
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()


class Valkey(Process):
    """A broker of one's own, with a password, keeping what it holds on disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"redis://:secret@127.0.0.1:{self.port}/0"
        settings = folder / "valkey.conf"
        settings.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass secret\ndir {folder}\nappendonly yes\nappendfsync everysec\n"
            'maxmemory-policy noeviction\nsave ""\n'
        )
        super().__init__([valkey_program(), settings], {}, folder / "log")
        self._kept = folder / "appendonlydir"

    def start(self) -> None:
        super().start()
        until(self.answers)

    def forget(self) -> None:
        """Everything it held is gone from the disk. Only while it is down."""
        assert not self.is_running()
        shutil.rmtree(self._kept)

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


@contextmanager
def valkey(folder: Path) -> Iterator[Valkey]:
    broker = Valkey(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def environment(broker: Valkey | None = None, **more: str) -> dict[str, str]:
    """What a process of the product is told: this test's database, and the broker."""
    told = {**os.environ, "DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1", "DEBUG": "1"}
    told.setdefault("SECRET_KEY", "a secret of the tests, and of nothing else")
    if broker is not None:
        told["REDIS_URL"] = broker.url
    return {**told, **more}


def worker(broker: Valkey, log: Path, *, app: str = "config", concurrency: int = 2, **more: str) -> Process:
    """A worker as it is deployed; `app` may name a module that registers listeners of a test beside ours."""
    celery = [sys.executable, *_QUIET, "-m", "celery", "-A", app, "worker", "--loglevel", "INFO"]
    options = [
        "--concurrency",
        str(concurrency),
        "--hostname",
        f"{log.stem}@%h",
        "--without-mingle",
        "--without-gossip",
    ]
    return Process([*celery, *options], environment(broker, **more), log)


def beat(broker: Valkey, log: Path, *, app: str = "config", **more: str) -> Process:
    schedule = ["--schedule", str(log.with_suffix(".schedule")), "--pidfile", ""]
    celery = [sys.executable, "-m", "celery", "-A", app, "beat", "--loglevel", "INFO", *schedule]
    return Process(celery, environment(broker, **more), log)


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Started together, stopped whatever happens."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            process.stop()
