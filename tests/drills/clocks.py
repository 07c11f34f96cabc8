"""R12: every process and the database in another time zone, a year and Tết that begin meanwhile, a clock that jumps.

Days are counted here by hand from the `holidays` library, and nothing of the product's own counting is used.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import time_machine
import yaml
from django.db import connection

from bodies.calendars import add_working_days
from bodies.models import Message, TaskRun
from bodies.working_days import current_calendar
from cases import verification
from cases.models import Case, Clock, Escalation, Event
from config.settings import BASE_DIR
from feedback.models import Petition
from tests.drills.ground import SWEEP, TELL, Clerk, Web, as_app, load_law, often, tell
from tests.drills.outcome import Drill, Found
from tests.feedback.making import Place, make_place, posted
from tests.processes import Process, beat, running, until, valkey, worker

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
# Of two web servers, the worker, the beat and the database.
ZONES = ("America/Los_Angeles", "Pacific/Kiritimati", "Europe/London", "Asia/Kolkata", "Pacific/Pago_Pago")
# The ladder: level by working days after the due day.
LADDER = {1: 0, 2: 3, 3: 7, 4: 15}
TO_ACCEPT = 10
ELSEWHEN = "tests.drills.elsewhen"


@dataclass(frozen=True)
class Size:
    # Seconds of petitions around each midnight, so many a second.
    around: float
    per_second: int
    jumps: tuple[timedelta, ...]
    counted: int
    tick: float = 0.5
    # Seconds after a jump of the clock within which a sweep must have ended.
    patience: float = 30


# --- Days, counted by hand -------------------------------------------------------------------------------------------


@dataclass
class Days:
    """The days off of the library, with the exceptions of the product's data file."""

    off: set[date] = field(default_factory=set)
    worked: set[date] = field(default_factory=set)

    @classmethod
    def of(cls, first: int, last: int) -> "Days":
        listed = holidays.country_holidays("VN", years=range(first - 1, last + 2))
        days = cls(set(listed), set(listed.weekend_workdays))
        told = yaml.safe_load((Path(BASE_DIR) / "bodies/data/calendar.yaml").read_text(encoding="utf-8"))
        for row in told["exceptions"]:
            (days.worked if row["working"] else days.off).add(row["date"])
        return days

    def is_worked(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, count: int) -> date:
        while count:
            day += timedelta(days=1)
            count -= self.is_worked(day)
        return day

    def levels(self, due: date, on: date) -> set[int]:
        """The levels that a clock due on a day has reached on another."""
        return {level for level, count in LADDER.items() if on > self.after(due, count)}


# --- A clock that stands where the drill wants it ----------------------------------------------------------------------


