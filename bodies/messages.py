"""What people are told: once for each (person, key), in their own language, frozen when it was said.

In-app is the row itself and knows no quiet hours. Mail (and SMS or Zalo, where a channel is set up) leaves by a
delivery, which waits for the morning when the hour or the day is quiet (anchors: no mail at night or on a day off).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.functional import Promise

from bodies.models import Delivery, Message, User
from bodies.quiet_hours import Hours
from bodies.working_days import current_calendar


@dataclass(frozen=True)
class Wording:
    """A title and a text as lazy msgids with their parameters; no personal data among them."""

    title: str | Promise
    text: str | Promise = ""
    parameters: dict[str, Any] = field(default_factory=dict)

    def said(self) -> tuple[str, str]:
        """Title and text in the language that is on."""
        return str(self.title) % self.parameters, str(self.text) % self.parameters


@dataclass(frozen=True)
class Told:
    """One thing for one person. `urgent` leaves today, the rest waits for the morning digest."""

    recipient: User
    key: str
    topic: str
    wording: Wording
    subject: str = ""
    urgent: bool = False


def tell(
    recipients: Iterable[User],
    *,
    key: str,
    topic: str,
    wording: Wording,
    subject: str,
    at: datetime,
    urgent: bool = False,
) -> int:
    """Tell people one thing; who was told it before is not told again. How many were told now."""
    return tell_many((Told(user, key, topic, wording, subject, urgent) for user in recipients), at=at)


def tell_many(told: Iterable[Told], *, at: datetime) -> int:
    """The same for many things at once, in one statement. Runs in the caller's transaction.

    Who may no longer sign in is not told. In one order, so that two workers telling the same never wait for each other
    in a ring.
    """
    once = {(t.recipient.pk, t.key): t for t in told if t.recipient.is_active}
    if not once:
        return 0
    in_order = [once[each] for each in sorted(once)]
    messages = _columns(_messages(in_order, at), _MESSAGE)
    deliveries = _columns(
        _deliveries({t.recipient.pk: t.recipient for t in in_order}.values(), at), _DELIVERY
    )
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [*messages, at, *deliveries])
        (new,) = cursor.fetchone()
    return int(new)


def _messages(told: list[Told], at: datetime) -> list[tuple[Any, ...]]:
    """Recipient, key, topic, title, text, subject, urgent; the words in each recipient's language."""
    said: dict[int, tuple[str, str]] = {}
    for language in {t.recipient.language for t in told}:
        with translation.override(language):
            said |= {id(t): t.wording.said() for t in told if t.recipient.language == language}
    return [
        (t.recipient.pk, t.key, t.topic, said[id(t)][0][:200], said[id(t)][1], t.subject, t.urgent)
        for t in told
    ]


_MESSAGE = ("bigint", "text", "text", "text", "text", "text", "bool")
# Recipient, urgent or not, channel, state, not before.
_DELIVERY = ("bigint", "bool", "text", "text", "timestamptz")
# What somebody was told before stays as it was, and leaves no second time.
_TELL = (
    "WITH said AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], "
    "%s::bool[]) AS s (recipient_id, key, topic, title, text, subject, is_urgent)), "
    "new AS (INSERT INTO bodies_message (recipient_id, key, topic, title, text, subject, is_urgent, created_at) "
    "SELECT said.*, %s FROM said ON CONFLICT (recipient_id, key) DO NOTHING RETURNING id, recipient_id, is_urgent), "
    "ways AS (SELECT * FROM unnest(%s::bigint[], %s::bool[], %s::text[], %s::text[], %s::timestamptz[]) "
    "AS w (recipient_id, is_urgent, channel, state, not_before)), "
    "sent AS (INSERT INTO bodies_delivery (message_id, channel, state, not_before, attempts, last_error) "
    "SELECT new.id, ways.channel, ways.state, ways.not_before, 0, '' FROM new JOIN ways USING (recipient_id, is_urgent)) "
    "SELECT count(*) FROM new"
)


def _columns(rows: list[tuple[Any, ...]], kinds: tuple[str, ...]) -> list[list[Any]]:
    return [[row[number] for row in rows] for number in range(len(kinds))]


def _deliveries(recipients: Iterable[User], at: datetime) -> list[tuple[Any, ...]]:
    """The ways in which something urgent, and something not urgent, would leave for each of these now."""
    calendar, hours = current_calendar(), office_hours()
    when = {
        True: (Delivery.State.WAITING, hours.quiet_until(at, calendar)),
        False: (Delivery.State.DIGEST, hours.next_digest(at, calendar)),
    }
    return [
        (user.pk, urgent, channel, *when[urgent])
        for user in recipients
        for urgent in (True, False)
        for channel in _channels(user, urgent=urgent)
    ]


def _channels(user: User, *, urgent: bool) -> Iterable[Delivery.Channel]:
    """Mail where there is an address; a text message where somebody set up how, and only for what is urgent."""
    if user.email:
        yield Delivery.Channel.EMAIL
    if user.phone and urgent:
        for channel in (Delivery.Channel.SMS, Delivery.Channel.ZALO):
            if settings.MESSAGE_CHANNELS.get(channel):
                yield channel


def office_hours() -> Hours:
    """The hours of this installation, as its settings have them."""
    return Hours(
        opens=settings.MAIL_OPENS,
        closes=settings.MAIL_CLOSES,
        digest=settings.MAIL_DIGEST,
        zone=timezone.get_default_timezone(),
    )


def prune(before: datetime, *, batch: int = 5000) -> int:
    """Delete messages opened before an instant, a batch at a time; how many went."""
    old = Message.objects.filter(opened_at__lt=before).order_by("id").values_list("pk", flat=True)
    gone = 0
    while pks := list(old[:batch]):
        # Deliveries go with their message, and are not counted
        gone += Message.objects.filter(pk__in=pks).delete()[1]["bodies.Message"]
    return gone
