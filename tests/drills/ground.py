"""What the drills share: a loaded law, the web server, clerks who ask over HTTP, and a copy of the database."""

import json
import math
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import requests
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone
from knox.models import AuthToken

from bodies.calendars import Calendar
from bodies.models import Announcement, User
from cases.models import Case, Recount
from tests.processes import PROJECT, Process, Valkey, database_url, environment, free_port, until


def load_law() -> None:
    """Calendar, time limits and subjects as a fresh installation has them."""
    with connection.cursor() as cursor:
        # An emptied database has lost the one row that a migration put there.
        cursor.execute(
            "INSERT INTO bodies_calendarstate (id, version, roll_forward) VALUES (1, 1, true) ON CONFLICT DO NOTHING"
        )
    for command in ("load_calendar", "load_rules", "load_subjects"):
        call_command(command, verbosity=0, stdout=StringIO())


def as_app() -> dict[str, str]:
    """What a process of the product is told beside the rest: to work as the application's role, where there is one."""
    app = os.environ.get("DRILL_APP_URL", "").rpartition("/")[0]
    return {"DATABASE_URL": f"{app}/{database_url().rpartition('/')[2]}"} if app else {}


def often(tick: float, *tasks: str) -> dict[str, str]:
    """What Celery is told so that these tasks run so often (in seconds) and the rest as deployed; 0: all as deployed."""
    return {"app": "tests.listening", "TEST_TICK_SECONDS": str(tick), "TEST_TICK_TASKS": " ".join(tasks)}


# What raises, tells, counts and sends.
SWEEP, TELL, COUNT = "cases.tasks.raise_overdue", "bodies.tasks.tell_pending", "cases.tasks.recount_figures"
SEND, REPORT = "bodies.tasks.send_due", "bodies.tasks.report_failures"


def tell(text: str) -> None:
    """How far a long drill is; the one line of its outcome goes to stdout."""
    print(f"    {text}", file=sys.stderr, flush=True)


def working_day_before(day: date, count: int, calendar: Calendar) -> date:
    """The working day that lies so many working days before a day."""
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working_day(day)
    return day


# --- The web ------------------------------------------------------------------------------------------------------


class Web(Process):
    """The web server as it is deployed, on a port of its own."""

    def __init__(
        self,
        broker: Valkey | None,
        log: Path,
        *,
        app: str = "config.wsgi",
        workers: int = 2,
        threads: int = 4,
        **more: str,
    ) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        told = {
            "WEB_BIND": self.address.removeprefix("http://"),
            "DATABASE_POOL_SIZE": str(threads),
            **as_app(),
            **more,
        }
        told |= {"WEB_WORKERS": str(workers), "WEB_THREADS": str(threads)}
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            f"{app}:application",
            "-c",
            str(PROJECT / "config/gunicorn.py"),
        ]
        super().__init__([*command, "--no-control-socket"], environment(broker, **told), log)

    def start(self) -> None:
        super().start()
        until(self.answers)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.address}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


class Clerk:
    """Somebody signed in, asking the web server from any number of threads, each by itself."""

    def __init__(self, user: User, web: Web) -> None:
        self._web = web
        self._token = AuthToken.objects.create(user=user)[1]
        self._mine = threading.local()

    def post(
        self, path: str, body: dict[str, Any], *, key: str = "", seconds: float = 60
    ) -> requests.Response:
        """With an Idempotency-Key where one is given."""
        if not hasattr(self._mine, "session"):
            self._mine.session = requests.Session()
            self._mine.session.headers.update(
                {
                    "Authorization": f"Token {self._token}",
                    "Content-Type": "application/json",
                    "Accept-Language": "en",
                    # The server closes a connection that rests, and a request sent at that moment is lost.
                    "Connection": "close",
                }
            )
        headers = {"Idempotency-Key": key} if key else {}
        data = json.dumps(body).encode()
        return self._mine.session.post(f"{self._web.address}{path}", data, headers=headers, timeout=seconds)


def in_threads(count: int, work: Callable[[Any], Any], over: Iterable[Any]) -> list[Any]:
    def closing(each: Any) -> Any:
        try:
            return work(each)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(closing, over))


def quantile(values: Iterable[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


# --- Whether all is done -------------------------------------------------------------------------------------------


def steady(ask: Callable[[], Any], *, seconds: float = 60) -> Any:
    """What a question to the database gives, asked again while the server comes back from a crash."""
    end = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (OperationalError, psycopg.OperationalError):
            if time.monotonic() > end:
                raise
            connection.close()
            time.sleep(0.2)


def backlog() -> int:
    """What the workers still have to do: late cases to look at, announcements to tell, cases to count again."""
    late = Case.objects.needing_attention(timezone.now()).count()
    return late + untold() + Recount.objects.count()


def untold() -> int:
    return Announcement.objects.filter(announced_at=None, parked_at=None).count()


# --- A copy of the database, in which nothing goes wrong ------------------------------------------------------------


@contextmanager
def twin() -> Iterator[str]:
    """A copy of this database as it stands; yields its address. It is gone afterwards."""
    name = str(connection.settings_dict["NAME"])
    copy = f"{name}_twin"
    server = database_url().rpartition("/")[0]
    connection.close()
    connection.close_pool()
    drop = psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(copy))
    make = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        psycopg.sql.Identifier(copy), psycopg.sql.Identifier(name)
    )

    # What an earlier test of this process has left open, a server's thread or a pool, holds the database too.
    leave = psycopg.sql.SQL(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = {} AND usename = current_user AND pid <> pg_backend_pid()"
    ).format(psycopg.sql.Literal(name))

    def say(*statements: psycopg.sql.Composed) -> None:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)

    say(drop, leave, make)
    try:
        yield f"{server}/{copy}"
    finally:
        steady(lambda: say(drop))


# What a sweep leaves, without the instants at which it happened to be written.
LEFT = {
    "levels": "SELECT clock_id, due_on, level, at, bodies::text, withdrawn_at FROM cases_escalation",
    "lines": "SELECT case_id, seq, move, from_stage, to_stage, body_id, actor, at, details::text FROM cases_event",
    "announcements": "SELECT topic, subject, body_id, day, facts::text, announced_at IS NULL FROM bodies_announcement",
    "messages": "SELECT recipient_id, key, topic, title, is_urgent FROM bodies_message",
    "notices": "SELECT case_id, body_id, why, people FROM cases_notice",
    "facts": "SELECT case_id, what, body_id, day, until, on_time, days FROM cases_casefact",
    "cells": 'SELECT grain, "on", body_id, kind, measure, value, count FROM cases_figurecell WHERE count <> 0',
    "cases": "SELECT id, stage, version, events_count, next_attention_at FROM cases_case",
}


def left_in(address: str) -> dict[str, Counter[tuple[Any, ...]]]:
    with psycopg.connect(address) as asked:
        return {what: Counter(asked.execute(query).fetchall()) for what, query in LEFT.items()}


def at_noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)
