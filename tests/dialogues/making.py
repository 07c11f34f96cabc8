"""The least that a test of this room needs: a host with its people, and a dialogue as it would have come about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, User
from dialogues.models import Dialogue
from tests.cases.making import at, make_area, make_body, make_user


@dataclass(frozen=True)
class Host:
    """A commune's people's committee that hosts, and who works where."""

    area: Area
    body: Body
    party: Body
    front: Body
    province: Body
    head: User
    handler: User
    clerk: User
    superior: User
    monitor: User


def make_host() -> Host:
    wide = make_area(level=Level.PROVINCE)
    area = make_area(parent=wide)
    province = make_body(area=wide, level=Level.PROVINCE)
    body = make_body(area=area, superior=province)
    front = make_body(area=area, kind=BodyKind.MTTQ)
    return Host(
        area=area,
        body=body,
        party=make_body(area=area, kind=BodyKind.DANG_UY_XA),
        front=front,
        province=province,
        head=make_user(("head", body)),
        handler=make_user(("handler", body)),
        clerk=make_user(("receptionist", body)),
        superior=make_user(("head", province)),
        monitor=make_user(("monitor", front)),
    )


def make_row(host: Host, **facts: Any) -> Dialogue:
    """A dialogue as a bare row, for questions about many: no history, no duties."""
    year = facts.get("planned_year") or 2026
    number = Dialogue.objects.filter(host=host.body, year=year).count() + 1
    stage = facts.get("stage", "planned")
    was_held = stage in {"held", "minutes_drafted", "open_for_comments", "signed", "published"}
    on: date | None = facts.pop("held_on", at("2026-03-20").date()) if was_held else None
    given = {
        "code": f"{year}-{host.body.code}-dt-{number:03d}",
        "host": host.body,
        "year": year,
        "number": number,
        "title": "Đối thoại với Nhân dân về đất đai",
        "kind": "periodic",
        "participants": "residents",
        "area": host.area,
        "created_by": host.head,
        "created_at": at("2026-01-05"),
        "held_on": on,
        **({"chair": "head", "chaired_by": host.head, "present_count": 80} if was_held else {}),
        **({"cancelled_on": at("2026-03-01").date()} if stage == "cancelled" else {}),
    }
    return Dialogue.objects.create(**(given | facts))
