"""The facts of cases and the cells they are added up in, kept true: a little after every act, and anew every night.

What was announced of a case is noted (`note`), and `recount_noted` works the facts of the noted cases out again and moves
the cells by the difference: told twice or by two workers at once, it comes to the same. `rebuild` does so for every case,
and makes all cells from the facts: the two must agree.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from bodies.stopwatch import Stopwatch
from cases.facts import Fact, What, facts_of
from cases.models import Case, CaseFact, Clock, Event, FigureCheck, Recount
from cases.steps import local_day

BATCH = 500
# A run takes up no further batch after this; the next one does.
RUN_LASTS = timedelta(seconds=30)
# Any number that no other use of advisory locks in the product has: held while the facts of a case are exchanged.
_LOCK = 0x4641

_FACT = ("what", "body_id", "day", "until", "on_time", "days", "working_days")
# (day, body, kind, imported, measure, value): what one cell of the grain `day` counts.
Cell = tuple[date, int, str, bool, str, int]


def cells_of(fact: Fact, kind: str, *, is_imported: bool) -> Iterator[Cell]:
    """What a fact adds to the cells of single days. An end that was taken back is left out: see CaseFact."""

    def cell(day: date, measure: str, value: int = 0) -> Cell:
        return (day, fact.body_id, kind, is_imported, measure, value)

    lasts = fact.what in {What.OPEN, What.LATE}
    if fact.until is not None and not lasts:
        return
    if fact.what == What.CLOSED:
        yield cell(fact.day, "closed")
        if fact.on_time is not None:
            yield cell(fact.day, "judged")
        if fact.on_time:
            yield cell(fact.day, "on_time")
        yield cell(fact.day, "days", fact.days or 0)
        yield cell(fact.day, "working_days", fact.working_days or 0)
        return
    yield cell(fact.day, str(fact.what))
    if fact.until is not None:
        yield cell(fact.until, f"{fact.what}_ended")


def note(references: Iterable[str]) -> None:
    """These cases may count otherwise now. Once noted is enough, however often it is said."""
    ids = Case.objects.filter(reference__in=list(references)).order_by("pk").values_list("pk", flat=True)
    Recount.objects.bulk_create([Recount(case_id=pk) for pk in ids], ignore_conflicts=True)


def recount_noted(now: datetime) -> int:
    """Recount the cases that were noted, a batch at a time, safe with any number of workers; how many were looked at."""
    watch, seen = Stopwatch(now), 0
    while watch.passed() < RUN_LASTS and (count := _recount_batch()):
        seen += count
    return seen


@transaction.atomic
def _recount_batch() -> int:
    rows = Recount.objects.order_by("pk").select_for_update(skip_locked=True)
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    # Before the facts are read: a case moved from now on is noted again.
    Recount.objects.filter(pk__in=ids).delete()
    recount(ids)
    return len(ids)


@transaction.atomic
def recount(case_ids: Iterable[int]) -> int:
    """Work out the facts of these cases anew; how many cases counted otherwise than before."""
    wanted = sorted(set(case_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id ORDER BY id", [_LOCK, wanted]
        )
    moved: Counter[Cell] = Counter()
    known = _known(wanted)
    changed: list[Case] = []
    fresh: list[CaseFact] = []
    for case, facts in _worked_out(wanted):
        rows = [(case.kind, case.is_imported, *astuple(fact)) for fact in facts]
        before = known[case.pk]
        if Counter(rows) == Counter(before):
            continue
        changed.append(case)
        fresh += [_row(case, fact) for fact in facts]
        for sign, counted in ((1, rows), (-1, before)):
            for kind, is_imported, *fact in counted:
                for cell in cells_of(Fact(*fact), kind, is_imported=is_imported):
                    moved[cell] += sign
    CaseFact.objects.filter(case__in=changed).delete()
    CaseFact.objects.bulk_create(fresh, batch_size=5000)
    _move(moved)
    return len(changed)


def rebuild(progress: Callable[[int], Any] | None = None) -> tuple[int, int]:
    """Every case anew, and all cells from the facts; how many cases and cells were not what they should have been."""
    last = wrong = 0
    while ids := list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        wrong += recount(ids)
        last = ids[-1]
        if progress:
            progress(len(ids))
    return wrong, _rebuild_cells()


def check_daily(now: datetime) -> FigureCheck | None:
    """Rebuild everything once a local day, and keep how much was wrong; None when today's was made."""
    today = local_day(now)
    if FigureCheck.objects.filter(day=today).exists():
        return None
    recount_noted(now)
    cases, cells = rebuild()
    return FigureCheck.objects.get_or_create(
        day=today, defaults={"cases_wrong": cases, "cells_wrong": cells, "made_at": now}
    )[0]


