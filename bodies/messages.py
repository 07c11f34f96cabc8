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

    def said_in(self, language: str) -> tuple[str, str]:
        with translation.override(language):
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
    """The same for many things at once, in two statements. Runs in the caller's transaction.

    Who may no longer sign in is not told. In one order, so that two workers telling the same never wait for each other
    in a ring.
    """
    once = {(t.recipient.pk, t.key): t for t in told if t.recipient.is_active}
    rows = [_message(once[each], at) for each in sorted(once)]
    if not rows:
        return 0
    new = _insert_new(rows)
    Delivery.objects.bulk_create(_deliveries(new, at), ignore_conflicts=True)
    return len(new)


def _message(told: Told, at: datetime) -> Message:
    title, text = told.wording.said_in(told.recipient.language)
    return Message(
        recipient=told.recipient,
        key=told.key,
        topic=told.topic,
        title=title[:200],
        text=text,
        subject=told.subject,
        is_urgent=told.urgent,
        created_at=at,
    )


_COLUMNS = ("recipient_id", "key", "topic", "title", "text", "subject", "is_urgent", "created_at")


def _insert_new(rows: list[Message]) -> list[Message]:
    """Insert what is not there yet and say which that was: ON CONFLICT DO NOTHING with the ids of the new rows."""
    values = [tuple(getattr(row, name) for name in _COLUMNS) for row in rows]
    columns = [list(column) for column in zip(*values, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bodies_message (recipient_id, key, topic, title, text, subject, is_urgent, created_at) "
            "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], "
            "%s::timestamptz[]) ON CONFLICT (recipient_id, key) DO NOTHING RETURNING id, recipient_id, key",
            columns,
        )
        ids = {(recipient, key): pk for pk, recipient, key in cursor.fetchall()}
    new = []
    for row in rows:
        pk = ids.get((row.recipient_id, row.key))
        if pk is not None:
            row.pk = pk
            new.append(row)
    return new


def _deliveries(messages: list[Message], at: datetime) -> Iterable[Delivery]:
    calendar, hours = current_calendar(), office_hours()
    for message in messages:
        urgent = message.is_urgent
        for channel in _channels(message.recipient, urgent=urgent):
            yield Delivery(
                message=message,
                channel=channel,
                state=Delivery.State.WAITING if urgent else Delivery.State.DIGEST,
                not_before=hours.quiet_until(at, calendar) if urgent else hours.next_digest(at, calendar),
            )


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
