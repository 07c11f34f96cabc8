"""Two years of activity for the demo, 2023 and 2024, in the communes of Kim Bảng and Bắc Kạn: a job for the worker.

Nothing is written but through the product's own functions, each at the day on which it happened (config.demo_life); no
number is written into a measure. In every year dialogues are held in 68 of the 108 communes of Bắc Kạn: the 63 % of the
survey in the province's plan (001: 43 of 68 answers). The draw is seeded, so every demo has the same two years.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import StringIO
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from django.core.management import call_command
from django.utils import timezone

from bodies import jobs, outbox
from bodies.idempotency import fingerprint, once
from bodies.models import Area, Job
from cases import escalation, tallies
from config.demo_life import live_through
from config.demo_people import drawn, give_heads, give_members, place_of, working
from config.demo_reports import hand_in_reports
from plans import recounts
from plans.management.commands.load_plan import DATA
from plans.models import Plan

log = structlog.get_logger(__name__)

KIND = "demo_years"
YEARS = (2023, 2024)
# By tree: in how many of its communes dialogues are held (None: all but two).
TREES = {"bac-kan": 68, "kim-bang": None}
# The trees whose plan asks the members of committees to attend meetings at the base.
COMMITTEES = ("kim-bang",)
PLANS = ("kimbang_2021_2025", "backan_2023_2025")
FILES = [DATA / "kim-bang-2021-2025.yaml", DATA / "bac-kan-2023-2025.yaml"]
_JOB = uuid5(NAMESPACE_URL, KIND)
Step = tuple[str, Callable[[datetime], object]]


def start(now: datetime) -> Job:
    """Write the job down once, however often it is asked for."""
    return jobs.start(KIND, {}, by=None, at=now, id=_JOB)


@jobs.worker(KIND)
def load(job: Job, progress: jobs.Progress) -> dict[str, int]:
    """Every step is a transaction of its own and is done once: a worker that takes over goes on where the last one ended."""
    steps = list(plan_of(commune_codes()))
    for number, (name, do) in enumerate(steps):
        progress(number, len(steps))
        if number % (len(steps) // 20) == 0:
            log.info(f"two years of activity: {100 * number // len(steps)} %")
        _once(name, do)
        # What it announced happened years ago: it is told before the next step, or the outbox would seem to lag.
        outbox.tell_pending(timezone.now())
    progress(len(steps), len(steps))
    log.info("two years of activity: 100 %")
    return {"steps": len(steps)}


def commune_codes() -> dict[str, list[str]]:
    """The codes of the communes of each tree, in order."""
    return {
        tree: list(
            Area.objects.filter(path__startswith=Area.objects.get(code=tree).path, level="commune")
            .order_by("code")
            .values_list("code", flat=True)
        )
        for tree in TREES
    }


def plan_of(communes: dict[str, list[str]]) -> Iterator[Step]:
    """All steps in their order: people, then year by year the communes and the reports, in the end every figure."""
    yield "plans", lambda now: call_command("load_plan", *map(str, FILES), stdout=StringIO())
    for tree, codes in communes.items():
        everywhere = [*codes, *_districts(tree)]
        yield f"people of {tree}", lambda now, everywhere=everywhere: give_heads(everywhere)
        if tree in COMMITTEES:
            yield f"committees of {tree}", lambda now, everywhere=everywhere: give_members(everywhere)
    for year in YEARS:
        for tree, codes in communes.items():
            holding = holders(tree, codes)
            for code in (*codes, *_districts(tree)):
                yield f"{code} {year}", _life(code, year, holds=code in holding or code not in codes)
        yield f"figures {year}", lambda now, year=year: _count(year, now)
        for key in PLANS:
            yield f"reports {key} {year}", lambda now, key=key, year=year: hand_in_reports(key, year)
    yield "all figures", lambda now: _count(None, now)


def _districts(tree: str) -> list[str]:
    within = Area.objects.filter(path__startswith=Area.objects.get(code=tree).path, level="district")
    return list(within.values_list("code", flat=True))


def holders(tree: str, codes: list[str]) -> frozenset[str]:
    """The communes of a tree in which dialogues are held, the same in both years; the districts hold theirs."""
    many = TREES[tree]
    draw = drawn(f"holders {tree}")
    return frozenset(draw.sample(codes, min(len(codes), max(len(codes) - 2, 0) if many is None else many)))


def _life(code: str, year: int, *, holds: bool) -> Callable[[datetime], object]:
    def live(now: datetime) -> None:
        live_through(place_of(code), year, draw=drawn(f"{code} {year}"), holds=holds)
        # What was left lying climbs as it would have by the end of that year.
        escalation.raise_overdue(working(date(year, 12, 31), 23), lasts=None)

    return live


def _count(year: int | None, now: datetime) -> None:
    tallies.recount_noted(now)
    for plan in Plan.objects.filter(key__in=PLANS).select_related("issuer__area"):
        recounts.recount(plan, at=now, years=None if year is None else [year])


def _once(name: str, do: Callable[[datetime], object]) -> None:
    now = timezone.now()
    key: UUID = uuid5(_JOB, name)

    def make() -> str:
        do(now)
        return name[:80]

    once("demo", key, fingerprint(name.encode()), make, at=now)
