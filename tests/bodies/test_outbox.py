"""The outbox: told once, one failing row alone, nothing outside a transaction; and messages: once for each person and key."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction

from bodies import delivery, jobs, messages, outbox
from bodies.messages import Wording
from bodies.models import Announcement, Delivery, Job, Message, User
from bodies.refusals import Refused

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
# A Thursday.
NOW = datetime(2026, 3, 5, 9, 0, tzinfo=HCM)


@pytest.fixture
def heard():
    lines = []
    outbox._listeners.pop("test.happened", None)

    @outbox.listens_to("test.happened")
    def hear(row, now):
        Job.objects.create(id=f"00000000-0000-0000-0000-{row.pk:012d}", kind="x", created_at=now)
        if row.facts.get("bad"):
            raise RuntimeError("with a name in it: Nguyễn Văn A")
        lines.append(row.subject)

    yield lines
    outbox._listeners.pop("test.happened", None)


def announce(subject, **facts):
    outbox.announce("test.happened", subject, body=None, day=NOW.date(), facts=facts, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_outside_the_transaction_of_its_fact():
    with pytest.raises(outbox.NotInTransaction):
        announce("a")


@pytest.mark.django_db
def test_what_waits_is_told_once_in_order(heard):
    for subject in "abc":
        announce(subject)
    assert outbox.lag(NOW + timedelta(seconds=7)) == 7
    assert outbox.tell_pending(NOW).told == 3
    assert outbox.tell_pending(NOW).told == 0
    assert heard == ["a", "b", "c"]
    assert outbox.lag(NOW) == 0


@pytest.mark.django_db
def test_a_failing_row_is_taken_back_alone_tried_later_and_parked_at_last(heard):
    announce("bad", bad=True)
    announce("good")
    assert outbox.tell_pending(NOW).told == 1
    assert heard == ["good"]
    assert Job.objects.count() == 1
    bad = Announcement.objects.get(subject="bad")
    assert (bad.attempts, bad.last_error) == (1, "RuntimeError")
    assert outbox.tell_pending(NOW).failed == 0
    moment = NOW
    for _ in range(outbox.TRIES):
        moment += timedelta(hours=1)
        outbox.tell_pending(moment)
    bad.refresh_from_db()
    assert bad.attempts == outbox.TRIES
    assert list(Announcement.objects.parked()) == [bad]


@pytest.fixture
def people(db):
    call_command("load_calendar", verbosity=0)
    return [
        User.objects.create_user("a", full_name="A", email="a@example.org"),
        User.objects.create_user("b", full_name="B", language="en"),
    ]


def tell(people, at=NOW, key="k", *, urgent=False):
    return messages.tell(
        people,
        key=key,
        topic="t",
        wording=Wording("Vụ việc %(n)s", "", {"n": 7}),
        subject="2026-x-000001",
        at=at,
        urgent=urgent,
    )


def test_each_person_is_told_a_thing_once(people):
    assert tell(people) == 2
    assert tell(people) == 0
    assert tell(people, key="other") == 2
    assert set(Message.objects.values_list("title", flat=True)) == {"Vụ việc 7"}


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (NOW, NOW),
        (NOW.replace(hour=23), NOW.replace(day=6, hour=7)),
        (NOW.replace(hour=5), NOW.replace(hour=7)),
        (NOW.replace(day=7), NOW.replace(day=9, hour=7)),  # Saturday: Monday
        (datetime(2026, 2, 13, 22, 0, tzinfo=HCM), datetime(2026, 2, 23, 7, 0, tzinfo=HCM)),  # over Tết
    ],
)
def test_no_mail_leaves_at_night_or_on_a_day_off(people, at, leaves):
    tell(people, at=at, urgent=True)
    assert Delivery.objects.get().not_before == leaves


def test_what_is_not_urgent_waits_for_one_mail_in_the_morning(people):
    for key in "xyz":
        tell(people, key=key)
    assert delivery.send_due(NOW, clock=lambda: NOW).sent == 0
    morning = NOW.replace(day=6, hour=7, minute=30)
    assert delivery.send_digests(morning, clock=lambda: morning).sent == 3
    assert len(mail.outbox) == 1
    assert delivery.send_digests(morning, clock=lambda: morning).sent == 0


class Failing:
    error: Exception = OSError()

    def send(self, deliveries):
        raise self.error


@pytest.mark.parametrize(
    ("error", "state"),
    [(ConnectionError(), "waiting"), (TimeoutError(), "waiting"), (delivery.Permanent(), "dead")],
)
def test_a_provider_that_is_down_is_tried_again_and_a_wrong_address_is_given_up(
    people, settings, error, state
):
    settings.MESSAGE_CHANNELS = {"email": f"{__name__}.Failing"}
    Failing.error = error
    tell(people, urgent=True)
    delivery.send_due(NOW, clock=lambda: NOW)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == (state, 1, type(error).__name__)
    if state == "waiting":
        assert row.not_before == NOW + timedelta(minutes=1)
        settings.MESSAGE_CHANNELS = {"email": "bodies.delivery.Mail"}
        later = NOW + timedelta(minutes=2)
        assert delivery.send_due(later, clock=lambda: later).sent == 1


@pytest.mark.django_db
def test_a_job_is_run_once_and_one_whose_worker_fell_silent_is_taken_up_again():
    ran = []

    @jobs.worker("test")
    def work(job, progress):
        ran.append(job.pk)
        progress(1, 2)
        if job.arguments.get("bad"):
            raise Refused("Nói rõ vì sao.")
        return {"rows": 1}

    good = jobs.start("test", {}, by=None, at=NOW)
    bad = jobs.start("test", {"bad": True}, by=None, at=NOW)
    lost = jobs.start("test", {}, by=None, at=NOW)
    Job.objects.filter(pk=lost.pk).update(state="running", seen_at=NOW - timedelta(minutes=6))
    assert jobs.run_waiting(NOW, clock=lambda: NOW) == 3
    assert sorted(ran) == sorted([good.pk, bad.pk, lost.pk])
    assert set(Job.objects.values_list("state", "error")) == {("done", ""), ("failed", "Nói rõ vì sao.")}
    assert jobs.run_waiting(NOW, clock=lambda: NOW) == 0


@pytest.mark.django_db
def test_announcing_needs_no_broker(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with transaction.atomic():
        announce("a")
    assert Announcement.objects.count() == 1
