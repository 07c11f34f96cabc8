"""Deliveries: one letter however often it is tried, nothing personal in it, and nobody waits for a slow provider."""

import smtplib
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from bodies import delivery, message_channels
from bodies.message_channels import Letter, Permanent, TryLater
from bodies.models import Announcement, Delivery, Message, User
from tests.bodies.letters import NOW, body_of, people, states, tell


class Gateway:
    """A channel of the house: remembers what it was given, and fails as it is told."""

    sent: list[Letter] = []
    error: Exception | None = None

    def address_of(self, user):
        return user.phone

    def send(self, letter):
        if self.error:
            raise self.error
        self.sent.append(letter)


@pytest.fixture
def gateway(settings):
    settings.MESSAGE_CHANNELS = {
        **settings.MESSAGE_CHANNELS,
        "email": f"{__name__}.Gateway",
        "sms": f"{__name__}.Gateway",
    }
    Gateway.sent, Gateway.error = [], None
    return Gateway


def test_a_letter_names_the_reference_and_the_address_and_nothing_else(smtp):
    tell(people(1))
    assert delivery.send_due(NOW).sent == 1
    [letter] = smtp.received
    source = str(letter.as_string()) + body_of(letter)
    assert "2026-kim-bang-ubnd-000123" in body_of(letter)
    assert "https://lang-nghe.example" in body_of(letter)
    for word in ("Nguyễn", "Khiếu nại", "đất đai", "Tên 0"):
        assert word not in source
    assert letter["To"] == "u0@example.org"
    assert letter["Message-ID"] == f"<{letter['X-Delivery-Key']}@kim-bang.example>"


def test_a_letter_is_sent_once_and_marked(smtp):
    tell(people(3))
    delivery.send_due(NOW)
    assert delivery.send_due(NOW + timedelta(hours=1)).sent == 0
    assert smtp.keys() == sorted(f"delivery-{pk}" for pk in Delivery.objects.values_list("pk", flat=True))
    assert states() == ["sent"] * 3
    assert all(row.sent_at >= NOW for row in Delivery.objects.all())


def test_a_letter_is_written_in_the_language_of_its_reader(smtp):
    tell(people(1, language="en"))
    delivery.send_due(NOW)
    assert "New messages: 1" in body_of(smtp.received[0])


@pytest.mark.parametrize("hour", [5, 22])
def test_nothing_is_sent_at_night_even_if_it_was_due_by_day(smtp, hour):
    tell(people(1))
    assert delivery.send_due(NOW.replace(hour=hour) + timedelta(days=1)).sent == 0
    assert not smtp.connections


# --- Providers that fail -------------------------------------------------------------------------------------------


def test_a_server_that_is_down_is_asked_again_later_each_time_and_nothing_is_lost(settings, smtp):
    tell(people(1))
    settings.EMAIL_PORT = 1
    waits, moment = [], NOW
    for _try in range(4):
        assert delivery.send_due(moment).put_off == 1
        row = Delivery.objects.get()
        waits.append(round((row.not_before - moment).total_seconds() / 60))
        assert delivery.send_due(row.not_before - timedelta(seconds=1)).put_off == 0
        moment = row.not_before
    assert waits == [1, 5, 15, 60]
    assert row.last_error == "ConnectionRefusedError"
    settings.EMAIL_PORT = smtp.port
    assert delivery.send_due(moment).sent == 1
    assert smtp.keys() == [f"delivery-{row.pk}"]


def test_a_server_that_stays_down_is_given_up_but_not_before_a_weekend_has_passed(settings, smtp):
    tell(people(1))
    settings.EMAIL_PORT = 1
    moment = NOW
    while Delivery.objects.get().state == "waiting":
        delivery.send_due(moment)
        moment = Delivery.objects.get().not_before
    assert Delivery.objects.dead().get().attempts == delivery.TRIES
    assert moment - NOW > timedelta(days=3)


def test_a_try_put_off_into_the_night_waits_for_the_morning(settings, smtp):
    tell(people(1))
    settings.EMAIL_PORT = 1
    delivery.send_due(NOW.replace(hour=20, minute=59, second=30))
    assert Delivery.objects.get().not_before == NOW.replace(day=6, hour=7)


def test_an_outage_is_noticed_and_does_not_wear_out_the_letters_that_wait(settings, smtp):
    tell(people(50))
    settings.EMAIL_PORT = 1
    delivery.send_due(NOW)
    assert Delivery.objects.filter(attempts=0).count() == 50 - delivery.AT_ONCE
    settings.EMAIL_PORT = smtp.port
    assert delivery.send_due(NOW + timedelta(seconds=15)).sent == 50 - delivery.AT_ONCE
    delivery.send_due(NOW + timedelta(minutes=2))
    assert len(set(smtp.keys())) == len(smtp.received) == 50


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (450, "waiting", "SMTPRecipientsRefused 450"),
        (421, "waiting", "SMTPRecipientsRefused 421"),
        (550, "dead", "SMTPRecipientsRefused 550"),
    ],
)
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_given_up(smtp, code, state, reason):
    tell(people(1))
    smtp.refuses["u0@example.org"] = code
    delivery.send_due(NOW)
    row = Delivery.objects.get()
    assert (row.state, row.last_error, row.attempts) == (state, reason, 1)


