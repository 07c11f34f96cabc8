"""The proof that no line of history was changed, removed, put in or moved.

Each case's lines are hashed again from the first to the last and compared with what the case holds: the number of
lines and the hash of the last. The daily head is one hash over the heads of all cases; printed and kept elsewhere, it
shows even a history that was rewritten as a whole.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cases.history import HASHED, line_hash
from cases.models import Case, DailyHead, Event

_CHUNK = 10_000


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


@dataclass(slots=True)
class _Chain:
    reference: str
    length: int
    head: bytes
    seq: int = 0
    previous: bytes = b""


@transaction.atomic
def verify(*, tell: Callable[[int], None] = lambda lines: None) -> Verified:
    """Go through all histories, in one reading of the tables. `tell` is called with the number of lines done."""
    done, faults = Verified(), list[Fault]()
    chains = {
        pk: _Chain(reference, length, bytes(head))
        for pk, reference, length, head in Case.objects.values_list(
            "pk", "reference", "events_count", "events_head"
        ).iterator(_CHUNK)
    }
    for row in _lines():
        done.events += 1
        if done.events % _CHUNK == 0:
            tell(done.events)
        fault = _check(chains[row[0]], row)
        if fault:
            faults.append(fault)
    faults += (fault for chain in chains.values() if (fault := _check_end(chain)))
    done.cases, done.faults = len(chains), faults
    return done


def _lines() -> Iterator[tuple[Any, ...]]:
    return Event.objects.in_order().values_list("case_id", "previous", "hash", *HASHED).iterator(_CHUNK)


def _check(chain: _Chain, row: tuple[Any, ...]) -> Fault | None:
    """One line against the one before. After a fault the chain goes on from what the line says of itself."""
    _case, previous, stored, *values = row
    seq = int(values[0])
    expected = chain.seq + 1
    chain.seq = seq
    was, chain.previous = chain.previous, bytes(stored)
    if seq != expected:
        return Fault(chain.reference, expected, "a line is missing or was put in")
    if bytes(previous) != was:
        return Fault(chain.reference, seq, "it does not follow from the line before")
    if line_hash(was, chain.reference, values) != chain.previous:
        return Fault(chain.reference, seq, "its content was changed")
    return None


def _check_end(chain: _Chain) -> Fault | None:
    if chain.seq != chain.length:
        return Fault(
            chain.reference, chain.seq, f"the case knows {chain.length} lines, there are {chain.seq}"
        )
    if chain.previous != chain.head:
        return Fault(chain.reference, chain.seq, "the case knows another last line")
    return None


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
