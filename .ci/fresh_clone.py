"""Shows on this machine what the README promises of a fresh clone; by hand: python3 .ci/fresh_clone.py [REPOSITORY]

A clone in a folder that nobody else may enter becomes a running product; it comes back after kill -9 of each part and
of everything at once with nothing lost; Ctrl+C ends it and leaves no process behind. Run it as root and as a user.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT_FOLDER = Path("/var/lib/lang-nghe")
PARTS = {
    "web": ["gunicorn"],
    "worker": ["-A config worker"],
    "beat": ["-A config beat"],
    "PostgreSQL": ["bin/postgres", "-D"],
    "Valkey": ["valkey-server"],
    "the keeper of PostgreSQL": ["keep", "postgres"],
    "the keeper of Valkey": ["keep", "valkey"],
}


class Clone:
    """A clone, and the demo that runs in it."""

    def __init__(self, repository: str) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.log = self.folder.with_suffix(".log")
        self.demo: subprocess.Popen[bytes] | None = None
        subprocess.run(["git", "clone", "--quiet", repository, self.folder], check=True)

    def start(self) -> float:
        """Seconds until the demo has told its address."""
        began = time.monotonic()
        with open(self.log, "wb") as log:
            self.demo = subprocess.Popen(
                ["make", "demo"], cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: bool(self.address()), 180, "the demo told no address")
        return time.monotonic() - began

    def address(self) -> str:
        if self.demo is None or self.demo.poll() is not None:
            fail(f"the demo ended, see {self.log}")
        return "".join(re.findall(r"runs at (\S+)", self.log.read_text(encoding="utf-8"))[-1:])

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            ["make", "manage", f"ARGS={' '.join(arguments)}"], cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode:
            fail(f"manage {arguments}: {done.stderr}")
        return done.stdout

    def serves(self) -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            return opener.open(self.address() + "readyz", timeout=10).status == 200
        except (OSError, urllib.error.URLError):
            return False

    def processes(self) -> dict[int, str]:
        """Number and command line of everything that works in the clone's folders."""
        found = {}
        homes = [str(self.folder), *(str(path) for path in ROOT_FOLDER.glob(f"{self.folder.name}-*"))]
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(tuple(homes)):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                    found[int(entry.name)] = line
            except OSError:
                continue
        return {pid: line for pid, line in found.items() if line}


def main(repository: str) -> None:
    clone = Clone(repository)
    say(f"as {os.getuid()}, in {clone.folder} ({oct(clone.folder.stat().st_mode)[-3:]})")
    say(f"address after {clone.start():.1f} s, with the packages in the cache")
    wait_until(clone.serves, 30, "it does not serve")
    before = state(clone)
    say(f"{before}, by make manage beside the demo")
    for part, words in PARTS.items():
        kill_part(clone, part, words)
    for pid in clone.processes():
        os.kill(pid, signal.SIGKILL)
    clone.demo.wait()
    say(f"address {clone.start():.1f} s after kill -9 of everything")
    nothing_lost(before, state(clone))
    stop(clone, signal.SIGINT)
    say(f"second start after a clean stop: {clone.start():.1f} s")
    nothing_lost(before, state(clone))
    stop(clone, signal.SIGTERM)
    say(f"make manage with nothing running: {state(clone)}")
    if clone.processes():
        fail(f"left running: {clone.processes()}")


def kill_part(clone: Clone, part: str, words: list[str]) -> None:
    def found() -> set[int]:
        return {pid for pid, line in clone.processes().items() if all(word in line for word in words)}

    before = found()
    os.kill(min(before), signal.SIGKILL)
    began = time.monotonic()
    wait_until(lambda: found() - before and clone.serves(), 40, f"not back after kill -9 of {part}")
    say(f"back {time.monotonic() - began:.1f} s after kill -9 of {part}")


def state(clone: Clone) -> dict[str, int]:
    """What must not be lost."""
    script = (
        "import json; from django.apps import apps;"
        "print(json.dumps({m._meta.label: m.objects.count() for m in apps.get_models()}))"
    )
    counts = json.loads(clone.manage(f"shell --verbosity 0 --command '{script}'"))
    return {name: count for name, count in counts.items() if count and "Session" not in name}


def nothing_lost(before: dict[str, int], now: dict[str, int]) -> None:
    """The clock and the worker may have added to it."""
    lost = {name: (count, now.get(name, 0)) for name, count in before.items() if now.get(name, 0) < count}
    if lost:
        fail(f"lost (before, now): {lost}")


def stop(clone: Clone, number: signal.Signals) -> None:
    """As the terminal does it: to the whole group."""
    began = time.monotonic()
    os.killpg(clone.demo.pid, number)
    clone.demo.wait(60)
    wait_until(lambda: not clone.processes(), 5, "something still runs")
    say(f"stopped by {number.name} in {time.monotonic() - began:.1f} s, nothing left running")


def wait_until(condition, seconds: float, complaint: str) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            fail(complaint)
        time.sleep(0.1)


def say(text: str) -> None:
    print(text, flush=True)


def fail(text: str) -> None:
    sys.exit(f"FAILED: {text}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).resolve().parent.parent))