class Hands:
    """The clock that all processes go by."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._ahead = timedelta()
        self._write()

    @property
    def environment(self) -> dict[str, str]:
        return {"DRILL_CLOCK": str(self._file)}

    def now(self) -> datetime:
        return datetime.now(HERE) + self._ahead

    def stand_at(self, moment: datetime) -> None:
        self._ahead = moment - datetime.now(HERE)
        self._write()

    def jump(self, by: timedelta) -> None:
        self._ahead += by
        self._write()

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(self._ahead.total_seconds()), encoding="ascii")
        fresh.rename(self._file)
        # Everybody looks at it every tenth of a second.
        time.sleep(0.3)


class Desk:
    """Petitions by turns at two web servers on two ends of the world."""

    def __init__(self, place: Place, webs: list[Web], hands: Hands) -> None:
        self._place, self._webs, self._hands = place, webs, hands
        self.taken: list[tuple[str, datetime, datetime]] = []
        self.refused = 0

    def work(self, seconds: float, per_second: int) -> None:
        # A token lives for hours: at each scene the clerk signs in anew.
        with time_machine.travel(self._hands.now(), tick=True):
            clerks = [Clerk(self._place.clerk, web) for web in self._webs]
        began = time.monotonic()
        for number in range(int(seconds * per_second)):
            time.sleep(max(began + number / per_second - time.monotonic(), 0))
            before = self._hands.now()
            body = posted(self._place, kind="feedback", title=f"Phản ánh {len(self.taken)}")
            answer = clerks[number % len(clerks)].post("/api/v1/petitions/", body)
            if answer.status_code == 201:
                self.taken.append((answer.json()["code"], before, self._hands.now()))
            else:
                self.refused += 1


# --- What must be true -----------------------------------------------------------------------------------------------


def wrong_numbers(desk: Desk) -> int:
    """Numbers whose year is not that of the local day, and numbers that are not 1, 2, 3 … within their year."""
    wrong = 0
    books: dict[int, list[int]] = {}
    for code, before, after in desk.taken:
        year, number = int(code[:4]), int(code[-6:])
        wrong += year not in {before.year, after.year}
        books.setdefault(year, []).append(number)
    return wrong + sum(numbers != list(range(1, len(numbers) + 1)) for numbers in books.values())


def wrong_days(desk: Desk, days: Days) -> int:
    """Cases received on another day than it was here, or due on another than counted by hand."""
    around = {code: (before, after) for code, before, after in desk.taken}
    petitions = Petition.objects.select_related("case").filter(code__in=around)
    wrong = 0
    for petition in petitions:
        before, after = around[petition.code]
        case = petition.case
        wrong += case.received_on not in {before.date(), after.date()}
        due = Clock.objects.get(case=case, rule="feedback.accept").due_on
        wrong += due != days.after(case.received_on, TO_ACCEPT)
    return wrong


def wrong_levels(days: Days, latest: date) -> tuple[int, int, int]:
    """Levels missing or too many by the latest day that any process has seen, with a wrong moment, or doubled."""
    wrong = moments = 0
    for clock in Clock.objects.filter(rule="feedback.accept", state="running"):
        rows = Escalation.objects.filter(clock=clock, level__gt=0)
        wrong += len(days.levels(clock.due_on, latest) ^ {row.level for row in rows})
        for row in rows:
            first = days.after(clock.due_on, LADDER[row.level]) + timedelta(days=1)
            moments += row.at.astimezone(HERE) != datetime(first.year, first.month, first.day, tzinfo=HERE)
    lines = Counter(
        (case, details["clock"], details["level"])
        for case, details in Event.objects.filter(move="escalate").values_list("case", "details")
    )
    doubled = sum(count - 1 for count in lines.values())
    told = Counter(Message.objects.values_list("recipient", "key"))
    return wrong, moments, doubled + sum(count - 1 for count in told.values())


def counted_otherwise(days: Days, tries: int) -> int:
    """Of so many random spans of working days, those that the product counts otherwise."""
    draw, calendar = random.Random(1), current_calendar()
    wrong = 0
    for _ in range(tries):
        start = date(2013, 1, 1) + timedelta(days=draw.randrange(365 * 30))
        count = draw.randint(1, 60)
        wrong += add_working_days(start, count, calendar) != days.after(start, count)
    return wrong


# --- The drill -------------------------------------------------------------------------------------------------------


@contextmanager
def database_in(zone: str) -> Iterator[None]:
    """The database of the drill in another zone, until the drill is over."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])

    def alter(how: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} {how}")

    alter(f"SET timezone = '{zone}'")
    try:
        yield
    finally:
        alter("RESET timezone")


def scatter(folder: Path, hands: Hands, broker: object, size: Size) -> tuple[list[Web], list[Process]]:
    """Two web servers, a worker and a beat, each in a zone of its own."""
    how = {
        **often(size.tick, SWEEP, TELL),
        **hands.environment,
        **as_app(),
        "EMAIL_URL": "none:",
        "app": ELSEWHEN,
    }
    webs = [
        Web(broker, folder / f"web{n}.log", workers=1, TZ=ZONES[n], **how)  # type: ignore[arg-type]
        for n in range(2)
    ]
    working = worker(broker, folder / "worker.log", TZ=ZONES[2], **how)  # type: ignore[arg-type]
    ticking = beat(broker, folder / "beat.log", TZ=ZONES[3], **how)  # type: ignore[arg-type]
    return webs, [working, ticking]


