"""The list of what must be true, how it is asked, and how a sentence gets onto it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

Keys = Iterable[Any]
INVARIANTS: dict[str, Callable[[datetime], Keys]] = {}


def holds(sentence: str) -> Callable[[Callable[[datetime], Keys]], Callable[[datetime], Keys]]:
    """Register what gives the keys of the rows for which the sentence is not true at an instant."""

    def register(asked: Callable[[datetime], Keys]) -> Callable[[datetime], Keys]:
        INVARIANTS[sentence] = asked
        return asked

    return register


@dataclass(frozen=True)
class Broken:
    """One sentence that is not true, how often, and the first few rows."""

    sentence: str
    count: int
    first: list[str]


def broken(now: datetime, *, shown: int = 5) -> list[Broken]:
    """Ask them all; those that do not hold."""
    found = []
    for sentence, asked in INVARIANTS.items():
        keys = iter(asked(now))
        first = [str(key) for key in islice(keys, shown)]
        if first:
            found.append(Broken(sentence, len(first) + sum(1 for _ in keys), first))
    return found


def references(rows: QuerySet[Any], name: str = "reference") -> Keys:
    return rows.order_by("pk").values_list(name, flat=True).iterator()
