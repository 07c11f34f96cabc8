"""Random acts of every kind that targets are counted from, each through the product's own function."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bodies.models import Body, Membership, User
from bodies.refusals import BadInput, Refused
from cases.steps import local_day
from dialogues import meetings, supervisions, workflow
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue, Meeting, Supervision
from feedback import receptions
from feedback.models import Reception


@dataclass
class Acts:
    """Who acts where, and what was made so far."""

    draw: random.Random
    bodies: list[Body]
    fronts: list[Body]
    dialogues: list[Dialogue] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    sessions: list[Supervision] = field(default_factory=list)

    def one(self, now: datetime) -> bool:
        """Something happens, or is refused."""
        act = self.draw.choice(
            [
                self.receive,
                self.plan,
                self.go_on,
                self.go_on,
                self.go_on,
                self.meet,
                self.supervise,
                self.strike,
            ]
        )
        try:
            act(now)
        except (Refused, BadInput):
            return False
        return True

    def receive(self, now: datetime) -> None:
        host = self.draw.choice(self.bodies)
        reason = self.draw.choice(["", "", "đi công tác"])
        row = Reception(
            host=host,
            day=local_day(now) - timedelta(days=self.draw.randint(0, 40)),
            kind=self.draw.choice(["periodic", "ad_hoc"]),
            received_by=head_of(host),
            delegate_reason=reason,
        )
        receptions.record(row, by=head_of(host), at=now)

    def plan(self, now: datetime) -> None:
        host, other = self.draw.sample(self.bodies, 2)
        new = NewDialogue(
            host=host,
            title="Đối thoại",
            kind=self.draw.choice(["periodic", "thematic"]),
            participants="residents",
            area=host.area,
            year=local_day(now).year,
            quarter=self.draw.randint(1, 4),
            joint_hosts=self.draw.choice([(), (other,)]),
        )
        self.dialogues.append(workflow.plan(new, by=head_of(host), recorded_at=now))

    def go_on(self, now: datetime) -> None:
        """The next step of a dialogue, or its end."""
        if not self.dialogues:
            raise Refused("none yet")
        dialogue = Dialogue.objects.get(pk=self.draw.choice(self.dialogues).pk)
        head = head_of(dialogue.host)
        name = {"planned": "schedule", "announced": "hold", "postponed": "schedule"}.get(
            dialogue.stage, "cancel"
        )
        if dialogue.stage == "planned" and dialogue.starts_at:
            name = "announce"
        if self.draw.random() < 0.15:
            name = self.draw.choice(["cancel", "postpone"])
        facts = {
            "schedule": {"starts_at": now + timedelta(days=self.draw.randint(8, 20)), "place": "Nhà văn hóa"},
            "announce": {"announcement": "Mời dân", "how_to_attend": "Đến dự"},
            "hold": {
                "chaired_by": head,
                "present_count": 20,
                "heads_present": [row.body for row in dialogue.joint_hosts.all()],
            },
        }.get(name, {})
        reason = "vì cần" if name in {"cancel", "postpone"} else ""
        workflow.move(dialogue, name, by=head, recorded_at=now, reason=reason, facts=facts)

    def meet(self, now: datetime) -> None:
        host = self.draw.choice(self.bodies)
        row = Meeting(
            host=host,
            chaired_by=self.draw.choice([host, self.draw.choice(self.bodies)]),
            kind=self.draw.choice(["briefing", "working_session"]),
            rhythm="monthly",
            day=local_day(now) - timedelta(days=self.draw.randint(0, 60)),
            title="Giao ban",
        )
        self.meetings.append(meetings.record(row, by=head_of(host), at=now))

    def supervise(self, now: datetime) -> None:
        chair, partner = self.draw.sample(self.fronts, 2)
        row = Supervision(
            kind=self.draw.choice(["supervision", "criticism"]),
            form="visit",
            chair=chair,
            day=local_day(now) - timedelta(days=self.draw.randint(0, 60)),
            title="Giám sát",
        )
        partners = self.draw.choice([(), (partner,)])
        self.sessions.append(supervisions.record(row, partners=partners, by=head_of(chair), at=now))

    def strike(self, now: datetime) -> None:
        rows = [*self.meetings, *self.sessions]
        if not rows:
            raise Refused("none yet")
        row = self.draw.choice(rows)
        if isinstance(row, Meeting):
            meetings.strike_out(row, reason="ghi nhầm", by=head_of(row.host), at=now)
        else:
            supervisions.strike_out(row, reason="ghi nhầm", by=head_of(row.chair), at=now)


def head_of(body: Body) -> User:
    return Membership.objects.select_related("user").get(body=body, role="head").user
