"""R1 and R11: what is late climbs while those who raise it are killed, and while too many of them run.

Thousands of cases lie late at four levels of the ladder. A few of them become due for a look with every blow, so that each
blow falls into a sweep. Afterwards the database must hold, row by row, what one undisturbed process makes of a copy of it.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from bodies.kinds import BodyKind, Level
from bodies.models import Body
from bodies.working_days import current_calendar
from cases import verification
from cases.models import Case, Escalation
from cases.steps import Actor
from tests.cases.making import make_area, make_body, make_case, make_user
from tests.drills.ground import (
    COUNT,
    SWEEP,
    TELL,
    as_app,
    backlog,
    in_threads,
    left_in,
    load_law,
    often,
    steady,
    tell,
    twin,
    working_day_before,
)
from tests.drills.outcome import Drill, Found
from tests.processes import (
    PATIENCE,
    PROJECT,
    Process,
    Valkey,
    beat,
    database_url,
    environment,
    running,
    until,
    valkey,
    worker,
)

# Working days ago that the clocks ran out, one for each level: the ladder's levels are 0, 3, 7 and 15 after it.
LATE_BY = (2, 5, 11, 20)
# Feedback must be accepted within so many working days.
TO_ACCEPT = 10
# Seconds that a process must have lived before it is killed.
GROWN = 0.5
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Size:
    cases: int
    # Blows to workers and beats; and, among them, to a process of PostgreSQL, which brings the whole server down.
    kills: int = 0
    server_kills: int = 0
    broker_kills: int = 0
    workers: int = 3
    processes: int = 2
    # Seconds between two sweeps; what happened is told and counted as often.
    tick: float = 0.5


# --- The late cases --------------------------------------------------------------------------------------------------


def communes(count: int) -> list[Body]:
    """People's committees of communes in one district, with all whom the ladder reaches, each with a head."""
    district = make_area(level=Level.DISTRICT)
    above = make_body(area=district, level=Level.DISTRICT)
    party_above = make_body(area=district, kind=BodyKind.HUYEN_UY, level=Level.DISTRICT)
    bodies = [above, party_above]
    offices = []
    for _ in range(count):
        area = make_area(parent=district)
        party = make_body(area=area, kind=BodyKind.DANG_UY_XA, superior=party_above)
        offices.append(make_body(area=area, superior=above))
        bodies += [party, make_body(area=area, kind=BodyKind.MTTQ)]
        bodies += [
            make_body(area=area, kind=kind, superior=party) for kind in (BodyKind.KHOI_DAN_VAN, BodyKind.UBKT)
        ]
    for body in [*bodies, *offices]:
        make_user(("head", body))
    return offices


def make_late(count: int, offices: list[Body]) -> int:
    """So many cases at four levels, none to be looked at yet; how many levels they have reached together."""
    calendar, today = current_calendar(), timezone.localdate()
    received = [str(working_day_before(today, days + TO_ACCEPT, calendar)) for days in LATE_BY]
    clerks = [Actor.staff(make_user(("receptionist", office))) for office in offices]

    def make(number: int) -> None:
        office, day = number % len(offices), received[number % len(received)]
        make_case(offices[office], kind="feedback", received=day, by=clerks[office])

    in_threads(4, make, range(count))
    Case.objects.update(next_attention_at=LONG_AFTER)
    levels = range(1, len(LATE_BY) + 1)
    return sum(levels[number % len(LATE_BY)] for number in range(count))


# --- Those who raise them, and the blows -----------------------------------------------------------------------------


