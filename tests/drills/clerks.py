"""R13, R14, R15: many clerks at the same instant, over HTTP and in one book."""

import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from bodies.models import Submission
from cases import opening, verification
from cases.models import Case, CaseNumber, Event
from cases.steps import Actor
from feedback.models import Petition
from tests.cases.making import make_body, make_case, make_user
from tests.drills.ground import Clerk, Web, in_threads, load_law, tell
from tests.drills.outcome import Drill, Found
from tests.feedback.making import make_place, posted
from tests.processes import running


@dataclass(frozen=True)
class Size:
    things: int
    at_once: int


# --- The same move ---------------------------------------------------------------------------------------------------


def same_move(folder: Path, size: Size) -> Found:
    """All clerks wait for each other before each case, so that they ask in the same moment."""
    load_law()
    body = make_body()
    by = Actor.staff(make_user(("receptionist", body)))
    cases = [make_case(body, kind="feedback", received="2026-03-02", by=by) for _ in range(size.things)]
    web = Web(None, folder / "web.log", threads=-(-size.at_once // 2))
    together = threading.Barrier(size.at_once)
    with running(web):
        clerks = [Clerk(make_user(("head", body)), web) for _ in range(size.at_once)]

        def accept_all(clerk: Clerk) -> list[tuple[str, int, str]]:
            answers, asked = [], {"move": "accept", "version": 1}
            for case in cases:
                together.wait(60)
                answer = clerk.post(f"/api/v1/cases/{case.reference}/moves/", asked)
                why = "" if answer.ok else answer.text
                answers.append((case.reference, answer.status_code, why))
            return answers

        told = [each for answers in in_threads(size.at_once, accept_all, clerks) for each in answers]
    won = Counter(reference for reference, status, _why in told if status == 200)
    lost = sum(status == 409 for _reference, status, _why in told)
    tell(
        f"what the others are told: {Counter(why for _ref, status, why in told if status != 200).most_common(3)}"
    )
    exact = sum(won[case.reference] == 1 for case in cases)
    events = Event.objects.filter(move="accept").count()
    faults = len(verification.verify().faults or [])
    others = len(told) - lost - won.total()
    return Found(
        f"{exact} of {size.things} cases moved exactly once, {lost} × 409, {others} other answers, {events} lines of history,"
        f" {faults} histories forked",
        f"{size.at_once} at once: one wins, {size.at_once - 1} × 409 on each",
        exact == events == size.things and lost == size.things * (size.at_once - 1) and not faults,
    )


# --- The same petition -----------------------------------------------------------------------------------------------


def same_petition(folder: Path, size: Size) -> Found:
    load_law()
    place = make_place()
    web = Web(None, folder / "web.log", threads=-(-size.at_once // 2))
    together = threading.Barrier(size.at_once)
    keys = [str(uuid.UUID(int=number)) for number in range(1, size.things + 1)]
    with running(web):
        clerk = Clerk(place.clerk, web)

        def post_all(_number: int) -> list[tuple[str, int, str]]:
            answers = []
            for key in keys:
                together.wait(60)
                answer = clerk.post("/api/v1/petitions/", posted(place, title=f"Đơn {key[-4:]}"), key=key)
                answers.append((key, answer.status_code, str(answer.json().get("code"))))
            return answers

        told = [
            each for answers in in_threads(size.at_once, post_all, range(size.at_once)) for each in answers
        ]
    statuses = Counter(status for _key, status, _code in told)
    answers = len({(key, code) for key, _status, code in told})
    petitions, cases = Petition.objects.count(), Case.objects.count()
    again = size.things * (size.at_once - 1)
    return Found(
        f"{petitions} petitions, {cases} cases, {answers} different answers, {statuses[201]} × 201, {statuses[200]} × 200",
        f"{size.at_once} parallel posts of each of {size.things} keys: {size.things} petitions, the same answer to all",
        petitions == cases == answers == Submission.objects.count() == size.things
        and statuses == Counter({200: again, 201: size.things}),
    )


# --- The numbers of one book -----------------------------------------------------------------------------------------


class _Rolled(Exception):
    pass


def numbers(_folder: Path, size: Size) -> Found:
    """So many writers on one book, one in twenty of whom changes its mind."""
    load_law()
    body = make_body()
    draw = random.Random(1)
    rolls = [draw.random() < 0.05 for _ in range(size.things)]
    connection.close()

    def number(rolls_back: bool) -> str | None:  # noqa: FBT001 - the one thing that differs
        try:
            with transaction.atomic():
                reference = opening.next_reference(body, 2026)
                if rolls_back:
                    raise _Rolled
                return reference
        except _Rolled:
            return None

    def write(mine: list[bool]) -> list[str]:
        return [reference for each in mine if (reference := number(each))]

    began = time.monotonic()
    shares = [rolls[writer :: size.at_once] for writer in range(size.at_once)]
    given = sorted(int(each[-6:]) for share in in_threads(size.at_once, write, shares) for each in share)
    rate = size.things / (time.monotonic() - began)
    wanted = rolls.count(False)
    doubled = len(given) - len(set(given))
    gaps = len(set(range(1, wanted + 1)) - set(given))
    last = CaseNumber.objects.get(body=body, year=2026).last
    return Found(
        f"{len(given)} numbers, {gaps} gaps, {doubled} doubles, {rolls.count(True)} rolled back, {rate:.0f} a second",
        f"0 gaps, 0 doubles of {size.things} from {size.at_once} writers, 300 a second",
        not gaps and not doubled and last == len(given) == wanted and rate >= 300,
    )


R13 = Drill(
    "R13",
    "many make the same move on the same case at the same instant",
    same_move,
    full=Size(things=200, at_once=50),
    small=Size(things=5, at_once=10),
)
R14 = Drill(
    "R14",
    "one petition is posted many times at once under one key",
    same_petition,
    full=Size(things=200, at_once=20),
    small=Size(things=5, at_once=8),
)
R15 = Drill(
    "R15",
    "writers take numbers of one book at once, some roll back",
    numbers,
    full=Size(things=10_000, at_once=16),
    small=Size(things=1000, at_once=8),
    # Numbers are taken that no case carries.
    leaves_all_whole=False,
)
