"""Who acts in the demo's two years: the bodies of a commune or a district, who heads them, who sits on the committee."""

import heapq
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, Membership, Post, User
from bodies.working_days import current_calendar

SINCE = date(2020, 1, 1)
# Whose posts count: the title of the head of each kind of body.
TITLES = {
    BodyKind.DANG_UY_XA: "bi_thu",
    BodyKind.HUYEN_UY: "bi_thu",
    BodyKind.UBND: "chu_tich_ubnd",
    BodyKind.MTTQ: "chu_tich_mttq",
    BodyKind.KHOI_DAN_VAN: "truong_khoi_dan_van",
    BodyKind.DOAN_THE: "truong_doan_the",
}
# How many heads of organisations sit on the committee of their area.
_UNIONS_ON_COMMITTEE = 2
Act = Callable[[datetime], object]


@dataclass(frozen=True)
class Place:
    """The bodies of one commune or district that act in the demo, who heads each, who sits on the party committee."""

    area: Area
    of: dict[str, Body]
    unions: tuple[Body, ...]
    heads: dict[int, User]
    members: tuple[User, ...]
    # Where its members go to meetings of cells: itself, or the communes of a district.
    grounds: tuple[Area, ...]

    def head(self, body: Body) -> User:
        return self.heads[body.pk]

    @property
    def is_commune(self) -> bool:
        return self.area.level == Level.COMMUNE

    @property
    def party(self) -> Body:
        return self.of[BodyKind.DANG_UY_XA if self.is_commune else BodyKind.HUYEN_UY]

    @property
    def office(self) -> Body:
        return self.of[BodyKind.UBND]

    @property
    def front(self) -> tuple[Body, ...]:
        return (self.of[BodyKind.MTTQ], *self.unions)


@dataclass
class Days:
    """The acts that are still to come, the earliest first."""

    draw: random.Random
    waiting: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)

    def on(self, at: datetime, act: Act) -> None:
        heapq.heappush(self.waiting, (at, next(self._number), act))

    def run(self) -> None:
        while self.waiting:
            at, _number, act = heapq.heappop(self.waiting)
            act(at)

    def happens(self, likely: float) -> bool:
        return self.draw.random() < likely


def drawn(name: str) -> random.Random:
    """A draw of its own for each thing that is drawn: every demo has the same two years."""
    return random.Random(name)  # noqa: S311


def working(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """An instant on the day, or on the next one that is worked."""
    calendar = current_calendar()
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def give_heads(codes: Iterable[str]) -> None:
    """Somebody for every body of these areas that acts: one person who heads it and works at its desk."""
    rows = Body.objects.filter(area__code__in=list(codes), kind__in=list(TITLES)).order_by("pk")
    without = [body for body in rows if not Post.objects.heads_of([body.pk], on=SINCE).exists()]
    users = User.objects.bulk_create(
        User(
            username=f"dau.{body.code}"[:60],
            full_name=f"Người đứng đầu {body.name}"[:120],
            password=make_password(None),
        )
        for body in without
    )
    pairs = list(zip(without, users, strict=True))
    Post.objects.bulk_create(
        Post(body=body, duty="head", title=TITLES[BodyKind(body.kind)], holder=user, valid_from=SINCE)
        for body, user in pairs
    )
    Membership.objects.bulk_create(
        Membership(user=user, body=body, role=role, valid_from=SINCE)
        for body, user in pairs
        for role in ("head", "receptionist", "handler")
    )


def give_members(codes: Iterable[str]) -> None:
    """On each committee, beside its secretary: the chairman, the head of the Front and those of two organisations."""
    for code in codes:
        place = place_of(code)
        sitting = [place.office, *place.front[: 1 + _UNIONS_ON_COMMITTEE]]
        Post.objects.bulk_create(
            Post(
                body=place.party,
                duty="member",
                title="cap_uy_vien",
                holder=place.head(body),
                valid_from=SINCE,
            )
            for body in sitting
            if place.head(body) not in place.members
        )


def place_of(code: str) -> Place:
    area = Area.objects.get(code=code)
    rows = Body.objects.select_related("area").filter(area=area, kind__in=list(TITLES)).order_by("code")
    posts = Post.objects.filter(body__in=rows).select_related("holder", "body").order_by("-pk")
    communes = Area.objects.filter(parent=area, level=Level.COMMUNE).order_by("code")
    return Place(
        area=area,
        of={body.kind: body for body in rows if body.kind != BodyKind.DOAN_THE},
        unions=tuple(body for body in rows if body.kind == BodyKind.DOAN_THE),
        heads={post.body_id: post.holder for post in posts if post.duty == "head"},
        members=tuple(post.holder for post in posts if _sits(post)),
        grounds=tuple(communes) or (area,),
    )


def _sits(post: Post) -> bool:
    """On the party committee; whether as its secretary, a standing member or a member."""
    return post.body.kind in {BodyKind.DANG_UY_XA, BodyKind.HUYEN_UY}
