"""`make demo` as a person uses it: the real thing, in a home of its own, signed in to, killed, stopped."""

import json
import os
import re
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from config.embedded import processes
from config.embedded.demo import _web_socket
from config.embedded.trouble import Trouble
from tests.config.embedding import Home
from tests.processes import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
# On a busy machine; an idle one needs a fraction.
_SECONDS = 150


class Shown:
    """A running demo, and what it has said."""

    def __init__(self, home: Home, log: Path) -> None:
        self.home = home
        self._log = log
        with log.open("wb") as output:
            self.process = home.begin("demo", output=output)
        until(lambda: self.process.poll() is not None or "Ctrl+C stops" in self.said(), seconds=_SECONDS)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        return re.findall(r"runs at (\S+)", self.said())[-1]

    def logins(self) -> list[list[str]]:
        """Role, user name and password, as they are printed."""
        told = self.said().rpartition("runs at")[2]
        return re.findall(r"^demo +\|   (\S+) +(\S+) +(\S+)$", told, re.MULTILINE)

    def ask(self, path: str, **data: str) -> dict[str, object]:
        request = urllib.request.Request(
            self.address + path,
            json.dumps(data).encode() if data else None,
            {"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=20) as answer:
            return json.load(answer)

    def page(self, path: str) -> str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.address + path, timeout=20) as answer:
            return answer.read().decode()

    def answers(self) -> bool:
        try:
            self.ask("readyz")
        except OSError:
            return False
        return True

    def part(self, *words: str) -> int:
        """The number of the process of the demo with these words on its command line; the oldest. 0: there is none."""
        return min(self.parts(*words), default=0)

    def parts(self, *words: str) -> set[int]:
        return {pid for pid in self.home.processes() if all(word in command_line(pid) for word in words)}


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def cases_in(home: Home) -> int:
    return int(home.python("print(app.execute('SELECT count(*) FROM cases_case').fetchone()[0])"))


def test_from_the_first_start_over_a_death_of_everything_to_a_clean_stop(home: Home, tmp_path: Path):
    demo = Shown(home, tmp_path / "first")
    assert len({role for role, _, _ in demo.logins()}) >= 7
    # As many as one address may try in a minute.
    for _, username, password in demo.logins()[:10]:
        assert demo.ask("api/v1/token/", username=username, password=password)["token"]
    # Who looks around finds them on the sign-in page as well.
    shown = demo.page("accounts/login/")
    assert all(f'value="{username}"' in shown for _, username, _ in demo.logins())
    for name in ("web", "worker", "beat"):
        assert f"\n{name:8} | " in demo.said()
    seen = cases_in(home)
    assert seen > 0

    another = home.begin("demo")
    _, complaint = another.communicate(timeout=120)
    assert another.returncode == 1
    assert complaint.strip() == f"The demo of this folder is running already: {demo.address}"

    home.kill_all()
    demo.process.wait()
    demo = Shown(home, tmp_path / "second")
    assert demo.ask("readyz")
    assert cases_in(home) >= seen

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(40) == 0
    assert demo.said().endswith("demo     | stopped\n")
    assert home.processes() == {}


def test_two_demos_that_start_at_once_never_meet_on_one_port(monkeypatch: pytest.MonkeyPatch):
    with _web_socket() as one, _web_socket() as other:
        assert one.getsockname() != other.getsockname()
        taken = one.getsockname()[1]
        for asked in (str(taken), "70000", "-1", "web"):
            monkeypatch.setenv("PORT", asked)
            with pytest.raises(Trouble, match=f"PORT={asked} cannot be used"):
                _web_socket()
    monkeypatch.setenv("PORT", str(taken))
    with _web_socket() as free_again:
        assert free_again.getsockname()[1] == taken


def test_what_dies_is_started_again_and_what_outlives_the_demo_is_not_left(home: Home, tmp_path: Path):
    demo = Shown(home, tmp_path / "log")
    parts = [
        ("gunicorn",),
        ("-A config worker",),
        ("-A config beat",),
        ("bin/postgres", "-D"),
        ("keep", "postgres"),
        ("keep", "valkey"),
    ]
    for words in parts:
        before = demo.parts(*words)
        os.kill(min(before), signal.SIGKILL)
        until(lambda words=words, before=before: demo.part(*words) not in before | {0}, seconds=_SECONDS)
        until(demo.answers, seconds=_SECONDS)

    # Its children are told by the kernel, the keepers see that nobody is left.
    demo.process.kill()
    demo.process.wait()
    assert processes.gone(lambda: list(home.processes()), 60), home.processes()


def test_the_second_ctrl_c_does_not_wait(home: Home, tmp_path: Path):
    demo = Shown(home, tmp_path / "log")
    # A worker that hangs cannot end what it does.
    (worker, *_) = sorted(demo.parts("-A config worker"))
    os.kill(worker, signal.SIGSTOP)
    demo.process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert demo.process.poll() is None
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(15) == 130
    assert home.processes() == {}
