"""Bodies, people and the law of a run, and walks: what the product itself makes of a petition, day by day.

`python -m bench.world FILE DAYS` fills an empty database and keeps in FILE the walks of so many days of receipt. A walk is taken through the product's own
doors and rolled back; bench.loading writes it as often as it is told, for other bodies and people.
"""

import pickle
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

TYPICAL = "que-ubnd"
EMPTY = "que-mttq"
# A committee with a whole province below it, and the Front of that province, which watches.
PROVINCE, MONITOR = "ninh-binh-ubnd", "ninh-binh-mttq"
ROLES = {"head": "head", "clerk": "receptionist", "handler": "handler"}
_SINCE = date(2015, 1, 1)


@dataclass(frozen=True)
class Course:
    """One course of a case: kind, channel, and the moves with the day after receipt on which they are made."""

    kind: str
    channel: str
    moves: Sequence[tuple[str, int]]
    weight: int
    # How many days ago such a case was received: from the oldest to the newest.
    ago: tuple[int, int]
    addressed: bool = False


def _heard(kind: str, close: int, weight: int) -> Course:
    steps = [
        ("classify", 1),
        ("accept", 3),
        ("assign", 4),
        ("note", 6),
        ("submit", close - 2),
        ("answer", close - 1),
    ]
    return Course(kind, "reception", [*steps, ("close", close)], weight, (720, 70))


def _waiting(kind: str, weight: int, ago: tuple[int, int]) -> Course:
    steps = ["classify", "accept", "assign", "note", "note", "note", "note"]
    return Course(kind, "reception", [(step, 0) for step in steps], weight, ago)


def _complaint(close: int, weight: int) -> Course:
    steps = [
        ("accept", 3),
        ("assign", 3),
        ("begin_verification", 5),
        ("answer", close - 2),
        ("send_decision", close - 1),
    ]
    return Course("complaint", "hotline", [*steps, ("disclose", close), ("close", close)], weight, (720, 100))


def _looked_into(kind: str, weight: int, ago: tuple[int, int]) -> Course:
    first = ["accept", "notify_accepted"] if kind == "denunciation" else ["classify", "accept"]
    steps = [*first, "assign", "begin_verification", "record_verification", "note", "note"]
    return Course(
        kind, "reception" if kind == "complaint" else "hotline", [(step, 0) for step in steps], weight, ago
    )


_LATE, _FRESH = (400, 70), (8, 1)
# Eight lines of history each, and three clocks on average.
COURSES = [
    _heard("feedback", 10, 26), _heard("feedback", 60, 8), _heard("recommendation", 12, 12), _heard("recommendation", 65, 4),
    _complaint(24, 12), _complaint(80, 4), _heard("opinion", 9, 5),
    _waiting("feedback", 7, _FRESH), _waiting("recommendation", 4, _FRESH), _looked_into("complaint", 4, _FRESH),
    _looked_into("denunciation", 2, _FRESH),
    _waiting("feedback", 4, _LATE), _waiting("recommendation", 3, _LATE), _looked_into("complaint", 4, _LATE),
    _looked_into("denunciation", 1, _LATE),
]  # fmt: skip


@dataclass
class Walk:
    """One course begun on one day, as rows: by table a list of the values of its columns."""

    weight: float
    received_at: datetime
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def main(path: str, days: int) -> None:
    from django.core.management import call_command

    with open("/dev/null", "w") as nowhere:
        for command in ("load_calendar", "load_rules", "load_subjects"):
            call_command(command, verbosity=0, stdout=nowhere)
        call_command("load_bodies", samples=True, minimums=True, verbosity=0, stdout=nowhere)
    _people()
    with open(path, "wb") as kept:
        pickle.dump(_walks(random.Random(2026), days=days), kept)


