"""Writes many cases by COPY, in several processes, their histories chained as the product chains them.

`python -m bench.loading FILE COUNT` takes the walks in FILE (bench.world) and gives each case a body, people, place, words and
numbers of its own. References are gapless per body and year, and ids follow the days of receipt, as in years of work.
Indexes and foreign keys are put back after the rows, as a restore does.
"""

import multiprocessing
import os
import pickle
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg import sql

from bench import words, world
from bench.world import Walk

CASES, EVENTS, CLOCKS, FACTS = "cases_case", "cases_event", "cases_clock", "cases_casefact"
PEOPLE, PETITIONS, PETITIONERS = "bodies_person", "feedback_petition", "feedback_petitioner"
# In the order in which rows refer to each other.
TABLES = [CASES, EVENTS, CLOCKS, FACTS, PEOPLE, PETITIONS, PETITIONERS]
_BATCH = 2000
# Room for the rows of one case among the numbers of a table.
_MOST = 16


@dataclass(frozen=True)
class Office:
    """A body that holds cases, and who works there."""

    pk: int
    code: str
    area: int
    place: str
    people: dict[str, int]


@dataclass(frozen=True)
class Lot:
    """What one case is to be."""

    pk: int
    walk: int
    office: int
    reference: str
    later: int


def main(path: str, count: int) -> None:
    from django.db import connection

    began = time.monotonic()
    with open(path, "rb") as kept:
        walks: list[Walk] = pickle.load(kept)
    offices = _offices()
    subjects = _subjects()
    connection.close()
    lots = _lots(walks, offices, count, random.Random(count))
    with psycopg.connect(_dsn(), autocommit=True) as owner:
        rebuild = _strip(owner)
        workers = min(4, os.cpu_count() or 1)
        share = -(-count // workers)
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            shares = [lots[start : start + share] for start in range(0, count, share)]
            pool.starmap(_write, [(walks, offices, subjects, each) for each in shares])
        with ThreadPoolExecutor(workers) as pool:
            for statements in rebuild:
                list(pool.map(_execute, statements))
        _settle(owner, offices, lots)
    print(f"loaded {count:,} cases in {time.monotonic() - began:.0f} s", file=sys.stderr)


def _dsn() -> str:
    return os.environ["DATABASE_URL"]


def _execute(statement: str) -> None:
    with psycopg.connect(_dsn(), autocommit=True) as connection:
        connection.execute(statement)


# --- Who and where ---------------------------------------------------------------------------------------------------


def _offices() -> list[Office]:
    from bodies.kinds import BodyKind
    from bodies.models import Body, User

    people = dict(User.objects.values_list("username", "pk"))
    bodies = Body.objects.filter(kind=BodyKind.UBND, valid_to=None, area__remote=False).order_by("code")
    return [
        Office(
            body.pk, body.code, body.area_id, body.area.name,
            {who: people[f"{who}.{body.code}"] for who in world.ROLES},
        )
        for body in bodies.select_related("area")
    ]  # fmt: skip


def _subjects() -> dict[str, int]:
    from cases.models import Subject

    return dict(Subject.objects.filter(code__in=words.ABOUT).values_list("code", "pk"))


def _lots(walks: list[Walk], offices: list[Office], count: int, draw: random.Random) -> list[Lot]:
    """Which course, day, office and number each case has, by the day of receipt."""
    weights = list(accumulate(walk.weight for walk in walks))
    chosen = draw.choices(range(len(walks)), cum_weights=weights, k=count)
    drawn = sorted((walks[number].received_at, draw.randrange(1800), number) for number in chosen)
    numbers: Counter[tuple[int, int]] = Counter()
    lots = []
    for position, (received_at, later, number) in enumerate(drawn, start=1):
        office = draw.randrange(len(offices))
        year = (received_at + timedelta(hours=7)).year
        numbers[office, year] += 1
        reference = f"{year}-{offices[office].code}-{numbers[office, year]:06d}"
        lots.append(Lot(position, number, office, reference, later))
    return lots


# --- Rows ------------------------------------------------------------------------------------------------------------


def _write(walks: list[Walk], offices: list[Office], subjects: dict[str, int], lots: list[Lot]) -> None:
    """One process's share."""
    draw = random.Random(lots[0].pk) if lots else random.Random(0)
    columns = _columns()
    with psycopg.connect(_dsn()) as connection:
        for start in range(0, len(lots), _BATCH):
            batch = [
                rows_of(lot, walks[lot.walk], offices[lot.office], subjects, draw)
                for lot in lots[start : start + _BATCH]
            ]
            for table in TABLES:
                _copy(connection, table, columns[table], (row for rows in batch for row in rows[table]))
        connection.commit()


def _columns() -> dict[str, dict[str, str]]:
    """By table: the columns by the name under which a row holds them, those that PostgreSQL makes left out."""
    from django.apps import apps

    models = {model._meta.db_table: model for model in apps.get_models()}
    return {
        table: {f.attname: f.column for f in models[table]._meta.concrete_fields if not f.generated}
        for table in TABLES
    }


def _copy(
    connection: psycopg.Connection, table: str, columns: dict[str, str], rows: Iterable[dict[str, Any]]
) -> None:
    named = sql.SQL(", ").join(map(sql.Identifier, columns.values()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), named)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[name] for name in columns])


