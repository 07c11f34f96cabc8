"""The least that a test of this room needs: a host with its people, and a dialogue as it would have come about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bodies.identity_facts import Identity
from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, User
from cases.conclusions import Promise
from cases.models import Case
from dialogues import concluding, minutes, questions, workflow
from dialogues.codes import Brought
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue, DialogueEvent
from dialogues.questions import NewQuestion
from tests.cases.making import at, make_area, make_body, make_file, make_user, paper


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


def make_plan(host: Host, *, on: str = "2026-01-05", **facts: Any) -> Dialogue:
    """A line of the yearly plan, written the way the product writes it."""
    given = {
        "host": host.body,
        "title": "Đối thoại với Nhân dân về đất đai",
        "kind": "periodic",
        "participants": "residents",
        "area": host.area,
        "year": 2026,
        "quarter": 1,
    }
    return workflow.plan(NewDialogue(**(given | facts)), by=host.handler, recorded_at=at(on))


def do(
    dialogue: Dialogue,
    host: Host,
    name: str,
    on: str,
    *,
    by: User | None = None,
    hour: int = 14,
    **facts: Any,
) -> DialogueEvent:
    """One move on a local day by the head of the host, unless somebody else is named."""
    dialogue.refresh_from_db()
    needs_reason = workflow.MOVES[name].needs_reason
    event = workflow.move(
        dialogue,
        name,
        by=by or host.head,
        recorded_at=at(on, hour),
        reason="vì cần" if needs_reason else "",
        facts=facts_for(name, dialogue, host, on) | facts,
    )
    dialogue.refresh_from_db()
    return event


def facts_for(name: str, dialogue: Dialogue, host: Host, on: str) -> dict[str, Any]:
    """The least that a move needs."""
    return {
        "schedule": lambda: {"starts_at": at("2026-03-20", 8), "place": "Hội trường UBND xã"},
        "announce": lambda: {"announcement": "Mời bà con dự đối thoại", "how_to_attend": "Đến trực tiếp"},
        "hold": lambda: {"chaired_by": host.head, "present_count": 85},
        "draft_minutes": lambda: {"text": "Biên bản hội nghị đối thoại"},
        "sign": lambda: {
            "document": paper(on),
            "files": [make_file(dialogue.duties)] if dialogue.duties else [],
            "no_conclusions": True,
        },
        "publish": lambda: {"results": "Kết quả đối thoại"},
        "correct": lambda: {"fields": {"title": "Đối thoại về môi trường"}},
    }.get(name, dict)()


def duties_of(dialogue: Dialogue) -> Case:
    assert dialogue.duties_id is not None
    return Case.objects.get(pk=dialogue.duties_id)


# The way of a dialogue: each stage with the moves and days that lead there.
WAY = [
    ("schedule", "2026-02-20"),
    ("announce", "2026-03-10"),
    ("hold", "2026-03-20"),
    ("draft_minutes", "2026-03-21"),
    ("open_comments", "2026-03-22"),
    ("sign", "2026-03-25"),
    ("publish", "2026-03-27"),
]


def brought_to(host: Host, stage: str, **plan: Any) -> Dialogue:
    """A dialogue that came to this stage the lawful way."""
    dialogue = make_plan(host, **plan)
    if stage == "cancelled":
        do(dialogue, host, "cancel", "2026-02-01")
        return dialogue
    if stage == "postponed":
        do(dialogue, host, "schedule", "2026-02-20")
        do(dialogue, host, "postpone", "2026-02-21")
        return dialogue
    for name, on in WAY:
        if dialogue.stage == stage:
            break
        do(dialogue, host, name, on)
    assert dialogue.stage == stage
    return dialogue


def host_of(place: Any, head: User) -> Host:
    """The office of another making as a host; one person who may do everything there."""
    office = place.office
    return Host(
        area=place.area, body=office, party=place.party, front=place.party,
        province=place.province, head=head, handler=head, clerk=head, superior=place.superior, monitor=place.monitor,
    )  # fmt: skip


def with_everything(host: Host) -> Dialogue:
    """Open for comments, with a question, a conclusion and a comment."""
    dialogue = brought_to(host, "held")
    asked = NewQuestion(
        text="Bao giờ sửa đường?", brought=Brought.IN_ROOM, asker=Identity(name="Trần Thị Hòa")
    )
    questions.ask(dialogue, asked, by=host.clerk, at=at("2026-03-20", 15))
    new = Promise(text="Sửa cống", body=host.body)
    concluding.conclude(dialogue, new, by=host.head, at=at("2026-03-21"))
    do(dialogue, host, "draft_minutes", "2026-03-21")
    do(dialogue, host, "open_comments", "2026-03-22")
    minutes.comment(dialogue, "Đúng", by=host.clerk, at=at("2026-03-22", 16))
    return dialogue
