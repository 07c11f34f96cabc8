"""What runs by itself leaves a line, and what need not be kept is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from bodies import housekeeping, runs
from bodies.models import Announcement, Delivery, Job, Message, TaskRun, User
from bodies.models.work import TryCount

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=500)


def clock():
    return NOW


def test_a_run_leaves_when_it_began_and_ended():
    assert runs.record("a", lambda: 7, clock=clock) == 7
    assert list(TaskRun.objects.values_list()) == [("a", NOW, NOW, "", None, "")]


def test_a_run_is_seen_while_it_goes_on():
    def look():
        run = TaskRun.objects.get(name="a")
        assert (run.started_at, run.finished_at) == (NOW, None)

    runs.record("a", look, clock=clock)


def test_a_run_that_fails_leaves_the_class_of_its_error_until_one_ends_well():
    def fail():
        raise ValueError("Nguyễn Văn A")

    with pytest.raises(ValueError, match="Nguyễn"):
        runs.record("a", fail, clock=clock)
    assert TaskRun.objects.get().last_error == "ValueError"
    runs.record("a", lambda: None, clock=clock)
    run = TaskRun.objects.get()
    # What went wrong at night is still seen in the morning.
    assert (run.last_error, run.failed_at, run.failed_with) == ("", NOW, "ValueError")


def test_what_need_not_be_kept_is_forgotten_and_what_is_still_open_is_not():
    user = User.objects.create(username="a", full_name="A")
    for at, opened in ((OLD, OLD), (OLD, None), (NOW, NOW)):
        Announcement.objects.create(topic="t", subject="s", day=at.date(), at=at, announced_at=opened)
        Message.objects.create(
            recipient=user, key=f"{at} {opened}", topic="t", title="x", created_at=at, opened_at=opened
        )
        Job.objects.create(
            id=f"00000000-0000-0000-0000-{Job.objects.count():012}",
            kind="k",
            created_at=at,
            state="done" if opened else "waiting",
            finished_at=opened,
        )
    TryCount.objects.create(name="n", time_window=1, tries=1, ends_at=OLD)
    Session.objects.create(session_key="old", session_data="", expire_date=OLD)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + timedelta(hours=1))

    gone = housekeeping.prune(NOW)

    assert gone == {
        "announcements": 1,
        "messages": 1,
        "jobs": 1,
        "submissions": 0,
        "tries": 1,
        "sessions": 1,
    }
    for model in (Announcement, Message, Job):
        assert model.objects.count() == 2
    assert housekeeping.prune(NOW) == dict.fromkeys(gone, 0)


def test_the_scraper_is_told_how_far_behind_the_outbox_is(client):
    Announcement.objects.create(topic="t", subject="s", day=NOW.date(), at=NOW, parked_at=NOW)
    Announcement.objects.create(topic="t", subject="s", day=NOW.date(), at=datetime.now(UTC))
    runs.record("a", lambda: None, clock=clock)
    said = client.get("/metrics").content.decode()
    assert "lang_nghe_outbox_parked 1.0" in said
    assert 'lang_nghe_task_started_seconds{task="a"} 1.772676e+09' in said  # 5 March 2026, 02:00 UTC
    [lag] = [line for line in said.splitlines() if line.startswith("lang_nghe_outbox_lag_seconds ")]
    assert 0 <= float(lag.split()[1]) < 60


@pytest.fixture
def technician():
    user = User.objects.create_superuser("root", full_name="R")
    client = Client()
    client.force_login(user)
    return client


def choose(client, model, action, row):
    return client.post(
        reverse(f"admin:bodies_{model}_changelist"), {"action": action, "_selected_action": [row.pk]}
    )


def test_a_technical_administrator_tells_a_parked_announcement_again(technician):
    row = Announcement.objects.create(
        topic="t", subject="s", day=NOW.date(), at=NOW, parked_at=NOW, attempts=8
    )
    choose(technician, "announcement", "tell_again", row)
    assert Announcement.objects.waiting(NOW).get() == row


@pytest.mark.parametrize(("action", "state"), [("send_again", "waiting"), ("let_go", "skipped")])
def test_a_technical_administrator_sends_a_dead_letter_again_or_lets_it_go(technician, action, state):
    user = User.objects.create(username="a", full_name="A")
    rows = []
    for key in "xy":
        message = Message.objects.create(recipient=user, key=key, topic="t", title="x", created_at=NOW)
        rows.append(Delivery(message=message, channel="email", state="dead", not_before=NOW, attempts=10))
    rows[0].save()
    rows[1].state, rows[1].carrier = "carried", rows[0]
    rows[1].save()
    choose(technician, "delivery", action, rows[0])
    assert Delivery.objects.get(pk=rows[0].pk).state == state
    assert Delivery.objects.get(pk=rows[1].pk).state == ("carried" if state == "waiting" else "skipped")