def rows_of(
    lot: Lot, walk: Walk, office: Office, subjects: dict[str, int], draw: random.Random
) -> dict[str, list[dict[str, Any]]]:
    """Everything that one case is made of, table by table."""
    subject = draw.choice(list(subjects))
    title, content = words.matter(draw, subject, office.place)
    case = walk.rows[CASES][0]
    known = _Known.of(walk)
    later = timedelta(seconds=lot.later)
    events = list(_chained(lot, walk, office, known, later))
    held = {"id": lot.pk, "body_id": office.pk, "received_by_id": office.pk, "area_id": office.area}
    changed = held | {
        "reference": lot.reference,
        "subject_id": subjects[subject],
        "title": title,
        "content": content,
        "handler_id": office.people[known.people[case["handler_id"]]] if case["handler_id"] else None,
        "received_at": case["received_at"] + later,
        "events_head": events[-1]["hash"],
    }
    return {
        CASES: [case | changed],
        EVENTS: events,
        CLOCKS: _numbered(walk.rows[CLOCKS], lot, {"case_id": lot.pk}, known.clocks),
        FACTS: _numbered(walk.rows[FACTS], lot, {"case_id": lot.pk, "body_id": office.pk}),
        **_petition(lot, walk, office, later, draw),
    }


@dataclass(frozen=True)
class _Known:
    """What of a walk is the same in every case that follows it."""

    people: dict[int, str]
    clocks: list[dict[str, Any]]
    details: list[bytes]

    @classmethod
    def of(cls, walk: Walk) -> "_Known":
        if id(walk) not in _known:
            clerk, other = walk.rows[EVENTS][0]["by_id"], walk.rows[EVENTS][1]["by_id"]
            people = {clerk: "clerk", other: "head", walk.rows[CASES][0]["handler_id"]: "handler"}
            clocks = [
                {name: orjson.dumps(row[name]).decode() for name in ("pauses", "extensions", "explanation")}
                for row in walk.rows[CLOCKS]
            ]
            details = [orjson.dumps(row["details"]) for row in walk.rows[EVENTS]]
            _known[id(walk)] = cls(people, clocks, details)
        return _known[id(walk)]


_known: dict[int, _Known] = {}


@cache
def _told(details: bytes, code: str) -> tuple[dict[str, Any], str]:
    """The details of a line as they are in another office."""
    here = details.replace(f'{world.TYPICAL}"'.encode(), f'{code}"'.encode())
    return orjson.loads(here), here.decode()


def _chained(
    lot: Lot, walk: Walk, office: Office, known: _Known, later: timedelta
) -> Iterator[dict[str, Any]]:
    from cases.history import HASHED, line_hash

    head = b""
    for number, (row, raw) in enumerate(zip(walk.rows[EVENTS], known.details, strict=True)):
        details, text = _told(raw, office.code)
        told = row | {
            "id": lot.pk * _MOST + number,
            "case_id": lot.pk,
            "body_id": office.pk,
            "by_id": office.people[known.people[row["by_id"]]],
            "at": row["at"] + later,
            "recorded_at": row["recorded_at"] + later,
            "details": details,
            "previous": head,
        }
        head = told["hash"] = line_hash(head, lot.reference, (told[name] for name in HASHED))
        told["details"] = text
        yield told