def next_sweep() -> float:
    """Seconds until a sweep that begins now has ended: whether work goes on after the clock was moved."""
    began = time.monotonic()
    TaskRun.objects.filter(name="cases.tasks.raise_overdue").delete()
    runs = TaskRun.objects.filter(name="cases.tasks.raise_overdue", finished_at__isnull=False, last_error="")
    # The first may have begun before the clock was moved.
    until(runs.exists)
    runs.delete()
    until(runs.exists)
    return time.monotonic() - began


def elsewhen(folder: Path, size: Size) -> Found:
    load_law()
    place = make_place()
    year = datetime.now(HERE).year
    days = Days.of(2012, 2045)
    new_year = datetime(year + 1, 1, 1, tzinfo=HERE)
    tet = tet_of(year + 1)
    hands = Hands(folder)
    half = timedelta(seconds=size.around / 2)
    hands.stand_at(new_year - half)
    with database_in(ZONES[4]), valkey(folder / "valkey") as broker:
        webs, crew = scatter(folder, hands, broker, size)
        with running(*webs, *crew):
            desk = Desk(place, webs, hands)
            hands.stand_at(new_year - half)
            desk.work(size.around, size.per_second)
            # Put back into the old year, and on again: both books go on.
            for by in (-timedelta(hours=1), timedelta(hours=1)):
                hands.jump(by)
                desk.work(2, size.per_second)
            tell(f"{len(desk.taken)} petitions around New Year")
            hands.stand_at(tet - half)
            desk.work(size.around, size.per_second)
            pauses, latest = jump(hands, size)
    wrong, moments, doubled = wrong_levels(days, latest)
    checks = {
        "numbers": wrong_numbers(desk),
        "days": wrong_days(desk, days),
        "levels": wrong,
        "moments of levels": moments,
        "doubles": doubled,
        "spans of working days": counted_otherwise(days, size.counted),
        "histories": len(verification.verify().faults or []),
        "refused": desk.refused,
    }
    levels = Escalation.objects.filter(level__gt=0).count()
    tell(f"{checks}; sweeps after jumps {[round(pause, 1) for pause in pauses]}")
    bad = ", ".join(f"{count} {what}" for what, count in checks.items() if count)
    return Found(
        f"{bad or 'nothing'} wrong: {len(desk.taken)} petitions, {levels} levels, {Case.objects.count()} cases, {size.counted}"
        f" spans of days; after a jump the next sweep within {max(pauses):.0f} s",
        f"0 wrong in 5 zones, around 31/12 and Tết, through {len(size.jumps)} jumps; a sweep within {size.patience:.0f} s",
        not bad and levels > 0 and max(pauses) < size.patience,
    )


def jump(hands: Hands, size: Size) -> tuple[list[float], date]:
    """Move the clock, and see that work goes on each time; the pauses in seconds, and the latest day it has shown."""
    pauses, latest = [next_sweep()], hands.now().date()
    for by in size.jumps:
        hands.jump(by)
        pauses.append(next_sweep())
        latest = max(latest, hands.now().date())
        tell(f"the clock jumped by {by}: the next sweep after {pauses[-1]:.1f} s")
    return pauses, latest


def tet_of(year: int) -> datetime:
    """The first moment of the first day of the lunar year."""
    listed = holidays.country_holidays("VN", language="vi", years=year)
    (eve,) = (day for day, name in listed.items() if "Giao thừa" in name)
    first = eve + timedelta(days=1)
    return datetime(first.year, first.month, first.day, tzinfo=HERE)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

R12 = Drill(
    "R12",
    "web, worker, beat and database in five zones, over 31/12 and Tết, the clock put on and back",
    elsewhen,
    full=Size(
        around=40, per_second=5, jumps=(-HOUR, HOUR, DAY, -HOUR, 7 * DAY, -DAY, 21 * DAY), counted=10_000
    ),
    small=Size(around=2, per_second=5, jumps=(-HOUR, 30 * DAY), counted=300, patience=120),
)
