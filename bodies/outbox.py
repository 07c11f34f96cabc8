"""The one outbox: what happened is written with the fact it tells, and a worker tells it to its listeners once.

Any room appends with `announce` in the transaction in which the thing happened. `tell_pending` hands each row to the
listeners of its topic; their writes and the mark on the row are one transaction, so a crash anywhere loses and doubles
nothing. Listeners only write rows: a message, a notice, a figure to be recounted.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bodies.models import Announcement, Body

Listener = Callable[[Announcement, datetime], None]

BATCH = 200
# A row that fails this often is parked and listed; the others were never held up by it.
TRIES = 8
_listeners: dict[str, list[Listener]] = defaultdict(list)


@dataclass
class Told:
    """How a round went, in rows."""

    told: int = 0
    failed: int = 0
    parked: int = 0


class NotInTransaction(RuntimeError):
    """An announcement outside the transaction of its fact could be there without it."""


def announce(
    topic: str,
    subject: str,
    *,
    body: Body | None,
    day: date,
    facts: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Say that something happened. `facts` are codes and numbers, never personal data; `day` is a local day."""
    announce_many([Announcement(topic=topic, subject=subject, body=body, day=day, facts=facts or {}, at=at)])


def announce_many(rows: Iterable[Announcement]) -> None:
    """The same for many at once, in one statement. Nothing here knows the broker."""
    if not connection.in_atomic_block:
        raise NotInTransaction("Announce in the transaction in which it happened.")
    Announcement.objects.bulk_create(rows)


def listens_to(*topics: str) -> Callable[[Listener], Listener]:
    """Register a listener; the room's AppConfig imports its `listeners` module at start."""

    def register(listener: Listener) -> Listener:
        for topic in topics:
            if listener not in _listeners[topic]:
                _listeners[topic].append(listener)
        return listener

    return register


def tell_pending(now: datetime, *, limit: int = 5000) -> Told:
    """Tell what waits, oldest first, in batches that other workers skip. Safe with any number of workers."""
    told = Told()
    for _round in range(0, limit, BATCH):
        if not _tell_batch(now, told):
            break
    return told


@transaction.atomic
def _tell_batch(now: datetime, told: Told) -> int:
    rows = list(
        Announcement.objects.waiting(now)
        .order_by("id")
        .select_for_update(skip_locked=True, of=("self",))[:BATCH]
    )
    done: list[int] = []
    for row in rows:
        if _tell(row, now, told):
            done.append(row.pk)
    Announcement.objects.filter(pk__in=done).update(announced_at=now)
    told.told += len(done)
    return len(rows)


def _tell(row: Announcement, now: datetime, told: Told) -> bool:
    listeners = _listeners.get(row.topic, [])
    if not listeners:
        return True
    try:
        # A savepoint for each row: a failing one is taken back alone.
        with transaction.atomic():
            for listener in listeners:
                listener(row, now)
    except Exception as error:
        _put_off(row, now, error)
        told.failed += 1
        told.parked += row.parked_at is not None
        return False
    return True


def _put_off(row: Announcement, now: datetime, error: Exception) -> None:
    row.attempts += 1
    row.not_before = now + timedelta(seconds=5 * 2**row.attempts)
    # The class alone: a message could carry data.
    row.last_error = type(error).__name__
    if row.attempts >= TRIES:
        row.parked_at = now
    row.save(update_fields=["attempts", "not_before", "last_error", "parked_at"])


def lag(now: datetime) -> float:
    """Age in seconds of the oldest row that waits; 0 when none does."""
    oldest = Announcement.objects.waiting(now).order_by("id").values_list("at", flat=True).first()
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def prune(before: datetime, *, batch: int = 5000) -> int:
    """Delete told rows older than an instant, a batch at a time; how many went."""
    old = Announcement.objects.filter(announced_at__lt=before).order_by("id").values("pk")[:batch]
    return Announcement.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
