"""Intake: petitions logged at a desk by eight clients at once, against a bare view with three inserts, and against plain SQL."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bench import serving
from bench.measuring import Bench, Figure, Timing
from bench.places import Site
from bench.serving import Client, Server
from bench.world import TYPICAL

# Eight desks, each of an office of its own: within one office the gapless numbers let one in after the other.
DESKS = [
    TYPICAL,
    *(
        f"{commune}-ubnd"
        for commune in ("ba-sao", "dai-cuong", "dong-hoa", "hoang-tay", "kha-phong", "le-ho", "nhat-tan")
    ),
]
CLIENTS, EACH = len(DESKS), 25
_ADDRESS = "/api/v1/petitions/"


def measure(bench: Bench) -> Iterable[Figure]:
    """Petitions a second over HTTP with sign-in, look for repeats, sealed people, numbers, clocks, history and outbox."""
    each = 2 if bench.is_brief else EACH
    with (
        serving.product(bench.full) as full,
        serving.product(bench.small) as small,
        serving.bare(bench.full) as bare,
        _Tables(bench.full) as tables,
    ):
        acts = {
            "product": _posting(full, bench.full, each),
            "bare": _posting_bare(bare, each),
            "raw": lambda: serving.at_once(CLIENTS, each * 4, tables.insert),
            "small": _posting(small, bench.small, each),
        }
        taken = _in_turn(bench, acts)
    yield Figure.ratio(
        "intake.to_bare_view", taken["product"], taken["bare"], must=0.5, stretch=0.75, at_least=True
    )
    yield Figure.ratio(
        "intake.to_raw_inserts", taken["product"], taken["raw"], must=0.04, stretch=0.085, at_least=True
    )
    yield Figure.ratio("intake.full_to_small", taken["product"], taken["small"], must=1.1, stretch=1.0)
    for name in ("product", "bare", "raw"):
        yield Figure.plain(f"intake.{name}_a_second", 1 / taken[name].median, unit="a second")
    for name, headers in (("", {}), ("_with_key", {"Idempotency-Key": str(uuid4())})):
        count = _statements(bench.full, headers)
        yield Figure.plain(f"intake.statements{name}", count, unit="statements", must=16, stretch=10)


def _in_turn(bench: Bench, acts: dict[str, Callable[[], float]]) -> dict[str, Timing]:
    """Like `bench.side_by_side`, for acts that tell how long one of theirs took."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for run in bench.rounds():
        for name in list(acts) if run % 2 else list(reversed(acts)):
            spent = acts[name]()
            if run:
                taken[name].append(spent)
    return {name: Timing(tuple(values)) for name, values in taken.items()}


def petition(number: int, desk: str = TYPICAL) -> dict[str, Any]:
    """What a clerk types."""
    return {
        "kind": "complaint",
        "channel": "reception",
        "received_by": desk,
        "area": desk.removesuffix("-ubnd"),
        "subject": "land",
        "title": f"Khiếu nại việc thu hồi đất chưa bồi thường {uuid4().hex[:8]}",
        "content": "Gia đình tôi bị thu hồi 120 m2 đất mà chưa nhận tiền bồi thường. Đề nghị xem xét giải quyết.",
        "petitioners": [
            {
                "name": f"Nguyễn Văn {uuid4().hex[:6].translate(str.maketrans('0123456789', 'ghiklmnoqr')).title()}",
                "phone": f"09{uuid4().int % 10**8:08d}",
                "address": "Thôn Vồng, xã Thi Sơn",
            }
        ],
    }


def _posting(server: Server, site: Site, each: int) -> Callable[[], float]:
    clients = [server.client(token=site.token(f"clerk.{desk}")) for desk in DESKS]

    def post(who: int, number: int) -> None:
        _post(clients[who], _ADDRESS, petition(number, DESKS[who]))

    return lambda: serving.at_once(CLIENTS, each, post)


