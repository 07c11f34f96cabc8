"""Fixtures for every room: a signed-in API client, the law loaded once, fast passwords, no network beyond this machine."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from bodies.models import User

# A busy machine is no fault of a property
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def only_this_machine() -> Iterator[None]:
    """A test that asks another host fails at once, whatever the network of the day."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in {"127.0.0.1", "::1", "localhost", "local"}:
            raise OSError(f"a test asked {host}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """A database kept from an earlier run was emptied by its last test, and has lost the one row of a migration."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bodies_calendarstate (id, version, roll_forward) VALUES (1, 1, true) ON CONFLICT DO NOTHING"
        )


@pytest.fixture(autouse=True)
def fast_passwords_and_own_media(settings: Any, tmp_path: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    # Nothing is collected for a test; the middleware wants the folder all the same.
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def no_language_of_the_test_before() -> None:
    """A request leaves its language active in its thread; here every test begins with the product's own."""
    translation.deactivate()


@pytest.fixture
def in_english() -> Iterator[None]:
    """What the rules say, in English, so that sentences can be read in the tests."""
    with translation.override("en"):
        yield


@pytest.fixture
def law(db: None) -> None:
    """Calendar, time limits and subjects as a fresh installation has them."""
    call_command("load_calendar", verbosity=0, stdout=_Nowhere())
    call_command("load_rules", verbosity=0, stdout=_Nowhere())
    call_command("load_subjects", verbosity=0, stdout=_Nowhere())


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


@pytest.fixture
def client_of() -> Any:
    """`client_of(user)`: the API as this person sees it, in English, so that sentences can be read in the tests."""

    def make(user: User | None, language: str = "en") -> APIClient:
        client = APIClient(headers={"accept-language": language})
        if user is not None:
            client.force_authenticate(user)
        return client

    return make


assert settings.TIME_ZONE == "Asia/Ho_Chi_Minh"
