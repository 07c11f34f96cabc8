"""What one web worker holds in memory after a thousand mixed requests, against a worker of the bare project."""

from collections.abc import Iterable

from bench import serving
from bench.measuring import Bench, Figure
from bench.sections.intake import petition
from bench.world import PROVINCE, TYPICAL

REQUESTS = 1000


def measure(bench: Bench) -> Iterable[Figure]:
    """One worker of each; lists, searches, cases, their history and clocks, and petitions for the product."""
    requests = 20 if bench.is_brief else REQUESTS
    with serving.product(bench.full, workers=1) as full, serving.bare(bench.full, workers=1) as bare:
        _ask_bare(bare, requests)
        fresh = serving.memory(full.workers()[0])
        _ask(bench, full, requests)
        held, yardstick = (serving.memory(server.workers()[0]) for server in (full, bare))
    yield Figure.plain(
        "memory.worker_to_bare",
        held / yardstick,
        must=1.6,
        stretch=1.3,
        of=f"{held / 2**20:.0f} MB against {yardstick / 2**20:.0f} MB; before the first request {fresh / 2**20:.0f} MB",
    )


def _ask(bench: Bench, server: serving.Server, requests: int) -> None:
    clerk = server.client(token=bench.full.token(f"clerk.{TYPICAL}"))
    head = server.client(token=bench.full.token(f"head.{PROVINCE}"))
    references = [row["reference"] for row in head.get("/api/v1/cases/?page_size=200").json()["results"]]
    paths = ["", "?overdue=true&ordering=due_on", "?q=chieu%20sang", "?kind=complaint&open=true"]
    for number in range(requests):
        reference = references[number % len(references)]
        turn = number % 10
        if turn == 0:
            answer = clerk.post("/api/v1/petitions/", petition(number))
        elif turn < 5:
            answer = head.get(f"/api/v1/cases/{paths[turn - 1]}")
        else:
            answer = head.get(f"/api/v1/cases/{reference}/{['', 'events/', 'clocks/'][turn % 3]}")
        if answer.status not in {200, 201}:
            raise AssertionError(f"{turn}: {answer.status} {answer.body[:200]!r}")


def _ask_bare(server: serving.Server, requests: int) -> None:
    client = server.client()
    for _ in range(requests):
        client.post("/matters/", {"reference": "x", "kind": "complaint", "title": "Đơn", "content": "Đơn"})
