"""The one outbox: what happened is written with the fact it tells, and a worker tells it to its listeners once.

Any room appends with `announce` in the transaction in which the thing happened. `tell_pending` hands each row to the
listeners of its topic; their writes and the mark on the row are one transaction, so a crash anywhere loses and doubles
nothing. Listeners only write rows: a message, a notice, a figure to be recounted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet

from bodies.models import Announcement, Body
from bodies.portions import named
from bodies.stopwatch import Stopwatch

log = structlog.get_logger(__name__)

Listener = Callable[[Announcement, datetime], Any]
Listeners = Callable[[list[Announcement], datetime], Any]

BATCH = 200
# A row that fails this often is parked and listed; the others were never held up by it.
TRIES = 8
# After the first failure, four times as long after each more: ten seconds at first, hours at last, ten in all.
PAUSE = timedelta(seconds=10)
# A run ends after this; what is left is the next run's. Well below the time limit of its task.
RUN_LASTS = timedelta(seconds=20)


@dataclass(frozen=True)
class _Registered:
    """One listener. `many`: it takes a list of rows, which is quicker for a sweep that announces thousands."""

    hear: Callable[[Any, datetime], Any]
    many: bool

    def tell(self, rows: list[Announcement], now: datetime) -> None:
        if self.many:
            self.hear(rows, now)
        else:
            for row in rows:
                self.hear(row, now)


_listeners: dict[str, list[_Registered]] = {}


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
    """Say that something happened. `facts` are codes and numbers, never personal data.

    `day` is the local day on which it counts and may lie far back; `at` is when it is written here.
    """
    announce_many([Announcement(topic=topic, subject=subject, body=body, day=day, facts=facts or {}, at=at)])


def announce_many(rows: Iterable[Announcement]) -> None:
    """The same for many at once, in one statement. Nothing here knows the broker."""
    if not connection.in_atomic_block:
        raise NotInTransaction("Announce in the transaction in which it happened.")
    Announcement.objects.bulk_create(rows)


def listens_to(*topics: str, many: bool = False) -> Callable[[Any], Any]:
    """Register a listener `(row, now)`, or with `many` one `(rows, now)`; the room's AppConfig imports its `listeners`.

    One for many is given single rows again when a list fails, so that a bad row is found and put off alone.
    """

    def register(listener: Listener | Listeners) -> Listener | Listeners:
        registered = _Registered(listener, many)
        for topic in topics:
            known = _listeners.setdefault(topic, [])
            if registered not in known:
                known.append(registered)
        return listener

    return register


def tell_pending(now: datetime, *, limit: int = 5000) -> Told:
    """Tell what waits, oldest first, in batches that other workers skip. Safe with any number of workers."""
    watch = Stopwatch(now)
    told = Told()
    for _round in range(0, limit, BATCH):
        if not _tell_batch(now, watch, told) or watch.passed() > RUN_LASTS:
            break
    return told


@transaction.atomic
def _tell_batch(now: datetime, watch: Stopwatch, told: Told) -> int:
    with connection.cursor() as cursor:
        # A listener that waits for somebody's lock fails alone and soon, instead of holding up the rest.
        cursor.execute("SET LOCAL lock_timeout = '5s'")
    rows = list(
        Announcement.objects.waiting(now)
        .order_by("id")
        .select_for_update(skip_locked=True, of=("self",))[:BATCH]
    )
    done = [pk for group in _groups(rows) for pk in _tell_group(group, now, watch, told)]
    Announcement.objects.filter(pk__in=done).update(announced_at=now)
    told.told += len(done)
    return len(rows)


def _groups(rows: list[Announcement]) -> Iterable[list[Announcement]]:
    """Rows that can be told together: of one topic, and not failed before. The order inside a topic stays."""
    topics: dict[str, list[Announcement]] = {}
    for row in rows:
        if row.attempts:
            yield [row]
        else:
            topics.setdefault(row.topic, []).append(row)
    yield from topics.values()


def _tell_group(rows: list[Announcement], now: datetime, watch: Stopwatch, told: Told) -> list[int]:
    """Tell a group as one, else each row by itself; which rows were told."""
    error = _try(rows, now)
    if error is None:
        return [row.pk for row in rows]
    if len(rows) == 1 or watch.passed() > RUN_LASTS:
        # Out of time: the rows of this group come back one by one, for each now counts as failed before.
        for row in rows:
            _put_off(row, now, error, told)
        return []
    return [pk for row in rows for pk in _tell_group([row], now, watch, told)]


def _try(rows: list[Announcement], now: datetime) -> Exception | None:
    try:
        # A savepoint: what fails is taken back alone.
        with transaction.atomic():
            for registered in _listeners.get(rows[0].topic, []):
                registered.tell(rows, now)
    except Exception as error:
        return error
    return None


def _put_off(row: Announcement, now: datetime, error: Exception, told: Told) -> None:
    row.attempts += 1
    row.not_before = now + PAUSE * 4 ** (row.attempts - 1)
    # The class and the place alone: the error's own words could carry data.
    row.last_error = type(error).__name__
    if row.attempts >= TRIES:
        row.parked_at = now
    row.save(update_fields=["attempts", "not_before", "last_error", "parked_at"])
    told.failed += 1
    told.parked += row.parked_at is not None
    log.warning(
        "announcement put off",
        topic=row.topic,
        announcement=row.pk,
        attempts=row.attempts,
        parked=row.parked_at is not None,
        **named(error),
    )


def try_again(rows: QuerySet[Announcement]) -> int:
    """Take parked rows up again, after what they failed on was mended; how many."""
    return rows.filter(announced_at=None).update(parked_at=None, attempts=0, not_before=None)


def lag(now: datetime) -> float:
    """Age in seconds of the oldest row that waits; 0 when none does."""
    oldest = Announcement.objects.waiting(now).order_by("id").values_list("at", flat=True).first()
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def prune(before: datetime, *, batch: int = 5000) -> int:
    """Delete told rows older than an instant, a batch at a time; how many went."""
    old = Announcement.objects.filter(announced_at__lt=before).order_by("id").values_list("pk", flat=True)
    gone = 0
    while pks := list(old[:batch]):
        gone += Announcement.objects.filter(pk__in=pks).delete()[0]
    return gone
