"""The least that a test of the logs needs: a commune with its party committee, front and office, and who keeps them."""

from dataclasses import dataclass
from typing import Any

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, Post, User
from dialogues import attendances
from dialogues.models import Attendance
from tests.cases.making import at, day, make_area, make_body, make_user


@dataclass
class Commune:
    """One commune of a district, and a member of staff in each body."""

    area: Area
    party: Body
    office: Body
    front: Body
    secretary: User
    chair: User
    front_head: User


def make_commune(district: Area | None = None) -> Commune:
    area = make_area(parent=district or make_area(level=Level.DISTRICT))
    party = make_body(area=area, kind=BodyKind.DANG_UY_XA)
    office = make_body(area=area)
    front = make_body(area=area, kind=BodyKind.MTTQ)
    return Commune(
        area=area,
        party=party,
        office=office,
        front=front,
        secretary=make_user(("head", party)),
        chair=make_user(("head", office)),
        front_head=make_user(("head", front)),
    )


def make_member(committee: Body, *, since: str = "2020-01-01", until: str | None = None) -> User:
    """A member of a party committee, by their post."""
    user = make_user()
    Post.objects.create(
        body=committee,
        duty="member",
        title="cap_uy_vien",
        holder=user,
        valid_from=day(since),
        valid_to=day(until) if until else None,
    )
    return user


def attended(commune: Commune, member: User, on: str, **facts: Any) -> Attendance:
    row = Attendance(
        committee=commune.party,
        member=member,
        kind=facts.pop("kind", "cell"),
        day=day(on),
        area=facts.pop("area", commune.area),
        attended=facts.pop("attended", "Chi bộ thôn Vồng"),
    )
    by = facts.pop("by", commune.secretary)
    return attendances.record(row, by=by, at=at(facts.pop("written", on), 20))
