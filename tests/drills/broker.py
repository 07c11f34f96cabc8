"""R2, R3, R4: the broker is dead, frozen or emptied while petitions come in.

Whoever brings a petition notices nothing; those who must be made to know of it are told once the broker is back.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from bodies.kinds import BodyKind
from bodies.models import Body, Message
from cases.models import Notice
from feedback.models import Petition
from tests.bodies.making import make_body, make_membership, make_user
from tests.drills.ground import TELL, Clerk, Web, as_app, load_law, often, quantile, steady, tell, untold
from tests.drills.outcome import Drill, Found
from tests.feedback.making import Place, make_place, posted
from tests.processes import Process, Valkey, beat, running, until, valkey, worker


@dataclass(frozen=True)
class Size:
    # Seconds that the broker is away, and petitions a second meanwhile.
    away: float
    rate: int = 5
    # Seconds after its return within which everything must be told.
    drained: int = 120
    # Seconds between two runs of each task; 0: the deployed schedule.
    tick: float = 0
    # Seconds that a petition may take; more where other tests run beside, but fewer than the broker is away.
    p95: float = 1
    # Seconds of work with everything well, before and after.
    calm: float = 3


def informed(place: Place) -> list[Body]:
    """The four whom a complaint is made known to by the seeds (000 III.3.4), each with somebody to read it."""
    party = place.party
    kinds = (BodyKind.KHOI_DAN_VAN, BodyKind.UBKT, BodyKind.DOAN_THE)
    bodies = [make_body(area=place.area, kind=kind, superior=party, name=str(kind)) for kind in kinds]
    for body in bodies:
        make_membership(user=make_user(f"dau-{body.code}"), body=body, role="head")
    # The front's monitor is in the place already.
    return [*bodies, Body.objects.get(area=place.area, kind=BodyKind.MTTQ)]


# --- What is done to the broker --------------------------------------------------------------------------------------


@contextmanager
def killed(broker: Valkey) -> Iterator[None]:
    broker.kill()
    yield
    broker.start()


@contextmanager
def frozen(broker: Valkey) -> Iterator[None]:
    broker.freeze()
    yield
    broker.thaw()


@contextmanager
def emptied(broker: Valkey) -> Iterator[None]:
    """Emptied while it runs, then killed, its files removed, and started as new."""
    redis.Redis.from_url(broker.url).flushall()
    time.sleep(1)
    broker.kill()
    yield
    broker.forget()
    broker.start()


# --- Petitions, so many a second -------------------------------------------------------------------------------------


class Stream:
    """Petitions at an even pace, each at its moment whatever became of the ones before."""

    def __init__(self, clerk: Clerk, place: Place, rate: int) -> None:
        self._clerk, self._place, self._rate = clerk, place, rate
        self._pool = ThreadPoolExecutor(32)
        self._asked: list[Future[tuple[int, float]]] = []

    def flow(self, seconds: float) -> None:
        began = time.monotonic()
        for number in range(int(seconds * self._rate)):
            moment = began + number / self._rate
            time.sleep(max(moment - time.monotonic(), 0))
            self._asked.append(self._pool.submit(self._post, moment, len(self._asked)))

    def _post(self, moment: float, number: int) -> tuple[int, float]:
        body = posted(self._place, title=f"Đơn {number}", petitioners=[{"name": f"Nguyễn Văn {number}"}])
        return self._clerk.post("/api/v1/petitions/", body).status_code, time.monotonic() - moment

    def answers(self) -> list[tuple[int, float]]:
        """Status and seconds of each so far, counted from the moment it was to be asked; waits for those on their way."""
        return [each.result() for each in self._asked]


def keep_up(processes: list[Process]) -> int:
    """Start again what has ended, as a container is; how many had."""
    ended = [each for each in processes if not each.is_running()]
    for each in ended:
        each.start()
    return len(ended)


def outage(folder: Path, size: Size, *ways: Callable[[Valkey], AbstractContextManager[None]]) -> Found:
    """The broker is away in each of these ways, one after another."""
    load_law()
    place = make_place()
    told = informed(place)
    how = {**often(size.tick, TELL), "EMAIL_URL": "none:", **as_app()}
    with valkey(folder / "valkey") as broker:
        web = Web(broker, folder / "web.log")
        workers = [
            worker(broker, folder / "worker.log", concurrency=3, **how),
            beat(broker, folder / "beat.log", **how),
        ]
        with running(web, *workers):
            until(lambda: "ready." in workers[0].said())
            stream = Stream(Clerk(place.clerk, web), place, size.rate)
            stream.flow(size.calm)
            drained, restarts = 0.0, 0
            for way in ways:
                with way(broker):
                    tell(f"the broker is away for {size.away:.0f} s: {way.__name__}")
                    stream.flow(size.away)
                back = time.monotonic()
                restarts += keep_up(workers)
                stream.flow(size.calm)
                answers = stream.answers()
                tell(f"{untold()} announcements wait")
                until(lambda: steady(untold) == 0, seconds=600)
                drained = max(drained, time.monotonic() - back)
                restarts += keep_up(workers)
    refused = sum(status != 201 for status, _seconds in answers)
    p95 = quantile([seconds for _status, seconds in answers], 0.95)
    lost = len(answers) * len(told) - Notice.objects.filter(body__in=told, why="duty").count()
    untold_people = (
        len(answers) * len(told)
        - Message.objects.filter(key__startswith="notice:", key__endswith=":duty").count()
    )
    return Found(
        f"{refused} of {len(answers)} refused, p95 {p95 * 1000:.0f} ms; {lost} of {len(answers) * len(told)} notices lost, {untold_people}"
        f" messages lost; all told {drained:.0f} s after its return; {restarts} processes had to be started again",
        f"away {size.away:.0f} s under {size.rate} petitions a second: 0 refused, p95 < {size.p95} s, 0 lost, all told in {size.drained} s",
        refused == lost == untold_people == 0
        and p95 < size.p95
        and drained <= size.drained
        and Petition.objects.count() == len(answers),
    )


R2 = Drill(
    "R2",
    "the broker is killed and stays away",
    lambda folder, size: outage(folder, size, killed),
    full=Size(away=600),
)
R3 = Drill(
    "R3",
    "the broker takes every call and answers none",
    lambda folder, size: outage(folder, size, frozen),
    full=Size(away=300),
)
R4 = Drill(
    "R4",
    "the broker is emptied, then killed and its files removed",
    lambda folder, size: outage(folder, size, emptied),
    full=Size(away=20, drained=300),
)
IN_ALL_WAYS = Drill(
    "broker",
    "R2, R3 and R4 one after another, with processes started once",
    lambda folder, size: outage(folder, size, killed, frozen, emptied),
    small=Size(away=6, rate=3, tick=0.5, p95=4, calm=1),
)
