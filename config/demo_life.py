"""One commune's year in the demo, act by act in the order of its days, each through the product's own function.

Reception days, briefings, supervision, a dialogue with its questions and conclusions, petitions and how they end. Most is
done in time; some is late, some is delegated, some is missed, as the draw has it.
"""

import heapq
import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bodies.identity_facts import Identity
from bodies.kinds import BodyKind
from bodies.later import Later
from bodies.models import Area, Body, Membership, Post, User
from bodies.working_days import current_calendar
from cases import escalation, files, workflow
from cases.codes import Kind
from cases.conclusions import Promise
from cases.models import Case, Subject
from cases.steps import Actor, Document
from dialogues import concluding, meetings, questions, supervisions
from dialogues import workflow as dialogue_workflow
from dialogues.codes import Brought
from dialogues.duties import files_named
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue, Meeting, Supervision
from dialogues.questions import Away, NewQuestion
from feedback import intake, receptions
from feedback.models import Reception

pikepdf = Later("pikepdf")

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
TOPICS = [
    ("environment", "Rác thải và nước thải chăn nuôi trong khu dân cư"),
    ("transport", "Nâng cấp đường liên thôn, nhiều đoạn hư hỏng"),
    ("compensation", "Bồi thường, giải phóng mặt bằng làm đường gom"),
    ("water_power", "Nước sinh hoạt yếu vào mùa khô"),
    ("poverty", "Xét hộ nghèo, hộ cận nghèo chưa công khai"),
]
KINDS = [Kind.FEEDBACK, Kind.FEEDBACK, Kind.RECOMMENDATION, Kind.COMPLAINT]


@dataclass(frozen=True)
class Commune:
    """The bodies of one commune that act in the demo, and who heads each."""

    area: Area
    of: dict[str, Body]
    unions: tuple[Body, ...]
    heads: dict[int, User]

    def head(self, body: Body) -> User:
        return self.heads[body.pk]


@dataclass
class _Days:
    """The acts that are still to come, the earliest first."""

    draw: random.Random
    waiting: list[tuple[datetime, int, Callable[[datetime], object]]] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)

    def on(self, at: datetime, act: Callable[[datetime], object]) -> None:
        heapq.heappush(self.waiting, (at, next(self._number), act))

    def run(self) -> None:
        while self.waiting:
            at, _number, act = heapq.heappop(self.waiting)
            act(at)


def drawn(name: str) -> random.Random:
    """A draw of its own for each thing that is drawn: every demo has the same two years."""
    return random.Random(name)  # noqa: S311


def give_heads(codes: Iterable[str]) -> None:
    """Somebody for every body of these communes that acts: one person who heads it and works at its desk."""
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


def commune_of(code: str) -> Commune:
    area = Area.objects.get(code=code)
    rows = Body.objects.select_related("area").filter(area=area, kind__in=list(TITLES)).order_by("code")
    posts = Post.objects.filter(body__in=rows, duty="head").select_related("holder").order_by("-pk")
    return Commune(
        area=area,
        of={body.kind: body for body in rows if body.kind != BodyKind.DOAN_THE},
        unions=tuple(body for body in rows if body.kind == BodyKind.DOAN_THE),
        heads={post.body_id: post.holder for post in posts if post.holder},
    )


def live_through(commune: Commune, year: int, *, draw: random.Random, holds: bool) -> None:
    """The whole year of a commune; `holds`: whether dialogues are held in it."""
    days = _Days(draw)
    _receptions(commune, year, days)
    _briefings(commune, year, days)
    _sessions(commune, year, days)
    if holds:
        _dialogue(commune, year, days)
    for _number in range(draw.randint(2, 4)):
        _petition(commune, year, days)
    days.run()


