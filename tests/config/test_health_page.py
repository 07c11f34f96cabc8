"""The health page: for whoever runs the installation, and nothing of any case on it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bodies.models import Announcement, TaskRun, User
from cases.models import Case
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
    night = now - timedelta(hours=7)
    TaskRun.objects.create(
        name="plans.tasks.recount", started_at=now, failed_at=night, failed_with="KeyError"
    )
    TaskRun.objects.create(
        name="old", started_at=now, failed_at=now - timedelta(days=3), failed_with="LongAgo"
    )
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
        "ended well since",
        "the oldest has waited 0 seconds",
    ):
        assert words in page, words
    assert "LongAgo" not in page


def test_a_case_that_no_sweep_can_raise_is_named(runs_it):
    case, other = (make_case(make_body(), received="2026-03-02") for _number in range(2))
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(next_attention_at=now - timedelta(minutes=20))
    Case.objects.filter(pk=other.pk).update(next_attention_at=now - timedelta(minutes=2))
    page = runs_it.get("/health/").content.decode()
    assert case.reference in page
    assert other.reference not in page


@pytest.mark.parametrize(
    ("ago", "said"), [(5, "5 seconds"), (300, "5 minutes"), (3 * 3600, "3 hours"), (18 * 86400, "18 days")]
)
def test_how_long_the_outbox_waits_is_said_in_a_unit_that_one_can_grasp(runs_it, ago, said):
    with time_machine.travel(timezone.now().timestamp(), tick=False):
        at = timezone.now() - timedelta(seconds=ago)
        Announcement.objects.create(topic="t", subject="s", day=timezone.localdate(), at=at)
        assert f"the oldest has waited {said}" in runs_it.get("/health/").content.decode()


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
