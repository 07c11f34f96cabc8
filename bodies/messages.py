"""What people are told: once for each (person, key), in their own language, frozen when it was said.

In-app is the row itself and knows no quiet hours. Mail (and SMS or Zalo, where a channel is set up) leaves by a
delivery, which waits for the morning when the hour or the day is quiet (anchors: no mail at night or on a day off).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone, translation
from django.utils.functional import Promise

from bodies.calendars import Calendar, add_working_days
from bodies.models import Delivery, Message, User
from bodies.working_days import current_calendar

# Local hours in which mail may leave, on working days.
OPENS, CLOSES = time(7, 0), time(21, 0)
DIGEST = time(7, 30)


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
    """The same for many things at once, in two statements. Runs in the caller's transaction."""
    rows = [_message(each, at) for each in {(t.recipient.pk, t.key): t for t in told}.values()]
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
    calendar = current_calendar()
    for message in messages:
        if not message.recipient.email:
            continue
        urgent = message.is_urgent
        yield Delivery(
            message=message,
            channel=Delivery.Channel.EMAIL,
            state=Delivery.State.WAITING if urgent else Delivery.State.DIGEST,
            not_before=quiet_until(at, calendar) if urgent else next_digest(at, calendar),
        )


def quiet_until(at: datetime, calendar: Calendar) -> datetime:
    """The first moment from `at` on at which mail may leave: by day, on a working day."""
    local = timezone.localtime(at)
    if calendar.is_working_day(local.date()):
        if OPENS <= local.time() < CLOSES:
            return at
        if local.time() < OPENS:
            return _at(local.date(), OPENS)
    return _at(add_working_days(local.date(), 1, calendar), OPENS)


def next_digest(at: datetime, calendar: Calendar) -> datetime:
    """The next morning of a working day at the hour of the digest."""
    local = timezone.localtime(at)
    if calendar.is_working_day(local.date()) and local.time() < DIGEST:
        return _at(local.date(), DIGEST)
    return _at(add_working_days(local.date(), 1, calendar), DIGEST)


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def prune(before: datetime, *, batch: int = 5000) -> int:
    """Delete opened messages older than an instant, a batch at a time."""
    old = Message.objects.filter(opened_at__lt=before).order_by("id").values_list("pk", flat=True)[:batch]
    return Message.objects.filter(pk__in=list(old)).delete()[0]


# Kept long enough to be answered for: the duty to inform is proved by other rows.
KEPT = timedelta(days=400)
