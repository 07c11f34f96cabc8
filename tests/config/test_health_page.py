"""The health page: for whoever runs the installation, and nothing of any case on it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bodies.models import Announcement, TaskRun, User
from tests.cases.making import make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def browser(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def runs_it():
    return browser(User.objects.create_superuser("kythuat", "x", full_name="Kỹ thuật"))


def test_what_ran_what_failed_and_what_waits(runs_it):
    now = timezone.now()
    TaskRun.objects.create(name="cases.tasks.raise_overdue", started_at=now, last_error="OperationalError")
    TaskRun.objects.create(name="bodies.tasks.tell_pending", started_at=now - timedelta(hours=3))
    Announcement.objects.create(
        topic="case.moved",
        subject="2026-x-000001",
        day=timezone.localdate(),
        at=now,
        parked_at=now,
        last_error="KeyError",
    )
    page = runs_it.get("/health/").content.decode()
    for words in (
        "cases.tasks.raise_overdue",
        "OperationalError",
        "2026-x-000001",
        "KeyError",
        "1 parked",
        "GB free",
    ):
        assert words in page, words


def test_a_silent_beat_is_pointed_at(runs_it):
    assert "never started" in runs_it.get("/health/").content.decode()
    TaskRun.objects.create(name="a", started_at=timezone.now() - timedelta(minutes=10))
    assert "look here" in runs_it.get("/health/").content.decode()


def test_nothing_of_a_case_is_on_it_and_nobody_else_knows_it(runs_it):
    body = make_body()
    make_case(body, received="2026-03-02", title="Tố cáo ông Bí Mật")
    assert "Bí Mật" not in runs_it.get("/health/").content.decode()
    for role in ("head", "administrator", "monitor"):
        client = browser(make_user((role, body)))
        assert client.get("/health/").status_code == 404
        assert "/health/" not in client.get("/cases/", follow=True).content.decode()
    assert "/health/" in runs_it.get("/health/").content.decode()
