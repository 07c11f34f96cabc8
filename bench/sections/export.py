"""The work list as a file, over HTTP, against a plain COPY of the same rows; and what it leaves in the worker's memory."""

from collections.abc import Callable, Iterable

import psycopg

from bench import serving
from bench.measuring import Bench, Figure
from bench.world import PROVINCE

_CSV, _XLSX = "/api/v1/cases/export.csv", "/api/v1/cases/export.xlsx"
# The columns of the file as they lie in the tables.
_RAW = """
COPY (
    SELECT c.due_on, c.reference, c.title, c.kind, c.stage, s.name_vi, a.name, b.name, u.full_name, c.received_on, c.channel,
        c.flags, c.people_count, c.ended_on, c.result
    FROM cases_case c
    JOIN bodies_body b ON b.id = c.body_id
    LEFT JOIN bodies_area a ON a.id = c.area_id
    LEFT JOIN cases_subject s ON s.id = c.subject_id
    LEFT JOIN bodies_user u ON u.id = c.handler_id
    WHERE b.path LIKE (SELECT path || '%' FROM bodies_body WHERE code = '{code}')
) TO STDOUT (FORMAT csv)
"""


def measure(bench: Bench) -> Iterable[Figure]:
    """Everything that the head of a province sees, as CSV and as XLSX."""
    with serving.product(bench.full, workers=1) as server, bench.full.connect() as connection:
        head = server.client(token=bench.full.token(f"head.{PROVINCE}"))
        (worker,) = server.workers()
        lines = head.get(_CSV).body.count(b"\n") - 1
        before = serving.memory(worker)
        taken = bench.side_by_side({"product": lambda: head.get(_CSV), "raw": _copying(connection)})
        after = serving.memory(worker)
        head.get(_XLSX)
        after_sheet = serving.memory(worker)
    told = f"{lines} rows; {taken['product']} against {taken['raw']}"
    yield Figure.ratio("export.csv_to_raw_copy", taken["product"], taken["raw"], must=2, of=told)
    for name, held in (("csv", after), ("xlsx", after_sheet)):
        growth = max(held - before, 0) / 2**20
        yield Figure.plain(f"export.{name}_memory_growth", growth, unit="MB", must=20)


def _copying(connection: psycopg.Connection) -> Callable[[], int]:
    def copy() -> int:
        with connection.cursor() as cursor, cursor.copy(_RAW.format(code=PROVINCE)) as lines:
            return sum(len(line) for line in lines)

    return copy
