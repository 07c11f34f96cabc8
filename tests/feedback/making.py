"""The least that a test of this room needs: an office with its people, a place, a petition."""

from dataclasses import dataclass
from typing import Any

import time_machine
from django.db import transaction

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, User
from cases.codes import Kind
from cases.models import Subject
from cases.steps import Actor
from feedback import intake
from feedback.intake import NewPetition, NewPetitioner, Receipt
from tests.bodies.making import make_area, make_body, make_membership, make_user
from tests.cases.making import at


@dataclass
class Place:
    """A commune under a province: its people's committee, and who works there."""

    area: Area
    province: Body
    office: Body
    party: Body
    clerk: User
    handler: User
    head: User
    superior: User
    monitor: User


def make_place(*, code: str = "thi-son", name: str = "UBND xã Thi Sơn", remote: bool = False) -> Place:
    wide = Area.objects.filter(code="ha-nam").first() or make_area(code="ha-nam", level=Level.PROVINCE)
    area = make_area(code=code, parent=wide, remote=remote)
    province = Body.objects.filter(code="ha-nam-ubnd").first() or make_body(area=wide)
    office = make_body(area=area, superior=province, name=name)
    party = make_body(area=area, kind=BodyKind.DANG_UY_XA, name="Đảng ủy xã")
    front = make_body(area=area, kind=BodyKind.MTTQ, name="MTTQ xã")

    def member(who: str, role: str, body: Body) -> User:
        user = make_user(f"{who}-{code}")
        make_membership(user=user, body=body, role=role)
        return user

    return Place(
        area=area,
        province=province,
        office=office,
        party=party,
        clerk=member("tiep", "receptionist", office),
        handler=member("xu-ly", "handler", office),
        head=member("truong", "head", office),
        superior=member("cap-tren", "head", province),
        monitor=member("giam-sat", "monitor", front),
    )


def posted(place: Place, **facts: Any) -> dict[str, Any]:
    """The body of POST /petitions/ for a complaint at the desk."""
    return {
        "kind": "complaint",
        "channel": "reception",
        "received_by": place.office.code,
        "area": place.area.code,
        "title": "Thu hồi đất chưa bồi thường",
        "content": "Gia đình tôi bị thu hồi 120 m2 đất mà chưa nhận tiền bồi thường.",
        "petitioners": [an()],
    } | facts


def an(**facts: Any) -> dict[str, Any]:
    """Mr An, as a clerk types him."""
    return {
        "name": "Nguyễn Văn An",
        "id_number": "035085004567",
        "phone": "0912 345 678",
        "address": "Thôn Vồng, xã Thi Sơn",
    } | facts


def make_petition(
    place: Place, *, kind: str = "complaint", received: str = "2024-04-02", people: Any = None, **facts: Any
) -> Receipt:
    """A petition received the way every way in receives one."""
    from bodies.identity_facts import Identity

    given = [an()] if people is None else people
    new = NewPetition(
        kind=Kind(kind),
        channel=facts.pop("channel", "reception"),
        received_by=facts.pop("received_by", place.office),
        received_at=at(received),
        title=facts.pop("title", "Thu hồi đất chưa bồi thường"),
        area=facts.pop("area", place.area),
        petitioners=[NewPetitioner(identity=Identity(**each)) for each in given],
        **facts,
    )
    return intake.receive(new, by=Actor.staff(place.clerk), recorded_at=at(received, 10))


def apart(client: Any) -> Any:
    """The client with each request in a savepoint: a refusal takes back its own, as its transaction would."""
    ask = client.request

    def request(**asked: Any) -> Any:
        with transaction.atomic():
            answer = ask(**asked)
            if answer.status_code >= 400:
                transaction.set_rollback(True)
        return answer

    client.request = request
    return client


PUBLIC = "/api/v1/public/"


def track(citizen: Any, code: str) -> Any:
    return citizen.post(f"{PUBLIC}track/", {"tracking_code": code})


def told_on(citizen: Any, receipt: Receipt, day: str) -> Any:
    """What the holder of the code is told on a day."""
    with time_machine.travel(at(day, 12), tick=False):
        answer = track(citizen, receipt.tracking_code)
    assert answer.status_code == 200
    return answer.json()


def now_at(told: Any) -> list[str]:
    return [step["code"] for step in told["steps"] if step["is_now"]]


def done(told: Any) -> dict[str, str]:
    return {step["code"]: step["done_on"] for step in told["steps"] if step["done_on"]}


def subject(code: str = "land") -> Subject:
    return Subject.objects.get(code=code)
