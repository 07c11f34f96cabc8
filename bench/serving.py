"""Web servers as an installation starts them, and clients that talk to them over kept connections."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from bench.places import PROJECT, Site
from config.embedded import processes

_STARTS_WITHIN = 60.0


@dataclass
class Server:
    """A running web server: where it listens, its processes, and how long it took to answer for the first time."""

    address: str
    pid: int
    started_in: float

    def workers(self) -> list[int]:
        """The processes that answer."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="utf-8")
        return [int(pid) for pid in found.split()]

    def client(self, *, token: str = "") -> "Client":
        return Client(self.address, {"Authorization": f"Token {token}"} if token else {})


@dataclass
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Client:
    """One caller with one kept connection, in one thread."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, data: Any) -> Answer:
        return self._ask("POST", path, orjson.dumps(data))

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {**self.headers, **({"Content-Type": "application/json"} if body else {})}
        if self._connection is not None:
            try:
                return self._over(self._connection, method, path, body, headers)
            except ConnectionError:
                # It was idle for longer than the server keeps it.
                pass
        parts = urlsplit(self.address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._over(self._connection, method, path, body, headers)

    @staticmethod
    def _over(
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())


@contextmanager
def product(site: Site, *, workers: int = 2) -> Iterator[Server]:
    """The product, started as deploy does."""
    command = ["-c", "config/gunicorn.py", "config.wsgi"]
    with _served(command, site.environment(), workers, ready="/healthz") as server:
        yield server


@contextmanager
def bare(site: Site, *, workers: int = 2) -> Iterator[Server]:
    """The bare project of bench.bare, under the same gunicorn."""
    environment = site.environment() | {"DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    _make_tables(site)
    command = ["-c", "config/gunicorn.py", "bench.bare.wsgi"]
    with _served(command, environment, workers, ready="/matters/") as server:
        yield server


def _make_tables(site: Site) -> None:
    with site.connect(owner=True) as connection:
        if connection.execute("SELECT to_regclass('bare_matter')").fetchone()[0]:
            return
    environment = site.environment(owner=True) | {"DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "bare", "--run-syncdb", "-v", "0"],
        check=True, cwd=PROJECT, env=environment, timeout=120,
    )  # fmt: skip
    role = urlsplit(site.url).username
    with site.connect(owner=True) as connection:
        connection.execute(f'GRANT ALL ON bare_matter, bare_line, bare_limit TO "{role}"')
        connection.execute(f'GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO "{role}"')


@contextmanager
def _served(
    command: list[str], environment: Mapping[str, str], workers: int, *, ready: str
) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"WEB_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(workers)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--log-level", "error", *command],
        cwd=PROJECT, env={**environment, **settings}, stderr=subprocess.DEVNULL,
        preexec_fn=processes.dies_with_parent(signal.SIGTERM),
    )  # fmt: skip
    try:
        _wait(process, port, ready)
        yield Server(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise TimeoutError(
        f"The web server did not answer within {_STARTS_WITHIN:.0f} s (ended: {process.poll()})."
    )


def at_once(clients: int, each: int, act: Callable[[int, int], object]) -> float:
    """So many threads, each doing `act(client, number)` so often; the seconds that one act took of the whole."""
    faults: list[BaseException] = []
    gate = threading.Barrier(clients + 1)

    def work(client: int) -> None:
        gate.wait()
        try:
            for number in range(each):
                act(client, number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=[client]) for client in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    if faults:
        raise faults[0]
    return spent / (clients * each)


def memory(pid: int) -> int:
    """Bytes of a process that lie in memory."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no memory of {pid} to be read")