def _known(ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    known: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for case_id, *row in CaseFact.objects.filter(case__in=ids).values_list(
        "case", "kind", "is_imported", *_FACT
    ):
        known[case_id].append(tuple(row))
    return known


def _worked_out(ids: list[int]) -> Iterator[tuple[Case, list[Fact]]]:
    events: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(case__in=ids).only(*_OF_EVENTS).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(case__in=ids).only(*_OF_CLOCKS).order_by("started_on", "id"):
        clocks[clock.case_id].append(clock)
    for case in Case.objects.filter(pk__in=ids).only(*_OF_CASES):
        yield case, facts_of(case, events[case.pk], clocks[case.pk])


_OF_CASES = ("kind", "is_imported", "body_id", "stage", "flags", "received_on")
_OF_EVENTS = ("case_id", "seq", "move", "from_stage", "to_stage", "body_id", "at", "details")
_OF_CLOCKS = ("case_id", "rule", "is_deciding", "started_on", "due_on", "met_on", "stopped_on", "state")


def _row(case: Case, fact: Fact) -> CaseFact:
    return CaseFact(
        case_id=case.pk,
        kind=case.kind,
        is_imported=case.is_imported,
        **dict(zip(_FACT, (str(fact.what), *astuple(fact)[1:]), strict=True)),
    )


def _move(moved: Counter[Cell]) -> None:
    """Add to the cells of the day, its month and its year, in one statement and always in the same order."""
    grains: Counter[tuple[Any, ...]] = Counter()
    for (day, *rest), count in moved.items():
        for grain, on in (("d", day), ("m", day.replace(day=1)), ("y", day.replace(month=1, day=1))):
            grains[(grain, on, *rest)] += count
    rows = sorted((*cell, count) for cell, count in grains.items() if count)
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(column) for column in columns])


_ADD = """
INSERT INTO cases_figurecell (grain, "on", body_id, kind, is_imported, measure, value, count)
SELECT * FROM unnest(
    %s::text[], %s::date[], %s::bigint[], %s::text[], %s::bool[], %s::text[], %s::int[], %s::int[]
)
ON CONFLICT (grain, "on", measure, body_id, kind, is_imported, value) DO UPDATE SET count = cases_figurecell.count + excluded.count
"""


@transaction.atomic
def _rebuild_cells() -> int:
    with connection.cursor() as cursor:
        # Recounts wait meanwhile: what they have not committed, neither table shows.
        cursor.execute("LOCK TABLE cases_figurecell IN SHARE ROW EXCLUSIVE MODE")
        # The two tables are compared as a whole. While cells are still few or none, the planner would look through all of
        # them for each that is wanted, and through those that it has just put in.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_WANTED)
        cursor.execute(_WRONG)
        wrong: int = cursor.rowcount
        cursor.execute(_MISSING)
        wrong = max(wrong, cursor.rowcount)
        cursor.execute("DROP TABLE wanted_cells")
    return wrong


# The same cells as cells_of, for all facts at once.
_WANTED = """
CREATE TEMPORARY TABLE wanted_cells ON COMMIT DROP AS
WITH counted AS (
    SELECT day, body_id, kind, is_imported, what AS measure, 0 AS value
    FROM cases_casefact WHERE what IN ('open', 'late') OR (what <> 'closed' AND until IS NULL)
    UNION ALL
    SELECT until, body_id, kind, is_imported, what || '_ended', 0
    FROM cases_casefact WHERE what IN ('open', 'late') AND until IS NOT NULL
    UNION ALL
    SELECT day, body_id, kind, is_imported, each.measure, each.value
    FROM cases_casefact CROSS JOIN LATERAL (
        VALUES ('closed', 0, true), ('judged', 0, on_time IS NOT NULL), ('on_time', 0, on_time),
            ('days', days, true), ('working_days', working_days, true)
    ) AS each (measure, value, counts)
    WHERE what = 'closed' AND until IS NULL AND each.counts
)
SELECT grains.grain, grains.first AS "on", body_id, kind, is_imported, measure, value, count(*)::int AS count
FROM counted CROSS JOIN LATERAL (
    VALUES ('d', day), ('m', date_trunc('month', day)::date), ('y', date_trunc('year', day)::date)
) AS grains (grain, first)
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_SAME = """
    have.grain = wanted_cells.grain AND have."on" = wanted_cells."on" AND have.measure = wanted_cells.measure
    AND have.body_id = wanted_cells.body_id AND have.kind = wanted_cells.kind
    AND have.is_imported = wanted_cells.is_imported AND have.value = wanted_cells.value
"""
_WRONG = f"""
DELETE FROM cases_figurecell AS have
WHERE NOT EXISTS (SELECT FROM wanted_cells WHERE {_SAME} AND have.count = wanted_cells.count) AND have.count <> 0
"""  # noqa: S608 - no data in it
_MISSING = f"""
INSERT INTO cases_figurecell (grain, "on", body_id, kind, is_imported, measure, value, count)
SELECT * FROM wanted_cells WHERE NOT EXISTS (SELECT FROM cases_figurecell AS have WHERE {_SAME} AND have.count <> 0)
ON CONFLICT (grain, "on", measure, body_id, kind, is_imported, value) DO UPDATE SET count = excluded.count
"""  # noqa: S608 - no data in it