def working(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """An instant on the day, or on the next one that is worked."""
    calendar = current_calendar()
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


# --- Logs -----------------------------------------------------------------------------------------------------------------


def _receptions(commune: Commune, year: int, days: _Days) -> None:
    """The secretary once a month, the chairman twice; the idle ones miss some, the busy ones send a deputy now and then."""
    diligence = days.draw.choice([1.0, 1.0, 1.0, 0.97, 0.8])
    for kind, on in ((BodyKind.DANG_UY_XA, (10,)), (BodyKind.UBND, (5, 20))):
        for month in range(1, 13):
            for day in on:
                if days.draw.random() < diligence:
                    reason = "Đi họp huyện" if days.draw.random() < 0.04 else ""
                    days.on(working(date(year, month, day), 16), _receive(commune.of[kind], commune, reason))


def _receive(body: Body, commune: Commune, reason: str) -> Callable[[datetime], object]:
    head = commune.head(body)

    def act(at: datetime) -> None:
        day = timezone.localdate(at)
        row = Reception(host=body, day=day, kind="periodic", received_by=head, delegate_reason=reason)
        receptions.record(row, by=head, at=at)

    return act


def _briefings(commune: Commune, year: int, days: _Days) -> None:
    for kind, months in ((BodyKind.DANG_UY_XA, (3, 6, 9, 12)), (BodyKind.KHOI_DAN_VAN, range(1, 13))):
        for month in months:
            if days.draw.random() < 0.93:
                rhythm = "quarterly" if kind == BodyKind.DANG_UY_XA else "monthly"
                days.on(working(date(year, month, 22), 10), _brief(commune.of[kind], commune, rhythm))


def _brief(body: Body, commune: Commune, rhythm: str) -> Callable[[datetime], object]:
    def act(at: datetime) -> None:
        row = Meeting(
            host=body,
            chaired_by=body,
            kind="briefing",
            rhythm=rhythm,
            day=timezone.localdate(at),
            title="Giao ban công tác dân vận",
        )
        meetings.record(row, by=commune.head(body), at=at)

    return act


def _sessions(commune: Commune, year: int, days: _Days) -> None:
    """The Front and each organisation: a supervision and a conference of criticism, most of them."""
    for body in (commune.of[BodyKind.MTTQ], *commune.unions):
        for kind, month in (("supervision", 5), ("criticism", 10)):
            if days.draw.random() < 0.9:
                day = date(year, month, days.draw.randint(1, 25))
                days.on(working(day, 14), _session(body, kind, commune))


def _session(body: Body, kind: str, commune: Commune) -> Callable[[datetime], object]:
    def act(at: datetime) -> None:
        row = Supervision(
            kind=kind,
            form="conference" if kind == "criticism" else "visit",
            chair=body,
            day=timezone.localdate(at),
            title="Thực hiện quy chế dân chủ ở cơ sở",
        )
        supervisions.record(row, by=commune.head(body), at=at)

    return act


# --- A dialogue -------------------------------------------------------------------------------------------------------------


def _dialogue(commune: Commune, year: int, days: _Days) -> None:
    """Planned in January, held in spring or autumn by the secretary and the chairman together, published after a week."""
    month = days.draw.choice([3, 4, 5, 8, 9, 10])
    held = working(date(year, month, days.draw.randint(5, 22)), 8, 30)
    host, other = commune.of[BodyKind.DANG_UY_XA], commune.of[BodyKind.UBND]
    head, topic = commune.head(host), days.draw.choice(TOPICS)
    subject = Subject.objects.get(code=topic[0])
    made: list[Dialogue] = []

    def move(name: str, at: datetime, **facts: object) -> None:
        dialogue_workflow.move(made[0], name, by=head, recorded_at=at, facts=facts)

    def plan(at: datetime) -> None:
        new = NewDialogue(
            host=host,
            title=f"Đối thoại với Nhân dân: {topic[1].lower()}",
            kind="periodic",
            participants="residents",
            area=commune.area,
            subject=subject,
            year=year,
            quarter=(month + 2) // 3,
            joint_hosts=(other,),
        )
        made.append(dialogue_workflow.plan(new, by=head, recorded_at=at))

    def announce(at: datetime) -> None:
        move("schedule", at, starts_at=held, place="Nhà văn hóa xã")
        move("announce", at, announcement=topic[1], how_to_attend="Mời Nhân dân đến dự và nêu ý kiến")

    def hold(at: datetime) -> None:
        asked = [_ask(made[0], text, head, at) for text in _texts(topic[1])]
        present = days.draw.randint(45, 160)
        move("hold", at, chaired_by=head, present_count=present, heads_present=[other], party_invited=True)
        questions.answer(asked[0], "Đã tiếp thu và giải thích.", answered_by=host, by=head, at=at)
        away = Away(kind=Kind.RECOMMENDATION, body=other, subject=subject, is_other=True)
        taken = questions.take_away(asked[1], away, by=head, at=at)
        _goes_on(taken, other, commune, days, at)
        for text in (
            "Hoàn thành việc đã hứa với Nhân dân và báo cáo kết quả",
            "Công khai kết quả tại nhà văn hóa thôn",
        ):
            until = timezone.localdate(at) + timedelta(days=days.draw.choice([30, 45, 60]))
            promise = Promise(
                text=f"{text}: {topic[1].lower()}", body=other, due_on=until, proof="Báo cáo, ảnh"
            )
            case = concluding.conclude(made[0], promise, by=head, at=at).case
            _ends(case, other, commune, days, at, late=days.draw.random() < 0.12, until=until)

    def sign(at: datetime) -> None:
        move("draft_minutes", at, text=f"Biên bản đối thoại: {topic[1]}")
        move("open_comments", at)
        paper = Document("01-BB/ĐU", timezone.localdate(at), "Bí thư")
        case = Case.objects.get(pk=Dialogue.objects.get(pk=made[0].pk).duties_id)
        proof = files.receive(case, _pdf(), by=head, at=at)
        row = Dialogue.objects.get(pk=made[0].pk)
        move("sign", at, document=paper, files=files_named(row, [proof.pk]))

    def publish(at: datetime) -> None:
        move("publish", at, results=f"Kết quả đối thoại: {topic[1]}")

    after = timezone.localdate(held)
    slow = 14 if days.draw.random() < 0.1 else 7
    days.on(working(date(year, 1, 8), 9), plan)
    days.on(working(after - timedelta(days=15), 9), announce)
    days.on(held + timedelta(hours=3), hold)
    days.on(working(after + timedelta(days=4), 9), sign)
    days.on(working(after + timedelta(days=slow), 15), publish)


def _texts(topic: str) -> tuple[str, str]:
    return f"{topic}: khi nào được giải quyết?", f"Đề nghị chính quyền xem xét việc sau: {topic.lower()}"


def _ask(dialogue: Dialogue, text: str, by: User, at: datetime) -> questions.Question:
    return questions.ask(dialogue, NewQuestion(text=text, brought=Brought.IN_ROOM), by=by, at=at)


# --- Petitions, and how cases end ---------------------------------------------------------------------------------------


def _petition(commune: Commune, year: int, days: _Days) -> None:
    body, topic = commune.of[BodyKind.UBND], days.draw.choice(TOPICS)
    clerk, kind = commune.head(body), days.draw.choice(KINDS)
    who = Identity(name="Nguyễn Văn Mẫu", address=commune.area.name)
    came = working(date(year, 1, 4) + timedelta(days=days.draw.randint(0, 290)), 9)

    def receive(at: datetime) -> None:
        new = intake.NewPetition(
            kind=kind,
            channel=days.draw.choice(["reception", "hotline", "zalo_group"])
            if kind != Kind.COMPLAINT
            else "reception",
            title=topic[1],
            content=f"{topic[1]}, đề nghị Ủy ban nhân dân xem xét, trả lời.",
            received_at=at,
            received_by=body,
            area=commune.area,
            subject=Subject.objects.get(code=topic[0]),
            petitioners=[intake.NewPetitioner(identity=who)],
        )
        case = intake.receive(new, by=Actor.staff(clerk), recorded_at=at).case
        _goes_on(case, body, commune, days, at)

    days.on(came, receive)


def _goes_on(case: Case, body: Body, commune: Commune, days: _Days, came: datetime) -> None:
    """Accepted three days after it came, and some time later answered."""
    by, accepted = Actor.staff(commune.head(body)), working(timezone.localdate(came) + timedelta(days=3), 10)
    days.on(accepted, lambda at: workflow.move(case, "accept", by=by, recorded_at=at))
    _ends(case, body, commune, days, accepted, late=days.draw.random() < 0.13)


def _ends(
    case: Case,
    body: Body,
    commune: Commune,
    days: _Days,
    begun: datetime,
    *,
    late: bool,
    until: date | None = None,
) -> None:
    """Answered with proof and closed: within two weeks (or before the day named), or weeks after its day."""
    head = Actor.staff(commune.head(body))
    last = until or timezone.localdate(begun) + timedelta(days=20 if late else 12)
    wait = days.draw.randint(40, 60) if late else -days.draw.randint(1, 6)

    def end(at: datetime) -> None:
        if late:
            escalation.raise_overdue(at - timedelta(hours=1), lasts=None)
        case.refresh_from_db()
        paper = Document(f"{case.pk % 900 + 1}/BC", timezone.localdate(at), "Người đứng đầu")
        proof = files.receive(case, _pdf(), by=commune.head(body), at=at)
        result = {Kind.CONCLUSION: "done", Kind.COMPLAINT: "partly_right"}.get(Kind(case.kind), "met")
        facts = {"result": result, "text": "Đã giải quyết xong.", "document": paper, "files": [proof]}
        workflow.move(case, "answer", by=head, recorded_at=at, facts=facts)
        if case.kind == Kind.COMPLAINT:
            for name in ("send_decision", "disclose"):
                workflow.move(case, name, by=head, recorded_at=at, facts={"day": timezone.localdate(at)})
        workflow.move(case, "close", by=head, recorded_at=at)

    days.on(max(working(last + timedelta(days=wait), 15), begun + timedelta(hours=1)), end)


@lru_cache(maxsize=1)
def _pdf() -> bytes:
    """A page of proof: what the demo puts to every answer."""
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(buffer)
    return buffer.getvalue()
