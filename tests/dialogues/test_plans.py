"""What can be planned: every kind and group that the plans of the committees name, in a place or online, by whoever hosts."""

import pytest

from bodies.refusals import Refused
from cases.periods import period_of
from dialogues import workflow
from dialogues.codes import DialogueKind, Participants
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue
from dialogues.yearly_plan import plan_of
from tests.cases.making import at, make_user
from tests.dialogues.making import do, make_host, make_plan
from tests.feedback.making import subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "in_english")]

# Written a second time: the kinds of seeds 001 II.4, 002 III.4.2, 004 II.2.1 and II.5, and the groups of 002 and 004.
KINDS = {"periodic", "ad_hoc", "thematic", "regular", "base_heads", "front"}
GROUPS = {"residents", "officials", "workers", "members", "base_heads", "religious", "businesses"}


def test_every_kind_and_every_group_of_the_plans_can_be_planned_with_its_field():
    host, field = make_host(), subject("land")
    assert (set(DialogueKind.values), set(Participants.values)) == (KINDS, GROUPS)
    made = [make_plan(host, kind=kind, subject=field) for kind in sorted(KINDS)]
    made += [make_plan(host, participants=group) for group in sorted(GROUPS)]
    assert {row.kind for row in made} == KINDS
    assert Dialogue.objects.in_fields(["land"]).count() == len(KINDS)
    assert Dialogue.objects.with_participants(["religious"]).get().participants == "religious"


def test_a_dialogue_may_be_online_only_but_somewhere_it_must_be():
    host = make_host()
    dialogue = make_plan(host)
    do(dialogue, host, "schedule", "2026-02-20", place="", online_at="https://hop.example.vn/d1")
    assert (dialogue.place, dialogue.online_at) == ("", "https://hop.example.vn/d1")


def test_the_front_hosts_dialogues_of_its_own_and_they_are_no_heads():
    host = make_host()
    front_head = make_user(("head", host.front))
    new = NewDialogue(
        host=host.front,
        title="Đối thoại với hội viên",
        kind="front",
        participants="members",
        area=host.area,
        year=2026,
        quarter=1,
        joint_hosts=[host.party],
    )
    with pytest.raises(Refused):
        workflow.plan(new, by=host.head, recorded_at=at("2026-01-05"))
    dialogue = workflow.plan(new, by=front_head, recorded_at=at("2026-01-05"))
    for name, on in (("schedule", "2026-02-20"), ("announce", "2026-03-10")):
        do(dialogue, host, name, on, by=front_head)
    do(dialogue, host, "hold", "2026-03-20", by=front_head, chaired_by=front_head, heads_present=[host.party])
    held = Dialogue.objects.held(period_of("2026"))
    assert list(held.hosted_by([host.front.pk])) == [dialogue]
    assert not held.hosted_by([host.body.pk, host.party.pk]).exists()
    (plan,) = plan_of(Dialogue.objects.all(), 2026)
    assert (plan.host, plan.planned, plan.held) == (host.front.code, 1, 1)
