"""Fixtures of this room: a mail server and its calendar, and who may read identities."""

import pytest
from django.core.management import call_command

from bodies import guards
from tests.bodies.making import make_user
from tests.bodies.sealed import GUARDED, OPEN, TableGuard, make_person
from tests.smtp import mail_server


@pytest.fixture
def calendar(db):
    call_command("load_calendar", verbosity=0)


@pytest.fixture
def smtp(calendar, settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "Lắng Nghe <lang-nghe@kim-bang.example>"
        settings.SITE_URL = "https://lang-nghe.example"
        yield server


@pytest.fixture
def guard(monkeypatch):
    """An reads denouncers with consent, Binh and Chi may consent, Dung reads ordinary petitioners."""
    monkeypatch.setattr(guards, "_guards", [])
    guard = TableGuard(
        finders={"an", "dung"},
        readers={"an": GUARDED, "dung": OPEN, "binh": GUARDED},
        approvers={"binh", "chi"},
    )
    guards.register_guard(guard)
    return guard


@pytest.fixture
def an():
    return make_user("an")


@pytest.fixture
def binh():
    return make_user("binh")


@pytest.fixture
def dung():
    return make_user("dung")


@pytest.fixture
def person(guard):
    return make_person(name="Nguyễn Văn An", phone="0912345678")
