"""The chain of a case's history: what is hashed, in which form, and how a line is joined to the one before.

The core is sha256 over a line's canonical form and the hash of the line before it; the case holds the head and the
length. Pure: the caller has locked the case and saves it with the line.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from cases.models import Case, Event

# The parts of a line that are hashed, in this order, after the reference of its case.
HASHED = (
    "seq", "move", "from_stage", "to_stage", "body_id", "actor", "by_id", "at", "recorded_at", "reason", "details",
)  # fmt: skip


def canonical(reference: str, values: Iterable[Any]) -> bytes:
    """One line as bytes: the same for the value just written and for the value read back, whatever the time zone."""
    return orjson.dumps([reference, *map(_plain, values)], option=orjson.OPT_SORT_KEYS)


_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def _plain(value: Any) -> Any:
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


def line_hash(previous: bytes, reference: str, values: Iterable[Any]) -> bytes:
    return hashlib.sha256(previous + canonical(reference, values)).digest()


def hash_as_stored(previous: bytes, reference: str, values: Sequence[Any], details: str) -> bytes:
    """The same hash of a line as the database gives it quickest: instants in microseconds, details (the last) as text."""
    line = orjson.dumps([reference, *values, orjson.loads(details)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous + line).digest()


def chain(case: Case, event: Event) -> Event:
    """Give the event its number and hash, and move the case's head. The caller saves both."""
    event.seq = case.events_count + 1
    event.previous = bytes(case.events_head)
    event.at, event.recorded_at = _to_microsecond(event.at), _to_microsecond(event.recorded_at)
    event.hash = line_hash(event.previous, case.reference, (getattr(event, name) for name in HASHED))
    case.events_count, case.events_head = event.seq, event.hash
    return event


def _to_microsecond(at: datetime) -> datetime:
    return at.astimezone(UTC)
