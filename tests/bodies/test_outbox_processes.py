"""The outbox in the hands of real workers and a real beat, which are killed, and a real broker, which is killed and frozen."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from bodies import jobs, outbox
from bodies.models import Announcement, Delivery, Job, Message, TaskRun, User
from tests.processes import beat, running, until, valkey, worker

ROWS = 500
FAST = {"app": "tests.listening", "TEST_TICK_SECONDS": "0.3"}


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.fixture
def broker(tmp_path):
    with valkey(tmp_path / "valkey") as broker:
        yield broker


def announce(*subjects, **facts):
    with transaction.atomic():
        outbox.announce_many(
            Announcement(
                topic="test.rang", subject=subject, day=timezone.localdate(), facts=facts, at=timezone.now()
            )
            for subject in subjects
        )


def waiting():
    return Announcement.objects.filter(topic="test.rang", announced_at=None, parked_at=None).count()


def echoes():
    return sorted(Announcement.objects.filter(topic="test.echo").values_list("subject", flat=True))


def names(count, prefix="r"):
    return [f"{prefix}{number:04}" for number in range(count)]


def test_workers_killed_again_and_again_and_two_beats_lose_and_double_nothing(broker, tmp_path: Path):
    announce(*names(ROWS))
    slow = {**FAST, "TEST_LISTENER_SECONDS": "0.003"}
    one, two = (worker(broker, tmp_path / f"{name}.log", **slow) for name in ("one", "two"))
    beats = [beat(broker, tmp_path / f"beat{number}.log", **FAST) for number in (1, 2)]
    killed = 0
    with running(one, two, *beats):
        until(lambda: waiting() < ROWS)
        for round_ in range(8):
            # The first four find something to kill in the middle; the later ones may find all told already.
            until(lambda each=(one, two)[round_ % 2]: each.children())
            killed += (one, two)[round_ % 2].kill_children()
            announce(*names(40, prefix=f"k{round_}-"))
            time.sleep(0.15)
        one.kill()
        beats[0].kill()
        until(lambda: waiting() == 0)
        until(lambda: not outbox.lag(timezone.now()))
    assert killed >= 8
    told = [*names(ROWS), *(name for round_ in range(8) for name in names(40, prefix=f"k{round_}-"))]
    assert echoes() == sorted(told)


def test_a_broker_killed_frozen_and_emptied_delays_but_neither_refuses_nor_loses(broker, tmp_path: Path):
    """Whoever announces never notices; what waits is told soon after the broker is back."""
    took = []

    def announce_timed(name):
        began = time.monotonic()
        announce(name)
        took.append(time.monotonic() - began)

    one = worker(broker, tmp_path / "worker.log", **FAST)
    tick = beat(broker, tmp_path / "beat.log", **FAST)
    with running(one, tick):
        announce_timed("before")
        until(lambda: echoes() == ["before"])

        broker.freeze()
        for number in range(5):
            announce_timed(f"frozen{number}")
            time.sleep(0.2)
        broker.thaw()
        until(lambda: waiting() == 0)

        broker.kill()
        for number in range(5):
            announce_timed(f"killed{number}")
        broker.forget()
        broker.start()
        until(lambda: waiting() == 0)
        assert one.is_running()
        assert tick.is_running()
    expected = ["before", *(f"{what}{n}" for what in ("frozen", "killed") for n in range(5))]
    assert echoes() == sorted(expected)
    assert max(took) < 5


def test_a_poisoned_row_and_a_mail_server_that_is_down_delay_nobody(broker, tmp_path: Path):
    user = User.objects.create(username="told-an", full_name="An", email="an@example.org")
    now = timezone.now()
    message = Message.objects.create(
        recipient=user, key="k", topic="t", title="x", is_urgent=True, created_at=now
    )
    Delivery.objects.create(message=message, channel="email", state="waiting", not_before=now)
    announce("poison", bad=True)
    with running(
        worker(broker, tmp_path / "worker.log", EMAIL_URL="smtp://127.0.0.1:1", **FAST),
        beat(broker, tmp_path / "beat.log", **FAST),
    ):
        until(lambda: Announcement.objects.filter(subject="poison", attempts=1).exists())
        began = time.monotonic()
        announce(*names(50))
        until(lambda: waiting() == 1)
        assert time.monotonic() - began < 60
        until(
            lambda: TaskRun.objects.filter(name="bodies.tasks.send_due", finished_at__isnull=False).exists()
        )
    assert echoes() == names(50)
    # At night and on a day off it is not even tried; by day it waits for its next try.
    assert Delivery.objects.get().state == "waiting"
    assert Delivery.objects.get().attempts <= 1


def test_a_job_is_done_by_a_worker_and_every_task_of_the_schedule_leaves_a_line(broker, tmp_path: Path):
    @jobs.worker("test.count")
    def count(job, progress):
        raise AssertionError("the worker does this")

    job = jobs.start("test.count", {"to": 3}, by=None, at=datetime.now(UTC))
    with running(
        worker(broker, tmp_path / "worker.log", **FAST), beat(broker, tmp_path / "beat.log", **FAST)
    ):
        until(lambda: Job.objects.filter(pk=job.pk, state="done").exists())
        from config.celery import app

        scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
        until(lambda: set(TaskRun.objects.values_list("name", flat=True)) == scheduled)
    job.refresh_from_db()
    assert (job.result, job.done, job.total) == ({"counted": 3}, 3, 3)
    assert not TaskRun.objects.exclude(last_error="").exists()
