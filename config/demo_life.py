"""One year of a commune or a district in the demo, act by act in the order of its days, each through the product's function.

A dialogue with its questions and conclusions, petitions and how they end; what is written into the logs is in
config.demo_logs. Most is done in time; some is late, as the draw has it.
"""

import io
import random
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from bodies.identity_facts import Identity
from bodies.later import Later
from bodies.models import Body, User
from cases import escalation, files, workflow
from cases.codes import Kind
from cases.conclusions import Promise
from cases.models import Case, Subject
from cases.steps import Actor, Document
from config.demo_logs import keep_logs
from config.demo_people import Act, Days, Place, working
from dialogues import concluding, questions
from dialogues import workflow as dialogue_workflow
from dialogues.codes import Brought
from dialogues.duties import files_named
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue
from dialogues.questions import Away, NewQuestion
from feedback import intake

pikepdf = Later("pikepdf")

TOPICS = [
    ("environment", "Rác thải và nước thải chăn nuôi trong khu dân cư"),
    ("transport", "Nâng cấp đường liên thôn, nhiều đoạn hư hỏng"),
    ("compensation", "Bồi thường, giải phóng mặt bằng làm đường gom"),
    ("water_power", "Nước sinh hoạt yếu vào mùa khô"),
    ("poverty", "Xét hộ nghèo, hộ cận nghèo chưa công khai"),
]
KINDS = [Kind.FEEDBACK, Kind.FEEDBACK, Kind.RECOMMENDATION, Kind.COMPLAINT]


def live_through(place: Place, year: int, *, draw: random.Random, holds: bool) -> None:
    """The whole year of a place; `holds`: whether dialogues are held in it."""
    days = Days(draw)

    def follow(case: Case, at: datetime) -> None:
        """What was agreed or recommended is done before its day."""
        _ends(case, case.body, place, days, at, late=False, until=case.due_on)

    keep_logs(place, year, days, follow)
    if holds:
        _dialogue(place, year, days)
    for _number in range(draw.randint(2, 4) if place.is_commune else 0):
        _petition(place, year, days)
    days.run()


# --- A dialogue -------------------------------------------------------------------------------------------------------------


def _dialogue(place: Place, year: int, days: Days) -> None:
    """Planned in January, held in spring or autumn by the secretary and the chairman together, published after a week."""
    month = days.draw.choice([3, 4, 5, 8, 9, 10])
    held = working(date(year, month, days.draw.randint(5, 22)), 8, 30)
    host, other = place.party, place.office
    head, topic = place.head(host), days.draw.choice(TOPICS)
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
            area=place.area,
            subject=subject,
            year=year,
            quarter=(month + 2) // 3,
            joint_hosts=(other,),
        )
        made.append(dialogue_workflow.plan(new, by=head, recorded_at=at))

    def announce(at: datetime) -> None:
        move("schedule", at, starts_at=held, place="Nhà văn hóa trung tâm")
        move("announce", at, announcement=topic[1], how_to_attend="Mời Nhân dân đến dự và nêu ý kiến")

    def hold(at: datetime) -> None:
        asked = [_ask(made[0], text, head, at) for text in _texts(topic[1])]
        present = days.draw.randint(45, 160)
        move("hold", at, chaired_by=head, present_count=present, heads_present=[other], party_invited=True)
        questions.answer(asked[0], "Đã tiếp thu và giải thích.", answered_by=host, by=head, at=at)
        away = Away(kind=Kind.RECOMMENDATION, body=other, subject=subject, is_other=True)
        taken = questions.take_away(asked[1], away, by=head, at=at)
        _goes_on(taken, other, place, days, at)
        for text in (
            "Hoàn thành việc đã hứa với Nhân dân và báo cáo kết quả",
            "Công khai kết quả tại nhà văn hóa thôn",
        ):
            until = timezone.localdate(at) + timedelta(days=days.draw.choice([30, 45, 60]))
            promise = Promise(
                text=f"{text}: {topic[1].lower()}", body=other, due_on=until, proof="Báo cáo, ảnh"
            )
            case = concluding.conclude(made[0], promise, by=head, at=at).case
            _ends(case, other, place, days, at, late=days.happens(0.12), until=until)

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
    slow = 14 if days.happens(0.1) else 7
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


def _petition(place: Place, year: int, days: Days) -> None:
    body, topic = place.office, days.draw.choice(TOPICS)
    clerk, kind = place.head(body), days.draw.choice(KINDS)
    who = Identity(name="Nguyễn Văn Mẫu", address=place.area.name)
    came = working(date(year, 1, 4) + timedelta(days=days.draw.randint(0, 290)), 9)
    flags = frozenset({"complex"} if days.happens(0.08) else {"group"} if days.happens(0.08) else ())

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
            area=place.area,
            subject=Subject.objects.get(code=topic[0]),
            petitioners=[intake.NewPetitioner(identity=who)],
            people_count=12 if "group" in flags else 1,
            flags=flags,
        )
        case = intake.receive(new, by=Actor.staff(clerk), recorded_at=at).case
        _goes_on(case, body, place, days, at)
        if "complex" in flags and days.happens(0.8):
            days.on(working(timezone.localdate(at) + timedelta(days=1), 8), _direct(case, place))

    days.on(came, receive)


def _direct(case: Case, place: Place) -> Act:
    """The secretary takes a complex matter in hand."""
    by, facts = Actor.staff(place.head(place.office)), {"standing_member": place.head(place.party)}

    def act(at: datetime) -> None:
        case.refresh_from_db()
        workflow.move(case, "direct", by=by, recorded_at=at, reason="Vụ việc phức tạp", facts=facts)

    return act


def _goes_on(case: Case, body: Body, place: Place, days: Days, came: datetime) -> None:
    """Accepted three days after it came, and some time later answered."""
    by, accepted = Actor.staff(place.head(body)), working(timezone.localdate(came) + timedelta(days=3), 10)
    days.on(accepted, lambda at: workflow.move(case, "accept", by=by, recorded_at=at))
    _ends(case, body, place, days, accepted, late=days.happens(0.13))


def _ends(
    case: Case,
    body: Body,
    place: Place,
    days: Days,
    begun: datetime,
    *,
    late: bool,
    until: date | None = None,
) -> None:
    """Answered with proof and closed: within two weeks (or before the day named), or weeks after its day."""
    head = Actor.staff(place.head(body))
    last = until or timezone.localdate(begun) + timedelta(days=20 if late else 12)
    wait = days.draw.randint(40, 60) if late else -days.draw.randint(1, 6)

    def end(at: datetime) -> None:
        if late:
            escalation.raise_overdue(at - timedelta(hours=1), lasts=None)
        case.refresh_from_db()
        paper = Document(f"{case.pk % 900 + 1}/BC", timezone.localdate(at), "Người đứng đầu")
        proof = files.receive(case, _pdf(), by=place.head(body), at=at)
        result = {Kind.CONCLUSION: "done", Kind.SUPERVISION: "done", Kind.COMPLAINT: "partly_right"}.get(
            Kind(case.kind), "met"
        )
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
