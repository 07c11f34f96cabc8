"""`make demo`: the whole product on this machine, from nothing to a login, in one terminal."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import IO

from config import catalogues
from config.embedded import processes
from config.embedded.children import MARK, Child, end_left_over, start
from config.embedded.places import PROJECT, Place, lasting_place
from config.embedded.stream import Stream, say
from config.embedded.surroundings import completed, services_of
from config.embedded.trouble import Trouble
from config.embedded.uses import bring_up, in_use, is_kept

_PREFERRED_PORTS = range(8000, 8010)
# All in seconds.
_STOP_PATIENCE = 20
_READY_PATIENCE = 60
_LOOK_EVERY = 0.5


def demo() -> int:
    """Runs until Ctrl+C or SIGTERM; a second one kills. Returns the exit code."""
    place = lasting_place()
    note = place.folder / "demo.address"
    running = place.lock("demo")
    if not running.take(wait=False):
        raise Trouble(f"The demo of this folder is running already: {note.read_text(encoding='ascii')}")
    end_left_over(place.folder)
    catalogues.compile_stale()
    shown = Demo(place)
    note.write_text(shown.address, encoding="ascii")
    return shown.run()


class Demo:
    """The services, what must be done before the start, and the three processes of the product."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.services = services_of(place, os.environ)
        self.stream = Stream()
        self.socket = _web_socket()
        self.port = self.socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self.environment: dict[str, str] = {}
        self.children: list[Child] = []
        self.stops_asked = 0

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        with in_use(self.services):
            for service in self.services:
                self.stream.tail(service.name, service.log)
            self._take_in_services()
            try:
                ready = self._prepare()
                if ready:
                    self._serve()
            finally:
                self._stop()
        say("demo", "stopped")
        return 0 if ready or self.stops_asked else 1

    def _ask_to_stop(self, *_: object) -> None:
        self.stops_asked += 1
        if self.stops_asked > 1:
            for child in self.children:
                child.kill()
            raise KeyboardInterrupt

    def _take_in_services(self) -> None:
        """What the children are told; it changes when a service had to move to another port."""
        self.environment = completed(os.environ, self.place, self.services) | {
            MARK: str(self.place.folder),
            "DEMO": "true",
            "PYTHONUNBUFFERED": "1",
        }

    # --- Before the start -----------------------------------------------------------------------------------------

    def _prepare(self) -> bool:
        """The database and the static files as this version needs them."""
        steps = {
            "static": _manage("collectstatic", "--noinput", "--verbosity", "0"),
            "migrate": _manage("migrate"),
        }
        started = {
            name: start(name, command, self.environment, self.stream) for name, command in steps.items()
        }
        return all([self._went_well(name, process) for name, process in started.items()])

    def _went_well(self, name: str, process: subprocess.Popen[bytes]) -> bool:
        while process.poll() is None and not self.stops_asked:
            self.stream.pump(0.1)
        if process.poll() is None:
            process.terminate()
            process.wait()
        while self.stream.pump(0):
            pass
        if process.returncode and not self.stops_asked:
            say("demo", f"{name} failed; what it said is above.")
        return process.returncode == 0

    # --- The product ----------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        """The web starts while the seed is loaded; what would work on the cases waits until they are all there."""
        web, *workers = [
            Child(name, command, self.stream, passing=[self.socket.fileno()] if name == "web" else [])
            for name, command in self._commands().items()
        ]
        self.children = [web]
        with tempfile.TemporaryFile() as answer:
            load = start("load", _manage("load_demo", "--json"), self.environment, self.stream, answer)
            while load.poll() is None and not self.stops_asked:
                self._turn()
            logins = _logins(answer) if self._went_well("load", load) else []
        self.children += workers
        self._turn()
        patience = time.monotonic() + _READY_PATIENCE
        while not self.stops_asked and not self._is_ready() and time.monotonic() < patience:
            self._turn()
        self._tell(logins)
        while not self.stops_asked:
            self._turn()

    def _turn(self) -> None:
        """Half a second of looking after everything."""
        self._look_after_services()
        until = time.monotonic() + _LOOK_EVERY
        while time.monotonic() < until and not self.stops_asked:
            for child in self.children:
                child.tend(self.environment)
            self.stream.pump(0.1)

    def _commands(self) -> dict[str, list[str]]:
        # Root's warning about itself is known: nobody else can read a project in a folder of root's own.
        celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-A", "config"]
        # fmt: off
        return {
            "web": [
                sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"fd://{self.socket.fileno()}",
                "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "10",
                "--no-control-socket",
            ],
            "worker": [*celery, "worker", "--concurrency", "3", "--loglevel", "INFO"],
            "beat": [*celery, "beat", "--schedule", str(self.place.folder / "beat-schedule"), "--pidfile", "",
                     "--loglevel", "INFO"],
        }
        # fmt: on

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _look_after_services(self) -> None:
        """A service is started again by its keeper; when the keeper is dead too, that is done here."""
        if all(is_kept(service) for service in self.services):
            return
        known = self.environment
        try:
            bring_up(self.services)
            self._take_in_services()
        except Trouble as trouble:
            say("demo", str(trouble))
            return
        if self.environment != known:
            for child in self.children:
                child.ask_to_end()

    def _tell(self, logins: list[dict[str, str]]) -> None:
        if self.stops_asked:
            return
        say("demo", "")
        say("demo", f"Lắng Nghe runs at {self.address}")
        for login in logins:
            say("demo", f"  {login['role']:24} {login['username']:24} {login['password']}")
        say("demo", "Ctrl+C stops it; the data stays.")
        say("demo", "")

    def _stop(self) -> None:
        for child in self.children:
            child.ask_to_end()
        until = time.monotonic() + _STOP_PATIENCE
        while any(child.is_running() for child in self.children) and time.monotonic() < until:
            self.stream.pump(0.1)
        for child in self.children:
            child.kill()
        while self.stream.pump(0):
            pass


def _logins(answer: IO[bytes]) -> list[dict[str, str]]:
    answer.seek(0)
    logins: list[dict[str, str]] = json.load(answer)["logins"]
    return logins


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(PROJECT / "manage.py"), *arguments]


def _web_socket() -> socket.socket:
    """Listens on the port the user asks for with PORT, else on the first usual one that is free, else on any.

    The demo itself holds the port, from before the start to the end: no other demo can take it in between, and who asks
    while the web starts again waits for an answer.
    """
    asked = os.environ.get("PORT")
    if asked:
        listening = processes.listen(int(asked)) if asked.isdigit() else None
        if listening is None:
            raise Trouble(f"PORT={asked} cannot be used: it must be the number of a port that is free.")
        return listening
    for port in (*_PREFERRED_PORTS, 0):
        if listening := processes.listen(port):
            return listening
    raise Trouble("No port is free on this machine.")
