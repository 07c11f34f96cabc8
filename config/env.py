"""Typed readers of the environment. Nonsense raises at start, with the variable's name in the sentence."""

import base64
import binascii
import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable as text; without a default it must be set. `NAME_FILE` may name a file that holds it."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"The environment variable {name} is not set.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "") or str(default)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def key(name: str, default: str | None = None) -> bytes:
    """32 secret bytes, written in base64."""
    return _key_bytes(name, text(name, default))


def keys(name: str, default: str | None = None) -> dict[str, bytes]:
    """Named keys `k2:<base64>,k1:<base64>`; the first is the one that new rows are sealed with."""
    pairs = [part.strip().partition(":") for part in text(name, default).split(",") if part.strip()]
    if not pairs or any(not key_id or not value for key_id, _, value in pairs):
        raise ImproperlyConfigured(f"{name} must be a list such as k1:<base64 of 32 bytes>.")
    return {key_id: _key_bytes(name, value) for key_id, _, value in pairs}


def _key_bytes(name: str, value: str) -> bytes:
    try:
        secret = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ImproperlyConfigured(f"{name} must be base64.") from None
    if len(secret) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes in base64, not {len(secret)}.")
    return secret


def database(name: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?option=value` as a Django database."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres://; no other database is supported.")
    return {
        "ENGINE": "django_prometheus.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }


def mail(name: str, default: str) -> dict[str, Any]:
    """`smtp://user:password@host:port?tls=1`, `file:/folder` or `console:` as Django's mail settings."""
    url = urlsplit(text(name, default))
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
    raise ImproperlyConfigured(f"{name} must begin with smtp://, smtps://, file: or console:.")
