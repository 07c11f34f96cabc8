"""How messages leave: claimed under a lease, sent outside any transaction, then marked. A slow provider holds nobody up.

A crash between sending and marking sends the same message again with the same Message-ID; nothing is lost.
"""

import smtplib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from bodies.models import Delivery

log = structlog.get_logger(__name__)

# While it is being sent nobody else takes it; longer than the mail server's time-out.
LEASE = timedelta(minutes=5)
_BACK_OFF = [1, 5, 15, 60, 180, 360]
TRIES = 8
BATCH = 50


class Permanent(Exception):
    """It will never arrive: a wrong address, a refusal for good."""


class Channel(Protocol):
    """What a channel must be able to do. settings.MESSAGE_CHANNELS names one for sms and zalo, by dotted path."""

    def send(self, deliveries: list[Delivery]) -> None:
        """Send one person's messages as one. Raises Permanent, or anything else to be tried again."""


@dataclass
class Sent:
    """How a round went, in deliveries."""

    sent: int = 0
    put_off: int = 0
    dead: int = 0


def send_due(now: datetime, *, clock: Callable[[], datetime]) -> Sent:
    """Send what is due, one by one; `clock` says when each was sent."""
    done = Sent()
    for delivery in _claim(Delivery.objects.due(now), now):
        _send([delivery], clock(), done)
    return done


def send_digests(now: datetime, *, clock: Callable[[], datetime]) -> Sent:
    """Send the morning's digests: one for each person, of all that waited for it."""
    done = Sent()
    while claimed := _claim(Delivery.objects.for_digest(now), now):
        people: dict[int, list[Delivery]] = {}
        for delivery in claimed:
            people.setdefault(delivery.message.recipient_id, []).append(delivery)
        for deliveries in people.values():
            _send(deliveries, clock(), done)
    return done


@transaction.atomic
def _claim(rows: Iterable[Delivery], now: datetime) -> list[Delivery]:
    claimed = list(
        rows.select_related("message__recipient")  # type: ignore[attr-defined]
        .order_by("message__recipient_id", "id")
        .select_for_update(skip_locked=True, of=("self",))[:BATCH]
    )
    Delivery.objects.filter(pk__in=[row.pk for row in claimed]).update(not_before=now + LEASE)
    return claimed


def _send(deliveries: list[Delivery], now: datetime, done: Sent) -> None:
    try:
        _channel(deliveries[0].channel).send(deliveries)
    except (Permanent, smtplib.SMTPRecipientsRefused) as error:
        _give_up(deliveries, error)
        done.dead += len(deliveries)
    except smtplib.SMTPResponseException as error:
        if 500 <= error.smtp_code < 600:
            _give_up(deliveries, error)
            done.dead += len(deliveries)
        else:
            _put_off(deliveries, now, error, done)
    except Exception as error:
        _put_off(deliveries, now, error, done)
    else:
        for delivery in deliveries:
            delivery.state, delivery.sent_at = Delivery.State.SENT, now
        Delivery.objects.bulk_update(deliveries, ["state", "sent_at"])
        done.sent += len(deliveries)


def _give_up(deliveries: list[Delivery], error: Exception) -> None:
    for delivery in deliveries:
        delivery.state, delivery.last_error = Delivery.State.DEAD, type(error).__name__
        delivery.attempts += 1
    Delivery.objects.bulk_update(deliveries, ["state", "last_error", "attempts"])
    log.warning("delivery given up", count=len(deliveries), error=type(error).__name__)


def _put_off(deliveries: list[Delivery], now: datetime, error: Exception, done: Sent) -> None:
    for delivery in deliveries:
        delivery.attempts += 1
        delivery.last_error = type(error).__name__
        delivery.not_before = now + timedelta(minutes=_BACK_OFF[min(delivery.attempts, len(_BACK_OFF)) - 1])
        if delivery.attempts >= TRIES:
            delivery.state = Delivery.State.DEAD
    Delivery.objects.bulk_update(deliveries, ["attempts", "last_error", "not_before", "state"])
    dead = sum(delivery.state == Delivery.State.DEAD for delivery in deliveries)
    done.dead += dead
    done.put_off += len(deliveries) - dead


def _channel(name: str) -> Channel:
    path = settings.MESSAGE_CHANNELS.get(name)
    if not path:
        raise Permanent(name)
    channel: Channel = import_string(path)()
    return channel


class Mail:
    """E-mail through Django's backend. It names the matter by its reference, never a person."""

    def send(self, deliveries: list[Delivery]) -> None:
        first = deliveries[0].message
        with translation.override(first.recipient.language):
            if len(deliveries) == 1:
                subject, body = first.title, _line(deliveries[0])
            else:
                subject = _("Lắng Nghe: %(count)s notices") % {"count": len(deliveries)}
                body = "\n\n".join(_line(delivery) for delivery in deliveries)
        host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
        EmailMessage(
            subject=" ".join(subject.split()),
            body=body,
            to=[first.recipient.email],
            # The same on a repeat, so that a provider can see that it is one.
            headers={"Message-ID": f"<delivery-{deliveries[0].pk}@{host}>"},
        ).send()


def _line(delivery: Delivery) -> str:
    message = delivery.message
    link = (
        f"{settings.SITE_URL}/cases/{message.subject}/"
        if message.subject and settings.SITE_URL
        else message.subject
    )
    return "\n".join(part for part in (message.title, message.text, link) if part)
