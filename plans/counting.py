"""Counting set-wise: one thing, for all bodies and periods asked for, in a number of statements that never grows.

A counter (plans.counters) names the rows it counts, which are the QuerySets of the pages, the column that names the body,
and when a row counts: over the days of a period, or at its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise

from cases.periods import Period
from plans.words import Joint, Source

# The values that a narrowing field may have; None: the code of a subject, with its narrower ones.
Fields = Mapping[str, frozenset[str] | None]
# A period, and the local day as of which it is seen.
Seen = tuple[Period, date]
Bodies = Collection[int]


@dataclass(frozen=True)
class Ask:
    """One thing to count: a counter, narrowed, by a plan's ruling on joint dialogues."""

    counter: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    joint: str = Joint.EVERY_HEAD

    def of(self, field: str) -> tuple[str, ...]:
        """The values it is narrowed to by a field; empty: by none."""
        return dict(self.where).get(field, ())


@dataclass(frozen=True)
class Way:
    """One way in which rows count for a body: through which column, and which of them."""

    rows: QuerySet[Any]
    body: str
    # First and last local day, and the one as of which it is seen -> which rows count then.
    counts: Callable[[date, date, date], Q]
    # Which column tells what is shown behind the figure: the case of a fact, the dialogue of a joint host.
    shows: str = "pk"
    # The column of the one day on which a row counts, where there is one.
    day: str = ""


@dataclass(frozen=True)
class Counter:
    """A name that a measure may use. `ways`: how the rows of it are found; a row counts once for a body."""

    name: str
    label: Promise
    source: Source
    ways: Callable[[Ask], Sequence[Way]]
    fields: Fields = field(default_factory=dict)
    # What is counted of the rows: themselves, or different values of a column.
    distinct: str = "pk"
    # The kind of thing shown behind it, where its source does not say it.
    shown_as: str = ""

    @property
    def thing(self) -> str:
        """case, dialogue, reception, supervision, meeting or attendance."""
        return self.shown_as or str(self.source).removeprefix("auto:")


def count(
    counter: Counter, ask: Ask, periods: Sequence[Seen], bodies: Bodies, *, by: str = ""
) -> dict[tuple[int, int], int]:
    """How much of it each body has in each period (with the day as of which it is seen).

    -> (body, place of the period): number, without zeros. `by="area_id"` counts by the bodies' area instead: what two bodies
    of an area share then counts once. The number of statements does not depend on bodies, periods or rows.
    """
    found: dict[tuple[int, int], int] = defaultdict(int)
    ways = counter.ways(ask)
    if len(ways) > 1:
        return _count_apart(counter, ways, periods, bodies, by)
    for way in ways:
        for unit, *numbers in _grouped(counter, way, periods, bodies, by):
            for place, number in enumerate(numbers):
                if number:
                    found[unit, place] += number
    return dict(found)


def ids_behind(counter: Counter, ask: Ask, period: Period, as_of: date, bodies: Bodies) -> set[int]:
    """What the count of these bodies in this period counts, by the ids of what is shown: cases, dialogues, sessions."""
    return {
        shown
        for way in counter.ways(ask)
        for shown in way.rows.filter(_in(way, period, as_of), _of(way, bodies)).values_list(
            way.shows, flat=True
        )
    }


def _of(way: Way, bodies: Bodies) -> Q:
    """One array instead of thousands of numbers: neither Django nor the server takes them apart one by one."""
    return Q((f"{way.body}__in", RawSQL("SELECT unnest(%s::bigint[])", [list(bodies)])))


def _in(way: Way, period: Period, as_of: date) -> Q:
    return way.counts(period.first, period.last, as_of)


def _grouped(
    counter: Counter,
    way: Way,
    periods: Sequence[Seen],
    bodies: Bodies,
    by: str,
) -> QuerySet[Any, tuple[int, ...]]:
    counted = [_in(way, period, as_of) for period, as_of in periods]
    some = counted[0]
    for each in counted[1:]:
        some |= each
    rows = way.rows.filter(some, _of(way, bodies))
    rows = rows.values(unit=F(f"{way.body}__{by}" if by else way.body))
    is_distinct = counter.distinct != "pk" or bool(by)
    numbers = {
        f"n{place}": Count(counter.distinct, filter=each if len(counted) > 1 else None, distinct=is_distinct)
        for place, each in enumerate(counted)
    }
    found: QuerySet[Any, tuple[int, ...]] = (
        rows.annotate(**numbers).order_by("unit").values_list("unit", *numbers)
    )
    return found


def _count_apart(
    counter: Counter,
    ways: Sequence[Way],
    periods: Sequence[Seen],
    bodies: Bodies,
    by: str,
) -> dict[tuple[int, int], int]:
    """Of several ways the rows themselves are taken, so that none counts twice: these are few (sessions, not cases), and each
    of them counts on one day."""
    spans = [(period.first, min(period.last, as_of)) for period, as_of in periods]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    places: dict[date, list[int]] = {}
    seen: set[tuple[int, int, object]] = set()
    for way in ways:
        unit = f"{way.body}__{by}" if by else way.body
        what = counter.distinct if counter.distinct != "pk" else way.shows
        rows = way.rows.filter((f"{way.day}__range", (first, last)), _of(way, bodies))
        for body, row, day in rows.values_list(unit, what, way.day):
            if day not in places:
                places[day] = [place for place, span in enumerate(spans) if span[0] <= day <= span[1]]
            seen.update((body, place, row) for place in places[day])
    found: dict[tuple[int, int], int] = defaultdict(int)
    for body, place, _row in seen:
        found[body, place] += 1
    return dict(found)