def test_one_bad_address_does_not_hold_up_the_others(smtp):
    users = people(20)
    User.objects.filter(username="u3").update(email="no address")
    smtp.refuses["u5@example.org"] = 550
    tell(User.objects.all())
    assert len(users) == 20
    done = delivery.send_due(NOW)
    assert (done.sent, done.dead, done.put_off) == (18, 2, 0)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPConnectError(554, b"no"),
        smtplib.SMTPHeloError(550, b"no"),
    ],
)
def test_a_server_that_refuses_the_house_and_not_the_letter_is_no_end_of_the_letter(monkeypatch, error):
    def refuse(self):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(TryLater):
        message_channels.Mail().send(Letter("a@example.org", "t", "x", "k"))


def test_a_worker_killed_between_sending_and_marking_sends_the_same_key_again(smtp):
    tell(people(1))
    [row] = delivery._claim(NOW, 8)
    assert delivery.send_due(NOW + timedelta(minutes=1)).sent == 0  # the lease holds
    assert delivery.send_due(NOW + delivery.LEASE).sent == 1
    assert smtp.keys() == [f"delivery-{row.pk}"]
    # The first one wakes and thinks that it failed: nobody listens to it any more.
    delivery._mark(row, state=Delivery.State.DEAD)
    assert states() == ["sent"]


def test_a_line_that_breaks_after_the_letter_was_taken_repeats_its_key(smtp):
    tell(people(1))
    smtp.drops = True
    assert delivery.send_due(NOW).put_off == 1
    smtp.drops = False
    delivery.send_due(NOW + timedelta(minutes=2))
    assert smtp.keys()[0] == smtp.keys()[1]
    assert len(smtp.keys()) == 2


def test_letters_are_under_way_side_by_side(smtp):
    tell(people(16))
    smtp.slow = 0.5
    began = time.monotonic()
    assert delivery.send_due(NOW).sent == 16
    # One after another they would take eight.
    assert time.monotonic() - began < 7


@pytest.mark.django_db(transaction=True)
def test_a_slow_provider_holds_no_lock_and_only_its_share_of_the_workers(smtp):
    tell(people(30))
    smtp.slow = 3
    first = threading.Thread(target=lambda: (delivery.send_due(NOW), connection.close()))
    first.start()
    while Delivery.objects.filter(state="sending").count() < delivery.AT_ONCE:
        time.sleep(0.02)
    began = time.monotonic()
    # Every row can be written, and a second worker does not let itself be tied down as well.
    Delivery.objects.update(last_error="")
    assert delivery.send_due(NOW).sent == 0
    assert time.monotonic() - began < smtp.slow
    smtp.slow = 0
    first.join()
    assert len(smtp.received) == len(set(smtp.keys())) == 30


# --- Other channels ------------------------------------------------------------------------------------------------


def test_a_channel_of_the_house_is_given_the_same_neutral_letter(calendar, gateway):
    tell(people(1, phone="0912345678"))
    assert delivery.send_due(NOW).sent == 2
    assert [letter.to for letter in gateway.sent] == ["0912345678"] * 2
    assert len({letter.key for letter in gateway.sent}) == 2
    assert all("Nguyễn" not in letter.title + letter.text for letter in gateway.sent)


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (Permanent("wrong number"), "dead", "wrong number"),
        (TryLater("HTTP 503"), "waiting", "HTTP 503"),
        (ZeroDivisionError("0912345678"), "waiting", "ZeroDivisionError"),
    ],
)
def test_a_channel_says_whether_to_try_again_and_its_slips_are_tried_again(
    calendar, gateway, error, state, reason
):
    gateway.error = error
    tell(people(1, email="", phone="0912345678"))
    delivery.send_due(NOW)
    row = Delivery.objects.get()
    assert (row.state, row.last_error) == (state, reason)


def test_what_nobody_waits_for_any_more_is_not_sent(calendar, gateway, settings):
    one, two, three = people(3, phone="0912345678")
    tell([one, two, three])
    User.objects.filter(pk=one.pk).update(is_active=False)
    User.objects.filter(pk=two.pk).update(phone="")
    settings.MESSAGE_CHANNELS = {**settings.MESSAGE_CHANNELS, "sms": ""}
    done = delivery.send_due(NOW)
    assert (done.sent, done.skipped) == (1, 5)
    assert states() == ["sent", *["skipped"] * 5]


# --- What did not arrive -------------------------------------------------------------------------------------------


def test_technical_administrators_are_told_once_a_working_day_what_failed(calendar):
    admin = User.objects.create(username="admin", full_name="A", is_staff=True)
    assert delivery.report_failures(NOW) == 0
    tell(people(1))
    Delivery.objects.update(state="dead")
    Announcement.objects.create(topic="t", subject="s", day=NOW.date(), at=NOW, parked_at=NOW)
    assert delivery.report_failures(NOW.replace(hour=23)) == 0
    assert delivery.report_failures(NOW) == 1
    assert delivery.report_failures(NOW + timedelta(hours=2)) == 0
    assert delivery.report_failures(NOW + timedelta(days=1)) == 1
    assert delivery.report_failures(NOW + timedelta(days=2)) == 0  # Saturday
    assert Message.objects.filter(recipient=admin, topic="failures").count() == 2


def test_dead_letters_can_be_sent_again_or_let_go(smtp):
    tell(people(2))
    Delivery.objects.update(state="dead", attempts=8)
    first, second = Delivery.objects.order_by("id")
    assert delivery.try_again(Delivery.objects.filter(pk=first.pk), NOW) == 1
    assert delivery.let_go(Delivery.objects.filter(pk=second.pk)) == 1
    assert delivery.send_due(NOW).sent == 1
    assert states() == ["sent", "skipped"]
    assert delivery.try_again(Delivery.objects.all(), NOW) == 0
