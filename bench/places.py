"""The two databases of a run, made on the PostgreSQL that is named by DATABASE_OWNER_URL and dropped after it."""

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

PROJECT = Path(__file__).resolve().parents[1]


@dataclass
class Site:
    """One database with its cases, and all that a process of the product must be told to work on it."""

    cases: int
    name: str
    url: str
    owner_url: str
    surroundings: dict[str, str]
    _tokens: dict[str, str] = field(default_factory=dict)

    def connect(self, *, owner: bool = False) -> psycopg.Connection:
        return psycopg.connect(self.owner_url if owner else self.url, autocommit=True)

    def environment(self, *, owner: bool = False) -> dict[str, str]:
        return self.surroundings | {"DATABASE_URL": self.owner_url if owner else self.url}

    def token(self, username: str) -> str:
        """A token with which this user signs in over HTTP."""
        from knox.crypto import create_token_string, hash_token

        if username not in self._tokens:
            token, now = create_token_string(), datetime.now(UTC)
            with self.connect() as connection:
                made = connection.execute(
                    "INSERT INTO knox_authtoken (digest, token_key, user_id, created, expiry) "
                    "SELECT %s, %s, id, %s, %s FROM bodies_user WHERE username = %s",
                    [hash_token(token), token[:15], now, now + timedelta(days=1), username],
                )
            if not made.rowcount:
                raise LookupError(f"There is no {username}.")
            self._tokens[username] = token
        return self._tokens[username]


@contextmanager
def two_sites(*, cases: int, small: int, days: int) -> Iterator[tuple[Site, Site]]:
    """The full and the small database, loaded; they are dropped in the end."""
    with TemporaryDirectory(prefix="bench-") as folder:
        surroundings = _surroundings(Path(folder))
        names = [f"lang_nghe_bench_{os.getpid()}_{which}" for which in ("small", "full")]
        sites = [
            Site(count, name, *(_address(url, name) for url in _urls()), surroundings)
            for count, name in zip((min(small, cases), cases), names, strict=True)
        ]
        try:
            _make(sites[0].name)
            _run(sites[0], "-m", "django", "migrate", "-v", "0")
            walks = Path(folder) / "walks"
            _run(sites[0], "-m", "bench.world", str(walks), str(days))
            # The bodies, people and rules of the small one, before it holds a case.
            _make(sites[1].name, like=sites[0].name)
            for site in sites:
                _run(site, "-m", "bench.loading", str(walks), str(site.cases))
            yield sites[1], sites[0]
        finally:
            _let_go()
            for name in names:
                _drop(name)


def _let_go() -> None:
    """Close what Django holds open: the owner of a database may not end the sessions of another role."""
    if "django.db" in sys.modules:
        from django.db import connections

        for connection in connections.all(initialized_only=True):
            connection.close()
            connection.close_pool()


def _drop(name: str) -> None:
    """With force only where somebody is left: force is refused while the server itself cleans up in there."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        _server(drop)
    except psycopg.errors.ObjectInUse:
        _server(drop + sql.SQL(" WITH (FORCE)"))


def _urls() -> tuple[str, str]:
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    return os.environ.get("DATABASE_URL") or owner, owner


def _address(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _server(*statements: sql.Composable) -> None:
    with psycopg.connect(_urls()[1], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _make(name: str, *, like: str = "") -> None:
    template = sql.SQL(" TEMPLATE {}").format(sql.Identifier(like)) if like else sql.SQL("")
    _server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + template)


def _surroundings(folder: Path) -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    for name in ("media", "static"):
        (folder / name).mkdir()
    kept = ("PATH", "HOME", "LANG", "REDIS_URL", "DATABASE_APP_ROLE", "WEB_WORKERS", "WEB_THREADS")
    return {name: os.environ[name] for name in kept if os.environ.get(name)} | {
        "PYTHONPATH": str(PROJECT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "IDENTITY_KEYS": f"k1:{key()}",
        "INDEX_KEY": key(),
        "TRACKING_KEY": key(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "INSECURE_HTTP": "1",
        "EMAIL_URL": "console:",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
    }


def _run(site: Site, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, *arguments], check=True, cwd=PROJECT, env=site.environment(owner=True), timeout=3600
    )
