"""What is late climbs: the sweep of about 5,000 cases, with history, hashes and messages, against one set-based statement.

Both work on the same cases, of which several levels may be due, and both are rolled back; the last sweep stays, so this
section comes last. The statement is handed what the
product finds out by itself: the ladders laid out by due day, and whom each level reaches.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bench.measuring import Bench, Figure

SIZE = 5000
_COUNTS = """
SELECT (SELECT count(*) FROM cases_escalation), (SELECT count(*) FROM cases_event WHERE move = 'escalate'),
       (SELECT count(*) FROM bodies_message), (SELECT count(*) FROM cases_case WHERE next_attention_at <= %s)
"""
_SETTING = """
CREATE TEMP TABLE rungs (kind text, due_on date, level smallint, at timestamptz, last boolean);
CREATE TEMP TABLE coming (kind text, due_on date, at timestamptz);
CREATE TEMP TABLE reached (body_id bigint, received_by_id bigint, against_body_id bigint, kind text, level smallint,
                           bodies jsonb, users bigint[]);
"""
# One statement: nobody else may work meanwhile, no case is set apart, and no word is translated.
_STATEMENT = """
WITH ripe AS (
    SELECT * FROM cases_case WHERE next_attention_at <= %(now)s AND NOT is_imported FOR UPDATE SKIP LOCKED
), due AS (
    SELECT c.id AS case_id, c.reference, c.kind, c.stage, c.body_id, c.events_count, c.events_head, c.handler_id, k.id AS clock_id, k.rule,
           k.due_on, k.met_on, r.level, greatest(r.at, c.received_at) AS at, w.bodies, w.users, r.last,
           row_number() OVER (PARTITION BY c.id, r.level > 0 ORDER BY r.at, r.level) AS place
    FROM ripe c
    JOIN cases_clock k ON k.case_id = c.id AND k.state IN ('running', 'met_late')
    JOIN rungs r ON r.kind = c.kind AND r.due_on = k.due_on
    LEFT JOIN reached w ON w.body_id = c.body_id AND w.received_by_id = c.received_by_id AND w.level = r.level
         AND w.kind = c.kind AND w.against_body_id IS NOT DISTINCT FROM c.against_body_id
    WHERE greatest(r.at, c.received_at) <= %(now)s
      AND (k.met_on IS NULL OR (greatest(r.at, c.received_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= k.met_on)
      AND NOT EXISTS (SELECT FROM cases_escalation e WHERE e.clock_id = k.id AND e.due_on = k.due_on AND e.level = r.level)
), escalated AS (
    INSERT INTO cases_escalation (clock_id, case_id, due_on, level, at, recorded_at, bodies)
    SELECT clock_id, case_id, due_on, level, at, %(now)s, bodies FROM due
), lines AS (
    SELECT *, sha256(events_head || convert_to(jsonb_build_array(reference, events_count + place, 'escalate', stage, stage,
        body_id, 'clock', NULL, at, %(now)s, '', jsonb_build_object('level', level, 'clock', rule, 'bodies', bodies,
        'last', last))::text, 'UTF8')) AS hash FROM due WHERE level > 0
), written AS (
    INSERT INTO cases_event (case_id, seq, move, from_stage, to_stage, body_id, actor, at, recorded_at, reason, details,
                             previous, hash)
    SELECT case_id, events_count + place, 'escalate', stage, stage, body_id, 'clock', at, %(now)s, '',
           jsonb_build_object('level', level, 'clock', rule, 'bodies', bodies, 'last', last), events_head, hash FROM lines
), announced AS (
    INSERT INTO bodies_announcement (topic, subject, body_id, day, facts, at, attempts, last_error)
    SELECT 'case.moved', reference, body_id, at::date, jsonb_build_object('move', 'escalate', 'seq', events_count + place,
           'kind', kind, 'from_stage', stage, 'to_stage', stage), %(now)s, 0, '' FROM lines
), told AS (
    INSERT INTO bodies_message (recipient_id, key, topic, title, text, subject, is_urgent, created_at)
    SELECT unnest(CASE WHEN level < 0 AND handler_id IS NOT NULL THEN ARRAY[handler_id] ELSE users END), 'escalation:' || clock_id || ':' || due_on || ':' || level, 'case.escalated',
           'Quá hạn: ' || reference || ', hạn ' || to_char(due_on, 'DD/MM/YYYY') || ' (cấp ' || level || ')', '', reference,
           level > 0, %(now)s FROM due WHERE met_on IS NULL
    ON CONFLICT (recipient_id, key) DO NOTHING
)
UPDATE cases_case c
SET events_count = c.events_count + coalesce(s.lines, 0), events_head = coalesce(s.hash, c.events_head),
    next_attention_at = s.next_at
FROM (
    SELECT ripe.id, (SELECT count(*) FROM lines l WHERE l.case_id = ripe.id) AS lines,
           (SELECT l.hash FROM lines l WHERE l.case_id = ripe.id ORDER BY place DESC LIMIT 1) AS hash,
           (SELECT min(g.at) FROM cases_clock k JOIN coming g ON g.kind = ripe.kind AND g.due_on = k.due_on AND g.at > %(now)s
            WHERE k.case_id = ripe.id AND k.state = 'running') AS next_at
    FROM ripe
) s WHERE c.id = s.id
"""


def measure(bench: Bench) -> Iterable[Figure]:
    """The time of a sweep, its statements for 5,000 cases, and the longest that a clerk waits for one of its cases."""
    from django.db import connection
    from django.utils import timezone

    from cases import escalation

    now = _instant(timezone.now())
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(_SETTING)
        _lay_out(cursor, now)
        cursor.execute("ANALYZE rungs, coming, reached")

    def sweep() -> object:
        return escalation.raise_overdue(now, lasts=None)

    def statement() -> object:
        return connection.connection.execute(_STATEMENT, {"now": now})

    acts = {"sweep": _rolled_back(sweep), "statement": _rolled_back(statement)}
    found = {name: _what_is_there(act, now) for name, act in (("sweep", sweep), ("statement", statement))}
    if found["sweep"] != found["statement"]:
        raise AssertionError(f"The two write different things: {found}")
    taken = bench.side_by_side(acts)
    yield Figure.ratio("sweep.time", taken["sweep"], taken["statement"], must=3, stretch=1.5)
    yield _statements(sweep, now)
    yield Figure.plain("sweep.longest_lock", _longest_wait(bench, sweep), unit="seconds", must=1, stretch=0.5)


def _instant(now: datetime) -> datetime:
    """The instant at which as many cases were ripe as are measured; now, where there are not so many."""
    from cases.models import Case

    ripe = Case.objects.needing_attention(now).values_list("next_attention_at", flat=True)
    return ripe[SIZE - 1 : SIZE].first() or now


def _lay_out(cursor: Any, now: datetime) -> None:
    from cases import ladders
    from cases.law import current_law
    from cases.models import Case, Clock
    from cases.reach import Reach, Where
    from cases.steps import local_day

    calendar, today = current_law().calendar, local_day(now)
    ripe = Case.objects.needing_attention(now)
    for kind, due_on in set(
        Clock.objects.filter(case__in=ripe, due_on__isnull=False).values_list("case__kind", "due_on")
    ):
        ladder = ladders.ladder_for(kind, due_on)
        for rung in ladder.rungs if ladder else ():
            at = ladders.reached_at(rung, due_on, calendar)
            cursor.execute("INSERT INTO coming VALUES (%s, %s, %s)", [kind, due_on, at])
            if not (rung.is_reminder and due_on < today):
                last = rung == ladder.rungs[-1]
                cursor.execute(
                    "INSERT INTO rungs VALUES (%s, %s, %s, %s, %s)", [kind, due_on, rung.level, at, last]
                )
    cases = {
        (c.body_id, c.received_by_id, c.against_body_id, c.kind): c
        for c in ripe.select_related("body__area").order_by()
    }
    reach = Reach(today, map(Where.of, cases.values()))
    for key, case in cases.items():
        ladder = ladders.ladder_for(case.kind, today)
        for rung in ladder.rungs if ladder else ():
            bodies = reach.bodies(case, rung.to)
            codes, users = [body.code for body in bodies], [user.pk for user in reach.people(case, bodies)]
            row = [*key, rung.level, json.dumps(codes), users]
            cursor.execute("INSERT INTO reached VALUES (%s, %s, %s, %s, %s, %s, %s)", row)


def _rolled_back(act: Callable[[], object]) -> Callable[[], None]:
    from django.db import transaction

    def acted() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    return acted


def _what_is_there(act: Callable[[], object], now: datetime) -> tuple[int, ...]:
    """Escalations, lines, messages and ripe cases after the act."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        act()
        cursor.execute(_COUNTS, [now])
        counts: tuple[int, ...] = cursor.fetchone()
        transaction.set_rollback(True)
    return counts


def _statements(sweep: Callable[[], object], now: datetime) -> Figure:
    """All that is sent for the sweep, BEGIN and COMMIT (here a savepoint) too, for each 5,000 cases."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cases.models import Case

    batches = max(1, -(-Case.objects.needing_attention(now).count() // SIZE))
    with CaptureQueriesContext(connection) as sent:
        _rolled_back(sweep)()
    # The savepoint within our own transaction stands for its own; BEGIN and ROLLBACK here are ours.
    count = len(sent) - sum(query["sql"] in {"BEGIN", "ROLLBACK"} for query in sent.captured_queries)
    return Figure.plain(
        "sweep.statements", count / batches, unit="statements for 5,000 cases", must=12, stretch=6
    )


def _longest_wait(bench: Bench, sweep: Callable[[], object]) -> float:
    """A clerk opens one of the cases after the other for writing while the sweep goes on; this one stays written."""
    from cases.models import Case

    ids = list(
        Case.objects.filter(next_attention_at__isnull=False)
        .order_by("next_attention_at")[:SIZE]
        .values_list("pk", flat=True)
    )
    over, waits = threading.Event(), [0.0]

    def clerk() -> None:
        with bench.full.connect() as connection:
            while not over.is_set():
                pk = random.choice(ids)
                began = time.perf_counter()
                connection.execute("SELECT id FROM cases_case WHERE id = %s FOR UPDATE", [pk])
                waits.append(time.perf_counter() - began)

    working = threading.Thread(target=clerk)
    working.start()
    try:
        sweep()
    finally:
        over.set()
        working.join()
    return max(waits)