class Crew:
    """Workers and two beats; a killed one is started again at once, as its container is."""

    def __init__(self, folder: Path, broker: Valkey, size: Size) -> None:
        fast = {**often(size.tick, SWEEP, TELL, COUNT), "EMAIL_URL": "none:", **as_app()}
        self.workers = [
            worker(broker, folder / f"worker{n}.log", concurrency=size.processes, **fast)
            for n in range(size.workers)
        ]
        self.beats = [beat(broker, folder / f"beat{n}.log", **fast) for n in range(2)]
        self.broker = broker
        self._first_seen: dict[int, float] = {}

    @property
    def all(self) -> list[Process]:
        return [*self.workers, *self.beats]

    def tend(self) -> None:
        """Start what gave up by itself: a worker that cannot keep its processes ends, and its container begins anew."""
        for each in self.all:
            if not each.is_running():
                each.start()

    def kill_one_process(self, draw: random.Random) -> bool:
        """One process of a worker's pool, which does the work: no newborn one, or none would ever end what it began."""
        children = [child for each in self.workers if is_up(each) for child in each.children()]
        now = time.monotonic()
        grown = [child for child in children if now - self._first_seen.setdefault(child, now) > GROWN]
        return bool(grown) and kill(draw.choice(grown))

    def kill_worker(self, draw: random.Random) -> bool:
        """A worker with all its processes. Only one that has come up: killing what does nothing proves nothing."""
        up = [each for each in self.workers if is_up(each)]
        return bool(up) and kill_and_start(draw.choice(up))

    def kill_beat(self, draw: random.Random) -> bool:
        return kill_and_start(draw.choice(self.beats))

    def kill_broker(self, _draw: random.Random) -> bool:
        return kill_and_start(self.broker)


def is_up(process: Process) -> bool:
    """Whether a worker takes tasks since it was started last."""
    return process.is_running() and " ready." in process.said().rpartition("[queues]")[2]