def _people() -> None:
    from bodies.kinds import BodyKind
    from bodies.models import Body, Membership, User

    bodies = Body.objects.filter(kind=BodyKind.UBND, valid_to=None) | Body.objects.filter(code=EMPTY)
    users = [
        User(username=f"{who}.{body.code}", full_name=f"Cán bộ {body.code} ({who})", password="!")
        for body in bodies
        for who in ROLES
    ]
    made = {user.username: user for user in User.objects.bulk_create(users)}
    Membership.objects.bulk_create(
        Membership(user=made[f"{who}.{body.code}"], body=body, role=role, valid_from=_SINCE)
        for body in bodies
        for who, role in ROLES.items()
    )
    watching = User.objects.create(username=f"monitor.{MONITOR}", full_name="Giám sát", password="!")
    front = Body.objects.get(code=MONITOR)
    Membership.objects.create(user=watching, body=front, role="monitor", valid_from=_SINCE)


def _walks(draw: random.Random, *, days: int) -> list[Walk]:
    from django.utils import timezone

    today = timezone.localdate()
    walks = []
    for course in COURSES:
        oldest, newest = course.ago
        ago = sorted(draw.sample(range(newest, oldest + 1), min(days, oldest - newest + 1)))
        walks += [_walk(course, today - timedelta(days=back), course.weight / len(ago)) for back in ago]
    return walks


def _walk(course: Course, day: date, weight: float) -> Walk:
    from django.db import transaction
    from django.utils import timezone

    from bodies.identity_facts import Identity
    from bodies.models import Area, Body, User
    from cases import tallies, workflow
    from cases.codes import Kind
    from cases.models import Case, CaseFact, Clock, Event, Subject
    from cases.steps import Actor
    from feedback import intake
    from feedback.models import Petition, Petitioner

    def on(days: int, hour: int) -> datetime:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), time(hour)))

    body = Body.objects.get(code=TYPICAL)
    people = {who: User.objects.get(username=f"{who}.{TYPICAL}") for who in ROLES}
    new = intake.NewPetition(
        kind=Kind(course.kind),
        channel=course.channel,
        received_by=body,
        received_at=on(0, 8),
        title="Đơn",
        content="Đơn",
        area=Area.objects.get(code="que"),
        subject=Subject.objects.get(code="land"),
        petitioners=[intake.NewPetitioner(identity=Identity(name="Nguyễn Văn An", address="Thị trấn Quế"))],
    )
    with transaction.atomic():
        case = intake.receive(new, by=Actor.staff(people["clerk"]), recorded_at=on(0, 8)).case
        for number, (name, after) in enumerate(course.moves):
            facts = _facts(name, case, people["handler"], day + timedelta(days=after))
            at = on(after, 9) + timedelta(minutes=20 * number)
            workflow.move(case, name, by=Actor.staff(people["head"]), recorded_at=at, facts=facts)
        tallies.recount([case.pk])
        rows = {
            model._meta.db_table: list(model.objects.filter(**{of: case.pk}).order_by("pk").values())
            for model, of in (
                (Case, "pk"),
                (Event, "case"),
                (Clock, "case"),
                (CaseFact, "case"),
                (Petition, "case"),
                (Petitioner, "petition__case"),
            )
        }
        transaction.set_rollback(True)
    return Walk(weight, new.received_at, rows)


def _facts(name: str, case: Any, person: Any, day: date) -> dict[str, Any]:
    from uuid import uuid4

    from cases.codes import results_of
    from cases.models import CaseFile
    from cases.steps import Document

    if name == "classify":
        return {"kind": case.kind}
    if name == "assign":
        return {"person": person}
    if name in {"note", "record_verification"}:
        return {"text": "Đã làm việc với các hộ dân và cơ quan liên quan, đang hoàn thiện hồ sơ."}
    if name == "submit":
        return {"draft": "Dự thảo trả lời"}
    if name in {"notify_accepted", "send_decision", "disclose"}:
        return {"day": day}
    if name == "answer":
        file = CaseFile.objects.create(
            id=uuid4(), case=case, name="a.pdf", content_type="application/pdf", size=1, sha256=b"x",
            path=uuid4().hex, uploaded_at=case.received_at,
        )  # fmt: skip
        paper = Document(number="15/QĐ-UBND", date=day, signer="Chủ tịch")
        result = sorted(results_of(case.kind, case.instance))[0]
        return {"result": result, "text": "Đã giải quyết", "document": paper, "files": [file]}
    return {}


if __name__ == "__main__":
    import django

    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
