"""R9 and R10: a row that cannot be told, and a mail server that is down, slow, busy or refuses. Neither holds up the rest."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat
from django.utils import timezone

from bodies import delivery, outbox, working_days
from bodies.models import Announcement, Delivery, Message, User
from cases.models import Case, Escalation
from tests.drills.ground import REPORT, SEND, SWEEP, TELL, as_app, load_law, often, quantile, tell
from tests.drills.outcome import Drill, Found
from tests.drills.sweep import communes, make_late
from tests.processes import Process, Valkey, beat, running, until, valkey, worker
from tests.smtp import MailServer, mail_server

# Mail leaves at any hour of a drill, and every day of it is worked.
ANY_HOUR = {"MAIL_OPENS": "00:00", "MAIL_CLOSES": "23:59"}


def work_today() -> None:
    """No day off stops the mail of a drill: today and tomorrow are worked by decision of the drill."""
    for day in (timezone.localdate(), timezone.localdate() + timedelta(days=1)):
        working_days.set_day(day, working=True, name="Làm bù", document="1/DT", by=None, at=timezone.now())


@contextmanager
def at_work(broker: Valkey, folder: Path, tick: float, **more: str) -> Iterator[list[Process]]:
    """A worker of three processes, as deployed, and a beat."""
    how = {**often(tick, SWEEP, TELL, SEND, REPORT), **ANY_HOUR, **as_app(), **more}
    both = [
        worker(broker, folder / "worker.log", concurrency=3, **how),
        beat(broker, folder / "beat.log", **how),
    ]
    with running(*both):
        until(lambda: "ready." in both[0].said())
        yield both


# --- R9: poison ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Poison:
    rows: int
    seconds: float
    per_second: int = 20
    tick: float = 0.5
    # Seconds within which the others must be told.
    patience: float = 5


def ring(subject: str, *, bad: bool = False) -> None:
    now = timezone.now()
    with transaction.atomic():
        outbox.announce(
            "test.rang", subject, body=None, day=timezone.localdate(now), facts={"bad": bad}, at=now
        )


def poisoned(folder: Path, size: Poison) -> Found:
    """Between two tries of a bad row lie hours; the drill turns its hands on, so that all tries fall into it."""
    load_law()
    work_today()
    admin = User.objects.create(username="ky-thuat", full_name="Kỹ thuật", is_staff=True, password="!")
    with valkey(folder / "valkey") as broker, at_work(broker, folder, size.tick, EMAIL_URL="none:"):
        alone = delays(size, "alone", bad=0)
        beside = delays(size, "beside", bad=size.rows)
        bad = Announcement.objects.filter(subject__startswith="bad")
        until(lambda: turn_hands() or not bad.filter(parked_at=None).exists(), every=0.2)
        until(lambda: Message.objects.filter(recipient=admin, topic="failures").exists())
    tries = set(bad.values_list("attempts", flat=True))
    lost = Announcement.objects.filter(announced_at=None, parked_at=None).count()
    return Found(
        f"{bad.exclude(parked_at=None).count()} of {size.rows} bad rows parked after {sorted(tries)} tries, the administrator"
        f" told; {len(beside)} others told within {max(beside):.1f} s, p99 {quantile(beside, 0.99):.1f} s (without bad rows"
        f" {max(alone):.1f} s); {lost} left",
        f"all parked after {outbox.TRIES} tries, others delayed by less than {size.patience:.0f} s",
        tries == {outbox.TRIES} and not lost and max(beside) < size.patience,
    )


def delays(size: Poison, name: str, *, bad: int) -> list[float]:
    """How long each good row waited, in seconds, while so many bad ones fail again and again beside them."""
    for number in range(bad):
        ring(f"bad{number}", bad=True)
    began = time.monotonic()
    for number in range(int(size.seconds * size.per_second)):
        time.sleep(max(began + number / size.per_second - time.monotonic(), 0))
        ring(f"{name}{number}")
        turn_hands()
    mine = Announcement.objects.filter(subject__startswith=name, topic="test.rang")
    until(lambda: not mine.filter(announced_at=None).exists())
    return [(told - at).total_seconds() for at, told in mine.values_list("at", "announced_at")]


def turn_hands() -> None:
    Announcement.objects.filter(parked_at=None, announced_at=None, attempts__gt=0).update(
        not_before=timezone.now()
    )


# --- R10: mail -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    # Late cases, a share of which becomes due in each state of the mail server.
    cases: int
    # Seconds that each state lasts, and that a slow server takes for one letter.
    state: float
    slow: float
    tick: float = 0.5
    # Seconds after its instant within which a level must be written, whatever the mail does.
    patience: float = 5


def bad_post(folder: Path, size: Mail) -> Found:
    load_law()
    work_today()
    make_late(size.cases, communes(3))
    User.objects.update(email=Concat(F("username"), Value("@vi-du.vn")))
    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    share = -(-len(ids) // 5)
    delays: list[float] = []
    with mail_server() as server, valkey(folder / "valkey") as broker:
        address = f"smtp://127.0.0.1:{server.port}"
        with at_work(broker, folder, size.tick, EMAIL_URL=address, DEFAULT_FROM_EMAIL="lang-nghe@vi-du.vn"):
            for number, state in enumerate((down, busy, refusing, slow, well)):
                tell(f"the mail server is {state.__name__}; {outcome()}")
                state(server, size)
                delays += climb(ids[number * share :][:share], size.state)
            tell(f"mended; {outcome()}")
            waiting = Delivery.objects.filter(state__in=["waiting", "sending"])
            until(lambda: mend() or not waiting.exists(), seconds=600, every=1)
        keys = Counter(server.keys())
    due = {f"delivery-{pk}" for pk in Delivery.objects.values_list("pk", flat=True)}
    lost, twice = len(due - keys.keys()), sum(count > 1 for count in keys.values())
    late = Escalation.objects.filter(level__gt=0).aggregate(Max("recorded_at"))
    tell(f"{outcome()}, last level {late['recorded_at__max']}")
    return Found(
        f"{lost} of {len(due)} letters lost, {twice} sent twice; {len(delays)} cases climbed at most {max(delays):.1f} s after"
        f" their instant",
        f"mail down, 4xx, 5xx, {size.slow:.0f} s a letter, {size.state:.0f} s each: 0 lost, 0 twice, no level later than"
        f" {size.patience:.0f} s",
        not lost
        and not twice
        and due == keys.keys()
        and max(delays) < size.patience
        and len(delays) == len(ids),
    )


def down(server: MailServer, _size: Mail) -> None:
    """It hangs up on whoever calls: 421 at the greeting."""
    server.greeting = 421


def busy(server: MailServer, _size: Mail) -> None:
    server.greeting = 220
    server.refuses = {"*": 451}


def refusing(server: MailServer, _size: Mail) -> None:
    server.refuses = {"*": 550}


def slow(server: MailServer, size: Mail) -> None:
    server.refuses = {}
    server.slow = size.slow


def well(server: MailServer, _size: Mail) -> None:
    server.slow = 0


def climb(ids: list[int], seconds: float) -> list[float]:
    """These cases become due one after another; seconds from the instant of each to its first level, seen from outside."""
    began = time.monotonic()
    due: dict[int, datetime] = {}
    seen: dict[int, float] = {}
    while time.monotonic() < began + seconds or len(seen) < len(ids):
        passed = min((time.monotonic() - began) / seconds, 1)
        for pk in ids[len(due) : int(passed * len(ids))]:
            due[pk] = timezone.now()
            Case.objects.filter(pk=pk).update(next_attention_at=due[pk])
        now = timezone.now()
        for pk in Escalation.objects.filter(case__in=due.keys() - seen.keys(), level__gt=0).values_list(
            "case", flat=True
        ):
            seen.setdefault(pk, (now - due[pk]).total_seconds())
        turn_letters()
        time.sleep(0.1)
        assert time.monotonic() < began + seconds + 300, "a case did not climb"
    return list(seen.values())


def turn_letters() -> None:
    """Hours lie between two tries of a letter: the drill turns the hands on."""
    Delivery.objects.filter(state="waiting", attempts__gt=0, attempts__lt=delivery.TRIES - 2).update(
        not_before=timezone.now()
    )


def mend() -> None:
    """What the administrator does once the server is well: sends again what was given up."""
    delivery.try_again(Delivery.objects.all(), timezone.now())
    Delivery.objects.filter(state="waiting").update(not_before=timezone.now())


def outcome() -> str:
    states = Counter(Delivery.objects.values_list("state", flat=True))
    return ", ".join(f"{count} {state}" for state, count in states.items())


R9 = Drill(
    "R9",
    "rows that fail whenever they are told, among others",
    poisoned,
    full=Poison(rows=20, seconds=60),
    small=Poison(rows=2, seconds=3, tick=0.3, patience=60),
)
R10 = Drill(
    "R10",
    "the mail server is down, busy, refuses, takes half a minute for a letter",
    bad_post,
    full=Mail(cases=500, state=60, slow=30),
    small=Mail(cases=20, state=2, slow=1, tick=0.3, patience=60),
)
