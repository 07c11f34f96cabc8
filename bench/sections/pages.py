"""The pages of the desk over HTTP, signed in by a session: home, the work list, a search, a case; slow ones and statements."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import partial

from bench import serving
from bench.measuring import Bench, Figure
from bench.places import Site
from bench.serving import Client
from bench.world import MONITOR, PROVINCE, TYPICAL

_PAGES = {
    "home": "/",
    "list": "/cases/?open=true",
    "late": "/cases/?open=true&due=late",
    "search": "/cases/?q=den+chieu+sang",
}
# What people of an office look at; the others come to the lists.
_OF_OFFICES = {"home", "search"}
# Who sees an office, a province, and an area without holding anything in it.
_READERS = {"office": f"head.{TYPICAL}", "province": f"head.{PROVINCE}", "monitor": f"monitor.{MONITOR}"}
# In each run: twenty and more, where there are as many runs as there should be, tell the slowest twentieth.
_ASKED = 12


def measure(bench: Bench) -> Iterable[Figure]:
    """Every page by every reader: what 95 of 100 take at most, the same at 10,000 cases, statements."""
    _collect(bench.full)
    with serving.product(bench.full, workers=1) as full, serving.product(bench.small, workers=1) as small:
        for reader, username in _READERS.items():
            many, few = _signed_in(full, bench.full, username), _signed_in(small, bench.small, username)
            for page, path in _PAGES.items():
                if page in _OF_OFFICES and reader != "office":
                    continue
                yield _slowest(f"pages.{page}.{reader}.p95", many, path, bench.runs)
                acts = {"full": partial(_page, many, path), "small": partial(_page, few, path)}
                taken = bench.side_by_side(acts, each=3)
                name = f"pages.{page}.{reader}.full_to_small"
                yield Figure.ratio(name, taken["full"], taken["small"], must=1.5)
        path, holder = _a_case(bench.full)
        yield _slowest("pages.case.office.p95", _signed_in(full, bench.full, holder), path, bench.runs)
    yield from _statements(bench.full)


def _collect(site: Site) -> None:
    """Stylesheets and icons by their fingerprints, as an installation has them; both sites share the folder."""
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0"],
        env=site.environment(),
        check=True,
    )


def _slowest(name: str, client: Client, path: str, runs: int) -> Figure:
    spent = []
    for _ in range(_ASKED * runs):
        began = time.perf_counter()
        _page(client, path)
        spent.append((time.perf_counter() - began) * 1000)
    return Figure.plain(name, statistics.quantiles(spent, n=20, method="inclusive")[-1], unit="ms", must=300)


def _statements(site: Site) -> Iterable[Figure]:
    """Counted in this process, the session included."""
    from django.db import connection
    from django.test import Client as InProcess
    from django.test.utils import CaptureQueriesContext

    case, holder = _a_case(site)
    asked = {page: (path, _READERS["office"]) for page, path in _PAGES.items()} | {"case": (case, holder)}
    for page, (path, reader) in asked.items():
        client = InProcess(headers={"cookie": _cookie(site, reader), "host": "127.0.0.1"})
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status_code}")
        yield Figure.plain(f"pages.{page}.statements", len(seen), unit="statements", must=15)


def _a_case(site: Site) -> tuple[str, str]:
    """The page of an open case, and the name of the head who holds it."""
    with site.connect() as connection:
        row = connection.execute(
            "SELECT c.reference, b.code FROM cases_case c JOIN bodies_body b ON b.id = c.body_id "
            "WHERE c.due_on IS NOT NULL AND c.kind <> 'denunciation' ORDER BY c.id DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    return f"/cases/{row[0]}/", f"head.{row[1]}"


def _page(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status != 200:
        raise AssertionError(f"{path}: {answer.status}")


def _signed_in(server: serving.Server, site: Site, username: str) -> Client:
    return Client(server.address, {"Cookie": _cookie(site, username)})


def _cookie(site: Site, username: str) -> str:
    """A session of this user, as the sign-in page would make it."""
    import secrets
    from datetime import UTC, datetime, timedelta

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from bodies.models import User

    key = secrets.token_hex(16)
    with site.connect() as connection:
        row = connection.execute(
            "SELECT id, password FROM bodies_user WHERE username = %s", [username]
        ).fetchone()
        assert row is not None, username
        session = {
            SESSION_KEY: str(row[0]),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: User(pk=row[0], password=row[1]).get_session_auth_hash(),
        }
        connection.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)",
            [key, SessionStore().encode(session), datetime.now(UTC) + timedelta(days=1)],
        )
    return f"{settings.SESSION_COOKIE_NAME}={key}"
