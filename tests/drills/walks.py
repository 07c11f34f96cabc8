"""Long walks over the whole arrow table: what must hold after every step, and figures that stay true meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from bodies import outbox
from cases import tallies, verification
from cases.models import Recount
from tests.cases.test_walks import what_must_hold
from tests.cases.walking import ENDS, walk
from tests.drills.ground import load_law, tell
from tests.drills.outcome import Drill, Found
from tests.plans.followed import follow

# Steps of one walk: its clock goes on by a day and a half with each, and the holidays are known to 2050.
A_WALK = 2500
# A plan is followed for two years.
A_PLAN = 500


@dataclass(frozen=True)
class Size:
    steps: int
    walks: int = 1


def walked(_folder: Path, size: Size) -> Found:
    load_law()
    made = broken = 0
    first = ""
    for seed in range(100, 100 + size.walks):
        for case, _now, was_made in walk(seed, size.steps // size.walks):
            made += was_made
            try:
                what_must_hold(case)
            except AssertionError as error:
                broken += 1
                first = first or f"{case.reference}: {error}"
        tell(f"walk {seed - 99} of {size.walks}: {made} moves made, {broken} unlawful states {first}")
    faults = len(verification.verify().faults or [])
    return Found(
        f"{broken} unlawful states after {size.steps} tries, {made} of them moves made; {faults} histories broken",
        f"0 in {size.steps} tries",
        not broken and not faults and made > size.steps // 20,
    )


def counted(_folder: Path, size: Size) -> Found:
    """The figures follow a walk act by act; then everything is worked out anew, and compared."""
    load_law()
    acts = 0
    for seed in count(7):
        for step, (_case, now, was_made) in enumerate(walk(seed, A_WALK, seldom=ENDS)):
            acts += was_made
            if step % 20 == 0 or acts == size.steps:
                heard(now)
            if acts == size.steps:
                break
        heard(now)
        tell(f"{acts} acts counted")
        if acts == size.steps:
            break
    cases, cells = tallies.rebuild()
    return Found(
        f"{cases} cases and {cells} cells were not what a full recount gives, after {acts} acts",
        f"0 after {size.steps} acts",
        not cases and not cells and acts >= size.steps,
    )


def followed(_folder: Path, size: Size) -> Found:
    """The targets of a plan follow what is recorded, act by act; every month all is counted, and compared."""
    load_law()
    acts = compared = wrong = 0
    moved: set[str] = set()
    for seed in count(7):
        found = follow(seed, min(A_PLAN, size.steps), others=3, key=f"plan_{seed}")
        acts, compared, moved = acts + found.acts, compared + found.compared, moved | found.moved
        wrong += len(found.wrong)
        tell(f"{acts} acts, {compared} figures compared, {wrong} wrong {found.wrong[:1] or ''}")
        if acts >= size.steps:
            break
    return Found(
        f"{wrong} of {compared} figures of {len(moved)} targets were not what a full count gives, after {acts} acts",
        f"0 after {size.steps} acts",
        not wrong and compared > acts and len(moved) > 4,
    )


def heard(now: datetime) -> None:
    while outbox.tell_pending(now).told:
        pass
    while Recount.objects.exists():
        tallies.recount_noted(now)


WALKS = Drill(
    "walks",
    "random moves, lawful and not, by all sorts of people",
    walked,
    full=Size(steps=10_000, walks=10),
    small=Size(steps=60),
)
FIGURES = Drill(
    "figures",
    "random acts are counted one by one, then everything is counted anew",
    counted,
    full=Size(steps=10_000),
    small=Size(steps=60),
)
MEASURES = Drill(
    "measures",
    "random acts move the targets of a plan, each counted after the act, then all counted anew",
    followed,
    full=Size(steps=10_000),
    small=Size(steps=60),
)