def _posting_bare(server: Server, each: int) -> Callable[[], float]:
    clients = [server.client() for _ in range(CLIENTS)]

    def post(who: int, number: int) -> None:
        told = petition(number)
        _post(
            clients[who],
            "/matters/",
            {name: told[name] for name in ("kind", "title", "content")} | {"reference": "x"},
        )

    return lambda: serving.at_once(CLIENTS, each, post)


def _post(client: Client, path: str, data: Any) -> None:
    answer = client.post(path, data)
    if answer.status != 201:
        raise AssertionError(f"{path}: {answer.status} {answer.body[:300]!r}")


class _Tables:
    """Tables like those of the product, with their columns, constraints and indexes, and eight connections to them."""

    NAMES = ("cases_case", "cases_event", "cases_clock")

    def __init__(self, site: Site) -> None:
        self._site = site
        self._here = threading.local()

    def __enter__(self) -> "_Tables":
        role = self._site.connect().info.user
        with self._site.connect(owner=True) as owner:
            for name in self.NAMES:
                owner.execute(f"CREATE TABLE bench_{name} (LIKE {name} INCLUDING ALL)")
                owner.execute(f'GRANT ALL ON bench_{name} TO "{role}"')
            self._case, self._event, self._clock = (self._insert(owner, name) for name in self.NAMES)
            self._rows = [
                owner.execute(
                    f"SELECT {', '.join(self._columns(owner, name))} FROM {name} ORDER BY id LIMIT 1"
                ).fetchone()
                for name in self.NAMES
            ]
            self._places = [self._columns(owner, name) for name in self.NAMES]
        self._numbers = iter(range(1, 10**9))
        return self

    def __exit__(self, *_exception: object) -> None:
        with self._site.connect(owner=True) as owner:
            for name in self.NAMES:
                owner.execute(f"DROP TABLE bench_{name}")

    def insert(self, _client: int, _number: int) -> None:
        """One matter: its row, its first line with its hash, its first clock, in one transaction."""
        if not hasattr(self._here, "connection"):
            self._here.connection = self._site.connect()
        pk, now = next(self._numbers), datetime.now(UTC)
        row = [
            dict(zip(names, values, strict=True))
            for names, values in zip(self._places, self._rows, strict=True)
        ]
        case, event, clock = row
        case |= {
            "id": pk,
            "reference": f"2026-x-{pk:06d}",
            "title": petition(pk)["title"],
            "received_at": now,
        }
        event |= {"id": pk, "case_id": pk, "at": now, "recorded_at": now, "details": "{}"}
        event["hash"] = case["events_head"] = hashlib.sha256(repr(event).encode()).digest()
        clock |= {"id": pk, "case_id": pk, "pauses": "[]", "extensions": "[]", "explanation": "[]"}
        with self._here.connection.transaction():
            for statement, values in ((self._case, case), (self._event, event), (self._clock, clock)):
                self._here.connection.execute(statement, list(values.values()))

    def _insert(self, owner: Any, name: str) -> str:
        columns = self._columns(owner, name)
        return f"INSERT INTO bench_{name} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"

    def _columns(self, owner: Any, name: str) -> list[str]:
        rows = owner.execute(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [name],
        )
        return [column for (column,) in rows]


def _statements(site: Site, headers: dict[str, str]) -> int:
    """Counted by PostgreSQL's own protocol, in this process: every query, BEGIN and COMMIT."""
    from django.db import connection
    from django.test import Client as InProcess

    token = site.token(f"clerk.{TYPICAL}")
    client = InProcess(headers={"authorization": f"Token {token}", "host": "127.0.0.1", **headers})
    data = petition(0)
    for _warm in range(2):
        client.post(_ADDRESS, petition(0), "application/json", headers={"Idempotency-Key": str(uuid4())})
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.post(_ADDRESS, data, "application/json")
    if answer.status_code != 201:
        raise AssertionError(f"{answer.status_code}: {answer.content[:300]!r}")
    # BEGIN and COMMIT pass by the wrapper: one transaction.
    return len(seen) + 2
