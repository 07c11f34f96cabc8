"""The work list: a page of a body's late cases over HTTP, with sign-in and scope, against the same rows in plain SQL."""

from collections.abc import Callable, Iterable
from functools import partial

from bench import serving
from bench.measuring import Bench, Figure
from bench.places import Site
from bench.serving import Client
from bench.world import EMPTY, MONITOR, PROVINCE, TYPICAL

_LATE = f"/api/v1/cases/?body={TYPICAL}&overdue=true&ordering=due_on"
_OVERDUE = "/api/v1/cases/?page_size=20&overdue=true&ordering=due_on"
_RAW = """
SELECT c.id, c.reference, c.kind, c.instance, s.code, a.code, c.stage, c.channel, c.received_on, c.first_received_on, c.due_on,
    c.ended_on, c.title, b.code, u.username, c.flags, c.people_count, c.received_at, c.result
FROM cases_case c JOIN bodies_body b ON b.id = c.body_id LEFT JOIN cases_subject s ON s.id = c.subject_id
    LEFT JOIN bodies_area a ON a.id = c.area_id LEFT JOIN bodies_user u ON u.id = c.handler_id
WHERE c.body_id = (SELECT id FROM bodies_body WHERE code = %s) AND c.due_on < current_date
    AND c.stage NOT IN ({ended})
ORDER BY c.due_on, c.id LIMIT 51
"""
# A page number that a person with a cursor can reach, and a program will.
_FAR = 1000


def measure(bench: Bench) -> Iterable[Figure]:
    """One page by people of different sight; a far page; the same at 10,000 cases; statements."""
    with serving.product(bench.full, workers=1) as full, serving.product(bench.small, workers=1) as small:
        clerk = full.client(token=bench.full.token(f"handler.{TYPICAL}"))
        fewer = small.client(token=bench.small.token(f"handler.{TYPICAL}"))
        yield from _first_page(bench, clerk, fewer)
        yield from _far_page(bench, full.client(token=bench.full.token(f"head.{PROVINCE}")))
        yield from _by_sight(bench, full, small)
    yield from _statements(bench.full)


def _first_page(bench: Bench, clerk: Client, fewer: Client) -> Iterable[Figure]:
    from cases.stages import ENDED

    statement = _RAW.format(ended=", ".join(f"'{stage}'" for stage in sorted(ENDED)))
    with bench.full.connect() as connection:

        def raw() -> list[object]:
            return connection.execute(statement, [TYPICAL]).fetchall()

        shown, there = _rows(clerk, _LATE), raw()
        if [row["reference"] for row in shown] != [row[1] for row in there[:50]]:
            raise AssertionError("The page and the plain statement give different cases.")
        acts: dict[str, Callable[[], object]] = {
            "page": lambda: _rows(clerk, _LATE),
            "raw": raw,
            "fewer": lambda: _rows(fewer, _LATE),
        }
        taken = bench.side_by_side(acts, each=30)
    yield Figure.ratio("list.page_to_raw", taken["page"], taken["raw"], must=20, stretch=10)
    # What the smaller database shows is shorter: the time of a line is compared, and of a page that both can fill below.
    bench.say(f"lines on the page: {len(shown)}, at {bench.small.cases:,} cases {len(_rows(fewer, _LATE))}")


def _far_page(bench: Bench, head: Client) -> Iterable[Figure]:
    path = "/api/v1/cases/?page_size=50"
    last = min(_FAR, bench.full.cases // 50 // 3)
    far = path
    for _page in range(last - 1):
        far = head.get(far).json()["next"] or far
    taken = bench.side_by_side({"far": lambda: _rows(head, far), "first": lambda: _rows(head, path)}, each=20)
    yield Figure.ratio(f"list.page_{last}_to_page_1", taken["far"], taken["first"], must=1.5, stretch=1.2)


def _by_sight(bench: Bench, full: serving.Server, small: serving.Server) -> Iterable[Figure]:
    """Those who see an office, a province, the cases of an area they watch, and nothing."""
    sights = {
        "office": f"handler.{TYPICAL}",
        "province": f"head.{PROVINCE}",
        "monitor": f"monitor.{MONITOR}",
        "nothing": f"handler.{EMPTY}",
    }
    for path, what in (("/api/v1/cases/?page_size=20", "newest"), (_OVERDUE, "late")):
        for sight, username in sights.items():
            clients = {
                "full": full.client(token=bench.full.token(username)),
                "small": small.client(token=bench.small.token(username)),
            }
            acts = {name: partial(_rows, client, path) for name, client in clients.items()}
            taken = bench.side_by_side(acts, each=15)
            yield Figure.ratio(
                f"list.{what}.{sight}.full_to_small", taken["full"], taken["small"], must=1.3, stretch=1.1
            )


def _statements(site: Site) -> Iterable[Figure]:
    """Counted in this process, authentication included."""
    from django.db import connection
    from django.test import Client as InProcess
    from django.test.utils import CaptureQueriesContext

    client = InProcess(
        headers={"authorization": f"Token {site.token(f'handler.{TYPICAL}')}", "host": "127.0.0.1"}
    )
    client.get(_LATE)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(_LATE)
    if answer.status_code != 200 or any("COUNT(" in query["sql"].upper() for query in seen):
        raise AssertionError("The list failed or counted.")
    yield Figure.plain("list.statements", len(seen), unit="statements", must=5, stretch=3)


def _rows(client: Client, path: str) -> list[dict[str, object]]:
    answer = client.get(path)
    if answer.status != 200:
        raise AssertionError(f"{path}: {answer.status}")
    return answer.json()["results"]