def kill(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def kill_and_start(process: Process) -> bool:
    process.kill()
    process.start()
    return True


def kill_server(_draw: random.Random) -> bool:
    """One process of PostgreSQL: the server ends all others and recovers from its log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    return bool(pids) and kill(pids[0])


def blows(crew: Crew, size: Size, draw: random.Random) -> list[Callable[[random.Random], bool]]:
    """In what order what is killed: mostly those who are at work, a whole worker one time in eight, a beat in fifteen."""
    rare = [kill_server] * size.server_kills + [crew.kill_broker] * size.broker_kills
    usual = size.kills - len(rare)
    workers, beats = usual // 8, usual // 15
    planned = [*rare, *[crew.kill_worker] * workers, *[crew.kill_beat] * beats]
    planned += [crew.kill_one_process] * (size.kills - len(planned))
    draw.shuffle(planned)
    return planned


class Torn:
    """How many transactions were cut off, as the server counts them; after a crash of its own it counts from nothing."""

    def __init__(self) -> None:
        self.count = 0
        self._last = steady(self._read)

    def look(self) -> None:
        now = steady(self._read)
        self.count += now - self._last if now >= self._last else now
        self._last = now

    def _read(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()")
            return int(cursor.fetchone()[0])


class Hourglass:
    """Lets a few cases become due at a time, as many as the workers have done: so each blow falls into a sweep.

    All at once, and no sweep would ever end between two blows.
    """

    def __init__(self, size: Size, draw: random.Random) -> None:
        self._left = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        draw.shuffle(self._left)
        self._share = -(-len(self._left) // size.kills)

    def turn(self) -> None:
        if self._left and Case.objects.needing_attention(timezone.now()).count() < 2 * self._share:
            ripe = self._left[: self._share]
            Case.objects.filter(pk__in=ripe).update(next_attention_at=timezone.now())
            del self._left[: self._share]

    def empty(self) -> None:
        Case.objects.filter(pk__in=self._left).update(next_attention_at=timezone.now())


def strike(crew: Crew, size: Size, torn: Torn, draw: random.Random) -> tuple[Counter[str], int]:
    """Blow after blow, 50 to 150 ms apart; how many of which kind, and how many levels were written between them."""
    glass = Hourglass(size, draw)
    struck: Counter[str] = Counter()
    until(lambda: all(is_up(each) for each in crew.workers))
    for blow in blows(crew, size, draw):
        time.sleep(draw.uniform(0.05, 0.15))
        end = time.monotonic() + PATIENCE
        while steady(glass.turn) or not steady(lambda blow=blow: blow(draw)):
            assert time.monotonic() < end, "nothing came up that could be killed"
            crew.tend()
            time.sleep(0.05)
        struck[blow.__name__] += 1
        torn.look()
        if struck.total() % 50 == 0:
            tell(f"{struck.total()} of {size.kills} blows, {steady(written)} levels written")
    between = steady(written)
    steady(glass.empty)
    return struck, between


def written() -> int:
    return Escalation.objects.filter(level__gt=0).count()


def keep_what_was_committed() -> None:
    """A database that is thrown away anyway may lose its last commits in a crash; one that is killed on purpose must not."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    connection.close()
    connection.close_pool()


# --- The drills ------------------------------------------------------------------------------------------------------


def prepare(size: Size) -> int:
    load_law()
    offices = communes(5)
    tell(f"making {size.cases} late cases")
    return make_late(size.cases, offices)


def undisturbed(copy: str, folder: Path) -> None:
    log = folder / "undisturbed.log"
    with open(log, "wb") as said:
        done = subprocess.run(
            [sys.executable, "-m", "tests.drills.undisturbed"],
            cwd=PROJECT,
            env=environment(DATABASE_URL=copy, DJANGO_SETTINGS_MODULE="config.settings"),
            stdout=said,
            stderr=said,
            timeout=900,
        )
    assert done.returncode == 0, log.read_text(encoding="utf-8")[-2000:]


def compared(copy: str) -> tuple[dict[str, int], int, int]:
    """How many rows of what there should be, how many of all are lost, and how many too many."""
    wanted, found = left_in(copy), left_in(database_url())
    lost = sum((wanted[what] - found[what]).total() for what in wanted)
    doubled = sum((found[what] - wanted[what]).total() for what in wanted)
    return {what: rows.total() for what, rows in wanted.items()}, lost, doubled


def sweep(folder: Path, size: Size) -> tuple[str, bool]:
    designed = prepare(size)
    if size.server_kills:
        keep_what_was_committed()
    with twin() as copy, valkey(folder / "valkey") as broker:
        undisturbed(copy, folder)
        crew = Crew(folder, broker, size)
        torn, began = Torn(), time.monotonic()
        with running(*crew.all):
            struck, between = strike(crew, size, torn, random.Random(1)) if size.kills else release()
            blown = time.monotonic() - began
            until(lambda: crew.tend() or steady(backlog) == 0, seconds=600, every=0.5)
            settled = time.monotonic() - began - blown
        torn.look()
        rows, lost, doubled = compared(copy)
    faults = len(verification.verify().faults or [])
    levels = written()
    tell(f"rows: {rows}; blows: {dict(struck)}; {blown:.0f} s, settled in {settled:.0f} s")
    figure = (
        f"{lost} rows lost, {doubled} too many of {levels} levels, {rows['messages']} messages, {rows['lines']} lines of"
        f" history, {rows['announcements']} announcements of {size.cases} late cases; {faults} histories broken;"
        f" {struck.total()} kills, {between} levels written between them, {torn.count} transactions cut off"
    )
    return (
        figure,
        not lost and not doubled and not faults and levels == designed and struck.total() == size.kills,
    )


def release() -> tuple[Counter[str], int]:
    Case.objects.update(next_attention_at=timezone.now())
    return Counter(), 0


def killed(folder: Path, size: Size) -> Found:
    figure, is_met = sweep(folder, size)
    target = (
        f"0 lost, 0 too many after {size.kills} × kill -9 during a sweep of {size.cases} cases at 4 levels"
    )
    return Found(figure, target, is_met)


def crowded(folder: Path, size: Size) -> Found:
    figure, is_met = sweep(folder, size)
    return Found(figure, f"0 lost, 0 too many with {size.workers} workers and 2 beats", is_met)


R1 = Drill(
    "R1",
    "workers, beats, the broker and the database server are killed while late cases climb",
    killed,
    full=Size(cases=5000, kills=300, server_kills=6, broker_kills=6, workers=4, processes=3),
    small=Size(cases=60, kills=12, broker_kills=1, workers=2),
)
R11 = Drill(
    "R11",
    "three workers and two beats sweep at once",
    crowded,
    full=Size(cases=3000),
    small=Size(cases=60, workers=2),
)
