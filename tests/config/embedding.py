"""Running the embedded services for a test: in a home of its own, as the person at the terminal would."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from config.embedded import processes
from config.embedded.places import PROJECT, ROOT_FOLDER, is_root, make_folder

OURS = {
    "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_ROLE", "REDIS_URL", "SECRET_KEY", "IDENTITY_KEYS", "INDEX_KEY",
    "TRACKING_KEY", "MEDIA_ROOT", "STATIC_ROOT", "EMAIL_URL", "ALLOWED_HOSTS", "INSECURE_HTTP", "DEBUG", "PORT",
}  # fmt: skip


class Home:
    """A folder for the data of embedded services, and commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**kept, "LANG_NGHE_FOLDER": str(self.folder), **more}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "config.embedded", *arguments]

    def begin(
        self, *arguments: str, output: IO[bytes] | None = None, **environment: str
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=PROJECT,
            env=self.environment(**environment),
            stdin=subprocess.PIPE if output is None else subprocess.DEVNULL,
            stdout=output or subprocess.PIPE,
            stderr=output or subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *command: str, temporary: bool = False, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        begun = self.begin("run", *(["--temporary"] if temporary else []), "--", *command, **environment)
        said, complained = begun.communicate(timeout=150)
        return subprocess.CompletedProcess(command, begun.returncode, said, complained)

    def python(self, code: str, **environment: str) -> str:
        """Runs Python with `app`, `owner` (connections) and `broker` at hand; returns what it printed."""
        done = self.run(sys.executable, "-c", _AT_HAND + code, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def begin_python(self, code: str) -> subprocess.Popen[str]:
        """Begins Python with the same at hand, and waits for the first line it prints."""
        begun = self.begin("run", "--", sys.executable, "-c", _AT_HAND + code)
        begun.first_line = begun.stdout.readline().strip()
        return begun

    def hold(self) -> subprocess.Popen[str]:
        """A command that has the services up until it is told a line."""
        return self.begin_python("print('up', flush=True); input()")

    def processes(self) -> dict[int, str]:
        """Number and name of everything that works for this home: the services, their keepers, commands, a demo."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "environ").read_bytes() + b"\0" + (entry / "cmdline").read_bytes()
                inside = os.readlink(entry / "cwd").startswith(f"{self.folder}/")
                name = (entry / "comm").read_text().strip()
            except OSError:
                continue
            if entry.name.isdigit() and (inside or str(self.folder).encode() in words):
                found[int(entry.name)] = name
        return {pid: name for pid, name in found.items() if processes.is_running(pid)}

    def servers(self) -> list[int]:
        """All processes of the services themselves."""
        return [pid for pid, name in self.processes().items() if name in {"postgres", "valkey-server"}]

    def service(self, name: str) -> int:
        """The one that started the others of that name."""
        return min(pid for pid, theirs in self.processes().items() if theirs == name)

    def kill_all(self) -> None:
        processes.send(list(self.processes()), signal.SIGKILL)

    def remove(self) -> None:
        self.kill_all()
        assert processes.gone(lambda: list(self.processes()), 10)
        shutil.rmtree(self.folder, ignore_errors=True)


def new_home(beside: Path) -> Home:
    """A home where the services' own user can come in."""
    if not is_root():
        return Home(beside / "home")
    make_folder(ROOT_FOLDER)
    return Home(ROOT_FOLDER / f"test-{secrets.token_hex(4)}")


_AT_HAND = """
import os, sys, time, psycopg, redis
app = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
broker = redis.Redis.from_url(os.environ["REDIS_URL"])
"""