def _numbered(
    rows: Sequence[dict[str, Any]],
    lot: Lot,
    changed: dict[str, Any],
    each: Sequence[dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    return [
        row | changed | {"id": lot.pk * _MOST + number} | (each[number] if each else {})
        for number, row in enumerate(rows)
    ]


def _petition(
    lot: Lot, walk: Walk, office: Office, later: timedelta, draw: random.Random
) -> dict[str, list[dict[str, Any]]]:
    from bodies import tracking

    row, pk = walk.rows[PETITIONS][0], UUID(int=draw.getrandbits(128), version=4)
    person = _person(lot, row["received_at"] + later, draw)
    petition = row | {
        "id": pk,
        "code": lot.reference,
        "case_id": lot.pk,
        "tracking_hash": tracking.hash_of(tracking.code_of(pk)),
        "received_by_id": office.pk,
        "recorded_by_id": office.people["clerk"],
        "received_at": row["received_at"] + later,
        "recorded_at": row["recorded_at"] + later,
    }
    petitioner = walk.rows[PETITIONERS][0] | {"id": lot.pk, "petition_id": pk, "person_id": lot.pk}
    return {PEOPLE: [person], PETITIONS: [petition], PETITIONERS: [petitioner]}


def _person(lot: Lot, at: datetime, draw: random.Random) -> dict[str, Any]:
    from bodies.identity_facts import Identity
    from bodies.models import Person
    from bodies.sealed_rows import put

    person = Person(pk=lot.pk, token=uuid4(), created_at=at)
    phone, number = f"09{draw.randrange(10**8):08d}", f"0350{lot.pk:08d}"
    put(person, Identity(name=words.name(draw), phone=phone, id_number=number, address="Thôn 1"))
    return {field.attname: getattr(person, field.attname) for field in Person._meta.concrete_fields}


# --- Before and after ------------------------------------------------------------------------------------------------


def _strip(owner: psycopg.Connection) -> list[list[str]]:
    """Take indexes and foreign keys away; the statements that put them back, those of one list in any order."""
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY(%s::regclass[]) "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [TABLES],
    ).fetchall()
    keys = owner.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = ANY(%s::regclass[]) AND contype = 'f'",
        [TABLES],
    ).fetchall()
    for table, name, _definition in keys:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        owner.execute(f"DROP INDEX {name}")
    return [
        [f"SET maintenance_work_mem = '256MB'; {definition}" for _name, definition in indexes],
        # One table after the other: two keys to one table at once would wait for each other.
        ["; ".join(f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for table, name, what in keys)],
    ]


def _settle(owner: psycopg.Connection, offices: list[Office], lots: list[Lot]) -> None:
    """What follows from the rows: the next numbers, the cells of the figures, what the planner knows."""
    from cases import tallies

    for table in (CASES, EVENTS, CLOCKS, FACTS, PEOPLE, PETITIONERS):
        owner.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) > 0"
        )
    last: dict[tuple[int, int], int] = {}
    for lot in lots:
        year, _code, number = lot.reference[:4], lot.reference[5:-7], lot.reference[-6:]
        last[offices[lot.office].pk, int(year)] = int(number)
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO cases_casenumber (body_id, year, last) VALUES (%s, %s, %s)",
            [(*key, number) for key, number in last.items()],
        )
    for table in TABLES:
        owner.execute(f"VACUUM (ANALYZE) {table}")
    # Only now: without knowing how many rows there are, the planner would join them one by one.
    tallies._rebuild_cells()
    owner.execute("VACUUM (ANALYZE) cases_figurecell")
    # Bodies and areas came with the template: nothing was counted of them here, and what is not counted is guessed to be few.
    owner.execute("ANALYZE")


if __name__ == "__main__":
    import django

    django.setup()
    main(str(Path(sys.argv[1])), int(sys.argv[2]))
