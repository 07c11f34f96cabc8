"""R18: with the deployed schedule and an ordinary day's work, how long what happened waits, and what is late."""

import random
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from bodies.models import Announcement
from cases.models import Case, Escalation
from tests.drills.broker import Stream, informed
from tests.drills.ground import SWEEP, TELL, Clerk, Web, as_app, load_law, often, quantile, tell, untold
from tests.drills.outcome import Drill, Found
from tests.drills.sweep import communes, make_late
from tests.drills.walks import heard
from tests.feedback.making import make_place
from tests.processes import beat, running, until, valkey, worker


@dataclass(frozen=True)
class Size:
    seconds: float
    # Petitions a second, and cases whose time comes at any instant meanwhile.
    rate: int
    late: int
    # 0: the deployed schedule.
    tick: float = 0
    oldest: float = 30
    latest: float = 60


@contextmanager
def watched(due: dict[int, datetime], every: float = 0.25) -> Iterator[dict[int, float]]:
    """When the first level of each case can be seen from outside, in seconds after its instant."""
    seen: dict[int, float] = {}
    done = threading.Event()

    def look(ids: Iterable[int]) -> None:
        rows = Escalation.objects.filter(case__in=ids, level__gt=0).values_list("case", flat=True)
        now = timezone.now()
        for pk in rows:
            seen.setdefault(pk, (now - due[pk]).total_seconds())

    def watch() -> None:
        while not done.wait(every):
            look(due.keys() - seen.keys())
        connection.close()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield seen
    finally:
        done.set()
        watching.join()


def spread(size: Size) -> dict[int, datetime]:
    """Each late case with the instant, somewhere in the drill, at which its time comes."""
    draw, began = random.Random(1), timezone.now()
    cases = list(Case.objects.order_by("pk"))
    for case in cases:
        case.next_attention_at = began + timedelta(seconds=draw.uniform(0, size.seconds))
    Case.objects.bulk_update(cases, ["next_attention_at"])
    return {case.pk: case.next_attention_at for case in cases}


def ordinary(folder: Path, size: Size) -> Found:
    load_law()
    make_late(size.late, communes(3))
    # What making them announced is no part of the day.
    heard(timezone.now())
    place = make_place()
    informed(place)
    how = {**often(size.tick, SWEEP, TELL), "EMAIL_URL": "none:", **as_app()}
    with valkey(folder / "valkey") as broker:
        web = Web(broker, folder / "web.log")
        crew = [
            worker(broker, folder / "worker.log", concurrency=3, **how),
            beat(broker, folder / "beat.log", **how),
        ]
        with running(web, *crew):
            until(lambda: "ready." in crew[0].said())
            due, began = spread(size), timezone.now()
            tell(f"{size.seconds:.0f} s of work")
            with watched(due) as seen:
                stream = Stream(Clerk(place.clerk, web), place, size.rate)
                stream.flow(size.seconds)
                answers = stream.answers()
                until(lambda: len(seen) == len(due) and not untold(), seconds=size.latest + 120, every=0.5)
    waited = Announcement.objects.filter(at__gte=began).values_list("at", "announced_at")
    ages = [(told - at).total_seconds() for at, told in waited]
    p99, latest = quantile(ages, 0.99), max(seen.values())
    refused = sum(status != 201 for status, _seconds in answers)
    return Found(
        f"announcements told within {p99:.1f} s (p99 of {len(ages)}, at most {max(ages):.1f} s); {len(seen)} cases climbed"
        f" {quantile(seen.values(), 0.5):.0f} s (median) and at most {latest:.1f} s after their instant; {refused} refused",
        f"{size.rate} petitions a second, {size.late} late cases in {size.seconds:.0f} s: p99 < {size.oldest:.0f} s, at most"
        f" {size.latest:.0f} s",
        p99 < size.oldest and latest <= size.latest and len(seen) == size.late and not refused,
    )


R18 = Drill(
    "R18",
    "an ordinary day's work on the deployed schedule",
    ordinary,
    full=Size(seconds=600, rate=3, late=600),
    small=Size(seconds=5, rate=2, late=10, tick=0.5, oldest=60, latest=60),
)
