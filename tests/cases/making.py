"""The least that a case needs, and a cast of people who each play one part in it."""

import uuid
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, Membership, Post, User
from cases import opening, workflow
from cases.codes import Kind
from cases.models import Case, CaseFile, Event
from cases.steps import Actor, Document

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
_numbers = count(1)


def at(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of a local day."""
    d = date.fromisoformat(day)
    return datetime(d.year, d.month, d.day, hour, minute, tzinfo=HCM)


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_area(*, parent: Area | None = None, level: str = Level.COMMUNE, remote: bool = False) -> Area:
    n = next(_numbers)
    area = Area.objects.create(code=f"noi-{n}", name=f"Xã {n}", level=level, parent=parent, remote=remote)
    area.refresh_from_db()
    return area


def make_body(
    *,
    kind: str = BodyKind.UBND,
    superior: Body | None = None,
    area: Area | None = None,
    level: str = Level.COMMUNE,
) -> Body:
    n = next(_numbers)
    body = Body.objects.create(
        code=f"co-quan-{n}",
        name=f"UBND xã {n}",
        kind=kind,
        level=level,
        area=area or make_area(),
        superior=superior,
    )
    body.refresh_from_db()
    return body


def make_user(*memberships: tuple[str, Body], name: str = "") -> User:
    n = next(_numbers)
    user = User.objects.create_user(f"can-bo-{n}", full_name=name or f"Cán bộ {n}")
    for role, body in memberships:
        Membership.objects.create(user=user, body=body, role=role, valid_from=date(2010, 1, 1))
    return user


def make_standing_member(body: Body) -> User:
    user = make_user()
    Post.objects.create(
        body=body,
        duty="standing_member",
        title="thuong_truc_cap_uy",
        holder=user,
        valid_from=date(2010, 1, 1),
    )
    return user


def make_case(
    body: Body | None = None,
    *,
    kind: str = Kind.COMPLAINT,
    received: str = "2024-04-02",
    by: Actor | None = None,
    **facts: Any,
) -> Case:
    """A case opened the way every room opens one."""
    body = body or make_body()
    new = opening.NewCase(
        kind=Kind(kind),
        received_by=facts.pop("received_by", body),
        body=facts.pop("held_by", None),
        channel=facts.pop("channel", "hotline"),
        title=facts.pop("title", "Đường thôn bị hỏng"),
        received_at=at(received),
        **facts,
    )
    return opening.open_case(
        new, by=by or Actor.staff(make_user(("receptionist", body))), recorded_at=at(received, 10)
    )


def make_file(case: Case) -> CaseFile:
    pk = uuid.uuid4()
    return CaseFile.objects.create(
        id=pk,
        case=case,
        name="f.pdf",
        content_type="application/pdf",
        size=1,
        sha256=b"x",
        path=pk.hex,
        uploaded_at=at("2024-01-01"),
    )


def paper(day_: str, number: str = "15/QĐ-UBND") -> Document:
    return Document(number=number, date=day(day_), signer="Chủ tịch")


def head_of(body: Body) -> Actor:
    member = Membership.objects.filter(body=body, role="head").select_related("user").first()
    return Actor.staff(member.user if member else make_user(("head", body)))


def do(
    case: Case,
    name: str,
    on: str,
    *,
    by: Actor | None = None,
    reason: str = "vì cần",
    hour: int = 14,
    **facts: Any,
) -> Event:
    """One move on a local day by the head of the body that holds the case, unless somebody else is named."""
    case.refresh_from_db()
    needs_reason = workflow.MOVES[name].needs_reason
    return workflow.move(
        case,
        name,
        by=by or head_of(case.body),
        recorded_at=at(on, hour),
        reason=reason if needs_reason else "",
        facts=facts,
    )


def answered(case: Case, on: str, result: str = "right") -> Event:
    return do(
        case, "answer", on, result=result, text="Đã giải quyết", document=paper(on), files=[make_file(case)]
    )


def due_days(case: Case) -> dict[str, str]:
    return {clock.rule: str(clock.due_on) for clock in case.clocks.all()}
