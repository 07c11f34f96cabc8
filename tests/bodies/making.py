"""The least that a test of this room needs: places, bodies, people in them."""

from datetime import date

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, Membership, Post, Role, User
from bodies.models.body import Duty
from bodies.world import body_code


def make_area(*, code="thi-son", level=Level.COMMUNE, parent=None, **facts) -> Area:
    area = Area.objects.create(code=code, name=facts.pop("name", code), level=level, parent=parent, **facts)
    area.refresh_from_db()
    return area


def make_body(*, area, kind=BodyKind.UBND, superior=None, number=None, **facts) -> Body:
    code = body_code(area.code, kind, number)
    name = facts.pop("name", code)
    level = facts.pop("level", area.level)
    body = Body.objects.create(
        code=code, name=name, kind=kind, level=level, area=area, superior=superior, number=number, **facts
    )
    body.refresh_from_db()
    return body


def make_user(username="an", **facts) -> User:
    return User.objects.create(username=username, full_name=username, **facts)


def make_membership(
    *, user, body, role=Role.HANDLER, valid_from=date(2024, 1, 1), valid_to=None
) -> Membership:
    return Membership.objects.create(
        user=user, body=body, role=role, valid_from=valid_from, valid_to=valid_to
    )


def make_post(
    *, holder, body, duty=Duty.HEAD, title="chu_tich_ubnd", valid_from=date(2024, 1, 1), valid_to=None
) -> Post:
    return Post.objects.create(
        holder=holder, body=body, duty=duty, title=title, valid_from=valid_from, valid_to=valid_to
    )
