"""The proof that no line of history was changed, removed, put in or moved.

Each case's lines are hashed again from the first to the last and compared with what the case holds: the number of
lines and the hash of the last. The daily head is one hash over the heads of all cases; printed and kept elsewhere, it
shows even a history that was rewritten as a whole.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, F, Func, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from cases.history import HASHED, hash_as_stored
from cases.models import Case, DailyHead

_CHUNK = 2_000


@dataclass(frozen=True)
class Fault:
    """One history that does not hold, and the first line at which it shows (0: the case itself)."""

    reference: str
    seq: int
    what: str


@dataclass
class Verified:
    """What was looked at, and what was found."""

    cases: int = 0
    events: int = 0
    faults: list[Fault] | None = None


class _Chain:
    """One history while it is read: what the case says of it, and what its lines said so far."""

    __slots__ = ("head", "length", "previous", "reference", "seq")

    def __init__(self, reference: str, length: int, head: bytes) -> None:
        self.reference, self.length, self.head = reference, length, head
        self.seq, self.previous = 0, b""

    def check(self, seq: int, previous: bytes, stored: bytes, values: tuple[Any, ...]) -> Fault | None:
        """One line against the one before. After a fault the chain goes on from what the line says of itself."""
        expected, was = self.seq + 1, self.previous
        self.seq, self.previous = seq, stored
        if seq != expected:
            return Fault(self.reference, expected, "a line is missing or was put in")
        if previous != was:
            return Fault(self.reference, seq, "it does not follow from the line before")
        if hash_as_stored(was, self.reference, values[:-1], values[-1]) != stored:
            return Fault(self.reference, seq, "its content was changed")
        return None

    def end(self) -> Fault | None:
        if self.seq != self.length:
            what = f"the case knows {self.length} lines, there are {self.seq}"
            return Fault(self.reference, self.seq, what)
        if self.previous != self.head:
            return Fault(self.reference, self.seq, "the case knows another last line")
        return None


@transaction.atomic
def verify(*, tell: Callable[[int], None] = lambda lines: None) -> Verified:
    """Go through all histories, one at a time. `tell` is called with the number of lines done."""
    done, faults = Verified(), list[Fault]()
    now, chain = 0, _Chain("", 0, b"")
    for pk, reference, length, head, previous, stored, *values in _lines():
        if pk != now:
            faults += filter(None, [chain.end()])
            now, chain = pk, _Chain(reference, length, bytes(head))
            done.cases += 1
        # A case without lines comes once, with nothing.
        if stored is None:
            continue
        done.events += 1
        if done.events % _CHUNK == 0:
            tell(done.events)
        fault = chain.check(values[0], bytes(previous), bytes(stored), tuple(values))
        if fault:
            faults.append(fault)
    faults += filter(None, [chain.end()])
    done.faults = faults + [fault for check in _OTHERS for fault in check()]
    return done


# Histories that other rooms keep in the same way: each tells what does not hold in its own.
_OTHERS: list[Callable[[], Iterable[Fault]]] = []


def register_histories(check: Callable[[], Iterable[Fault]]) -> None:
    """Let a room have its own histories verified with those of cases. Called in its AppConfig.ready; twice is once."""
    if check not in _OTHERS:
        _OTHERS.append(check)


def _lines() -> Iterator[tuple[Any, ...]]:
    """Every case with its lines in their order, in one statement: what others write meanwhile is not half seen.

    The rows come through a cursor of the server, so that they take no more memory here when there are millions.
    """
    columns = [_STORED.get(name, F(f"events__{name}")) for name in HASHED]
    rows = Case.objects.order_by("pk", "events__seq").values_list(
        "pk", "reference", "events_count", "events_head", "events__previous", "events__hash", *columns
    )
    return rows.iterator(_CHUNK)


class _Microseconds(Func):
    """An instant as microseconds since 1970: a plain number is read far quicker than an instant."""

    template = "(extract(epoch from %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


_STORED: dict[str, Combinable] = {
    "at": _Microseconds("events__at"),
    "recorded_at": _Microseconds("events__recorded_at"),
    "details": Cast("events__details", TextField()),
}


@transaction.atomic
def make_daily_head(day: date, *, at: datetime) -> DailyHead | None:
    """One hash over the heads of all cases, by reference; once for a local day, None when it is there already."""
    if DailyHead.objects.filter(day=day).exists():
        return None
    digest, cases, events = hashlib.sha256(), 0, 0
    for reference, length, head in (
        Case.objects.order_by("reference")
        .values_list("reference", "events_count", "events_head")
        .iterator(_CHUNK)
    ):
        digest.update(f"{reference}:{length}:".encode() + bytes(head))
        cases += 1
        events += length
    return DailyHead.objects.create(day=day, cases=cases, events=events, hash=digest.digest(), made_at=at)
