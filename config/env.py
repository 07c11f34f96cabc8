"""Typed readers of the environment. Nonsense raises at start, with the variable's name in the sentence."""

import base64
import binascii
import os
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# How .env.example begins everything that must be replaced.
PLACEHOLDER = "change-me"
# What seals in DEBUG, so that a restart can read what it wrote. Anybody can read it here, so it seals nothing else.
STAND_IN = "bGFuZy1uZ2hlLWtob2EtY2hpLWRlLWxhbS10aHUtMDE="


def text(name: str, default: str | None = None) -> str:
    """The variable as text; without a default it must be set. `NAME_FILE` may name a file that holds it.

    Empty counts as not set: docker-compose.yml hands on as empty what nobody has filled in. The placeholders of
    .env.example are refused, whatever they stand for.
    """
    path = os.environ.get(f"{name}_FILE")
    value = (_content(f"{name}_FILE", path) if path else os.environ.get(name)) or default
    if value is None:
        raise ImproperlyConfigured(f"The environment variable {name} is not set.")
    if PLACEHOLDER in value:
        raise ImproperlyConfigured(
            f"{name} still holds the placeholder of .env.example. Put in a value of your own;"
            " `python deploy/new_env.py` prints a whole .env with fresh secrets."
        )
    return value


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name} names a file that cannot be read: {error}") from None


def flag(name: str, *, default: bool = False) -> bool:
    value = (os.environ.get(name) or ("1" if default else "0")).strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "") or str(default)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def clock(name: str, default: str) -> time:
    """A time of day, `07:30`."""
    value = text(name, default)
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a time of day such as 07:30, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def key(name: str, *, stand_in: bool = False) -> bytes:
    """32 secret bytes, written in base64. `stand_in`: the well-known key will do, and is taken if there is none."""
    return _key_bytes(name, text(name, STAND_IN if stand_in else None), stand_in=stand_in)


def keys(name: str, *, stand_in: bool = False) -> dict[str, bytes]:
    """Named keys `k2:<base64>,k1:<base64>`; the first is the one that new rows are sealed with."""
    listed = text(name, f"debug:{STAND_IN}" if stand_in else None)
    pairs = [part.strip().partition(":") for part in listed.split(",") if part.strip()]
    if not pairs or any(not key_id or not value for key_id, _, value in pairs):
        raise ImproperlyConfigured(f"{name} must be a list such as k1:<base64 of 32 bytes>.")
    if len({key_id for key_id, _, _ in pairs}) < len(pairs):
        raise ImproperlyConfigured(f"{name} gives one name to two keys.")
    return {key_id: _key_bytes(name, value, stand_in=stand_in) for key_id, _, value in pairs}


def _key_bytes(name: str, value: str, *, stand_in: bool) -> bytes:
    try:
        found = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ImproperlyConfigured(f"{name} must be base64.") from None
    if len(found) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes in base64, not {len(found)}.")
    if found == base64.b64decode(STAND_IN) and not stand_in:
        raise ImproperlyConfigured(
            f"{name} is the stand-in that everybody can read in config/env.py. Make one of your own."
        )
    return found


def address(name: str, *, open_door: bool = False) -> str:
    """The address of a service, with its password. `open_door`: one without a password will do."""
    url = text(name)
    if not urlsplit(url).password and not open_door:
        raise ImproperlyConfigured(f"{name} has no password in it: scheme://user:password@host/...")
    return url


def database(name: str, *, open_door: bool = False) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?option=value` as a Django database."""
    url = urlsplit(address(name, open_door=open_door))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres://; no other database is supported.")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }


def mail(name: str, default: str) -> dict[str, Any]:
    """`smtp://user:password@host:port?tls=1`, `file:/folder`, `console:` or `none:` as Django's mail settings."""
    url = urlsplit(text(name, default))
    if url.scheme == "none":
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if url.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if url.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": url.path,
        }
    if url.scheme in {"smtp", "smtps"}:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname or "localhost",
            "EMAIL_PORT": url.port or 25,
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_USE_TLS": dict(parse_qsl(url.query)).get("tls") == "1",
        }
    raise ImproperlyConfigured(f"{name} must begin with smtp://, smtps://, file:, console: or none:.")


def single_sign_on(url: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """The province's own sign-in (OpenID Connect) as allauth's providers; no address: none."""
    if not url:
        return {}
    if not client_id or not secret:
        raise ImproperlyConfigured("OIDC_URL needs OIDC_CLIENT_ID and OIDC_SECRET beside it.")
    app = {
        "provider_id": "sso",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": url},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
