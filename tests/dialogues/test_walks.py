"""A dialogue from the plan to its published results: the limits that run, what locks, what is refused."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from bodies.models import Announcement, Message
from bodies.refusals import BadInput, Refused
from cases import escalation, verification
from cases.models import Case
from cases.periods import period_of
from dialogues import duties, minutes, workflow
from dialogues.entries import NewDialogue
from dialogues.models import Dialogue, DialogueEvent, JointHost
from tests.cases.making import at, day, due_days, make_file, make_user, paper
from tests.dialogues.making import brought_to, do, duties_of, facts_for, make_host, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "in_english")]


def clocks(case):
    return {clock.rule: (str(clock.due_on), clock.state) for clock in case.clocks.all()}


def test_numbers_of_a_host_and_year_follow_one_another():
    host = make_host()
    codes = [make_plan(host).code for _ in range(2)] + [make_plan(host, year=2027).code]
    assert codes == [
        f"2026-{host.body.code}-dt-001",
        f"2026-{host.body.code}-dt-002",
        f"2027-{host.body.code}-dt-001",
    ]


def test_the_notice_is_due_seven_days_before_and_the_results_ten_days_after():
    host = make_host()
    dialogue = brought_to(host, "planned")
    do(dialogue, host, "schedule", "2026-02-20")
    case = duties_of(dialogue)
    assert (case.kind, case.body, case.stage) == ("dialogue", host.body, "accepted")
    assert due_days(case) == {"dialogue.notice": "2026-03-13"}
    do(dialogue, host, "announce", "2026-03-13")
    do(dialogue, host, "hold", "2026-03-20")
    # Ten days from Friday the 20th: Monday the 30th.
    assert clocks(case) == {
        "dialogue.notice": ("2026-03-13", "met"),
        "dialogue.publish": ("2026-03-30", "running"),
    }
    assert dialogue.announced_in_time is True
    assert dialogue.held_on == day("2026-03-20")


def test_a_late_notice_and_late_results_are_late_and_counted_so():
    host = make_host()
    dialogue = make_plan(host)
    do(dialogue, host, "schedule", "2026-02-20")
    do(dialogue, host, "announce", "2026-03-14")
    assert dialogue.announced_in_time is False
    for name, on in [
        ("hold", "2026-03-20"),
        ("draft_minutes", "2026-03-21"),
        ("open_comments", "2026-03-22"),
        ("sign", "2026-03-25"),
    ]:
        do(dialogue, host, name, on)
    do(dialogue, host, "publish", "2026-03-31")
    case = duties_of(dialogue)
    assert (case.stage, case.result, case.ended_on_time) == ("closed", "done", False)
    assert dialogue.published_in_time is False


def test_the_host_is_nagged_before_the_results_are_due():
    host = make_host()
    case = duties_of(brought_to(host, "held"))
    # Due on Monday the 30th: three working days before, and one.
    for on, nagged in (
        ("2026-03-24", 0),
        ("2026-03-25", 1),
        ("2026-03-26", 1),
        ("2026-03-27", 2),
        ("2026-03-29", 2),
    ):
        escalation.raise_overdue(at(on, 8))
        told = Message.objects.filter(subject=case.reference)
        assert [message.recipient for message in told] == [host.head] * nagged
    assert case.escalations.filter(level__gt=0).count() == 0


def test_unpublished_results_climb_the_ladder_as_any_late_case(django_capture_on_commit_callbacks):
    host = make_host()
    dialogue = brought_to(host, "signed")
    case = duties_of(dialogue)
    assert case.deciding_due_on == day("2026-03-30")
    escalation.raise_overdue(at("2026-04-10", 8))
    levels = set(case.escalations.values_list("level", flat=True))
    assert {1, 2} <= levels
    assert list(Case.objects.overdue(day("2026-04-10"))) == [case]


def test_before_the_law_asked_for_it_no_limit_runs_and_nothing_is_late():
    host = make_host()
    dialogue = make_plan(host, on="2024-01-05", year=2024, quarter=1)
    do(dialogue, host, "schedule", "2024-02-20", starts_at=at("2024-03-20", 8))
    for name, on in [("announce", "2024-03-19"), ("hold", "2024-03-20"), ("draft_minutes", "2024-03-21")]:
        do(dialogue, host, name, on)
    do(dialogue, host, "open_comments", "2024-03-22")
    do(dialogue, host, "sign", "2024-06-01")
    do(dialogue, host, "publish", "2024-09-01")
    case = duties_of(dialogue)
    assert case.clocks.count() == 0
    assert (case.stage, case.ended_on_time) == ("closed", None)
    assert (dialogue.announced_in_time, dialogue.published_in_time) == (None, None)


def test_a_postponement_voids_the_duties_and_a_new_day_owes_new_ones():
    host = make_host()
    dialogue = brought_to(host, "announced")
    first = duties_of(dialogue)
    do(dialogue, host, "postpone", "2026-03-12")
    first.refresh_from_db()
    assert (first.stage, dialogue.stage, dialogue.starts_at) == ("void", "postponed", None)
    do(dialogue, host, "schedule", "2026-03-15", starts_at=at("2026-05-18", 8))
    second = duties_of(dialogue)
    assert second != first
    assert due_days(second) == {"dialogue.notice": "2026-05-11"}
    assert dialogue.announced_on is None


def test_what_was_held_before_it_was_written_down_rests_on_its_papers():
    host = make_host()
    dialogue = make_plan(host)
    do(dialogue, host, "schedule", "2026-04-01", document=paper("2026-03-02"))
    assert due_days(duties_of(dialogue)) == {"dialogue.notice": "2026-03-13"}
    with pytest.raises(Refused, match="begun"):
        do(dialogue, host, "announce", "2026-04-01")
    do(dialogue, host, "announce", "2026-04-01", day=day("2026-03-10"), document=paper("2026-03-10"))
    do(dialogue, host, "hold", "2026-04-01")
    assert dialogue.announced_in_time is True
    assert clocks(duties_of(dialogue))["dialogue.publish"] == ("2026-03-30", "running")


def test_a_day_that_is_named_changes_only_by_a_postponement():
    host = make_host()
    dialogue = make_plan(host, starts_at=at("2026-03-20", 8), place="Nhà văn hóa")
    assert dialogue.duties is not None
    with pytest.raises(Refused, match="postpone"):
        do(dialogue, host, "schedule", "2026-02-01")


def test_cancelling_voids_what_is_owed_and_takes_it_out_of_the_figures():
    host = make_host()
    dialogue = brought_to(host, "held")
    assert Dialogue.objects.held(period_of("2026")).count() == 1
    do(dialogue, host, "cancel", "2026-04-01")
    assert duties_of(dialogue).stage == "void"
    assert Dialogue.objects.held(period_of("2026")).count() == 0
    assert dialogue.events.get(move="cancel").reason == "vì cần"


def test_a_published_one_that_was_never_held_can_be_cancelled_and_its_papers_stay():
    host = make_host()
    dialogue = brought_to(host, "published")
    do(dialogue, host, "cancel", "2026-05-01")
    assert duties_of(dialogue).stage == "closed"
    assert dialogue.minutes.text == "Biên bản hội nghị đối thoại"


# --- Who chaired it -------------------------------------------------------------------------------------------------


def test_the_head_chairs_in_person_and_anybody_else_for_a_reason():
    host = make_host()
    dialogue = brought_to(host, "announced")
    with pytest.raises(BadInput, match="delegate_reason"):
        do(dialogue, host, "hold", "2026-03-20", chaired_by=host.handler)
    do(dialogue, host, "hold", "2026-03-20", chaired_by=host.handler, delegate_reason="họp Tỉnh ủy")
    assert (dialogue.chair, dialogue.is_in_person) == ("delegate", False)
    other = brought_to(make_host(), "held")
    assert (other.chair, other.is_in_person) == ("head", True)


def test_the_head_of_a_joint_host_was_there_or_was_not():
    host = make_host()
    dialogue = brought_to(host, "announced", joint_hosts=[host.party])
    with pytest.raises(BadInput, match="heads_present"):
        do(dialogue, host, "hold", "2026-03-20", heads_present=[host.front])
    do(dialogue, host, "hold", "2026-03-20", heads_present=[host.party])
    assert JointHost.objects.get(dialogue=dialogue).head_was_present is True


# --- The minutes ----------------------------------------------------------------------------------------------------


def test_no_lock_without_conclusions_unless_the_chair_states_that_there_are_none():
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    with pytest.raises(Refused, match="conclusions"):
        do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    assert duties_of(dialogue).stage == "accepted"
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=True)
    assert dialogue.minutes.has_no_conclusions is True
    assert dialogue.signed_on == day("2026-03-25")
    assert duties_of(dialogue).stage == "answered"


def test_minutes_are_not_edited_after_the_lock_neither_by_a_move_nor_in_the_database():
    host = make_host()
    dialogue = brought_to(host, "signed")
    with pytest.raises(Refused, match="locked"):
        do(dialogue, host, "draft_minutes", "2026-03-26", text="khác")
    dialogue.minutes.text = "khác"
    with pytest.raises((IntegrityError, InternalError), match="signed"), transaction.atomic():
        dialogue.minutes.save()
    dialogue.minutes.refresh_from_db()
    assert dialogue.minutes.text == "Biên bản hội nghị đối thoại"


def test_every_draft_is_in_the_history_by_its_hash_and_the_signed_one_is_the_last():
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    do(dialogue, host, "draft_minutes", "2026-03-23", text="Bản sửa")
    do(dialogue, host, "open_comments", "2026-03-23")
    do(dialogue, host, "sign", "2026-03-25")
    lines = dialogue.events.filter(move__in=["draft_minutes", "sign"]).order_by("seq")
    assert [line.details["text"] for line in lines] == [
        minutes.hash_of("Biên bản hội nghị đối thoại"), minutes.hash_of("Bản sửa"), minutes.hash_of("Bản sửa"),
    ]  # fmt: skip


def test_comments_are_taken_while_it_is_open_for_them_and_name_their_draft():
    host = make_host()
    dialogue = brought_to(host, "open_for_comments")
    said = minutes.comment(
        dialogue, "Thiếu ý kiến thôn 3", spoken_for="Trưởng thôn 3", by=host.clerk, at=at("2026-03-23")
    )
    assert (said.draft, said.text) == (1, "Thiếu ý kiến thôn 3")
    with pytest.raises(Refused):
        minutes.comment(dialogue, "x", by=make_user(), at=at("2026-03-23"))
    do(dialogue, host, "sign", "2026-03-25")
    with pytest.raises(Refused, match="open for comments"):
        minutes.comment(dialogue, "muộn", by=host.clerk, at=at("2026-03-26"))


# --- Bad input ------------------------------------------------------------------------------------------------------


def new(host, **facts):
    given = {
        "host": host.body, "title": "Đối thoại", "kind": "periodic", "participants": "residents", "area": host.area,
        "year": 2026, "quarter": 2,
    }  # fmt: skip
    return NewDialogue(**(given | facts))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " … "}, "title"),
        ({"quarter": 5}, "quarter"),
        ({"quarter": None}, "quarter"),
        ({"year": 1990}, "year"),
        ({"year": None, "quarter": None}, "year"),
    ],
    ids=["title", "quarter", "half", "year", "neither"],
)
def test_a_wrong_line_of_the_plan_names_its_field_and_writes_nothing(facts, field):
    host = make_host()
    with pytest.raises(BadInput) as bad:
        workflow.plan(new(host, **facts), by=host.head, recorded_at=at("2026-01-05"))
    assert list(bad.value.errors) == [field]
    assert not Dialogue.objects.exists()


def test_only_the_hosts_own_people_plan():
    host = make_host()
    for stranger in (host.superior, host.monitor, host.clerk, make_user()):
        with pytest.raises(Refused):
            workflow.plan(new(host), by=stranger, recorded_at=at("2026-01-05"))


@pytest.mark.parametrize(
    ("name", "stage", "facts", "field"),
    [
        ("schedule", "planned", {"starts_at": at("2026-02-01")}, "starts_at"),
        ("schedule", "planned", {"starts_at": at("2026-02-01"), "document": paper("2026-02-02")}, "document"),
        ("schedule", "planned", {"place": ""}, "place"),
        ("announce", "planned", {"announcement": ""}, "announcement"),
        ("hold", "announced", {"present_count": -1}, "present_count"),
        ("hold", "announced", {"surprise": 1}, "surprise"),
        ("sign", "open_for_comments", {"files": []}, "files"),
        ("sign", "open_for_comments", {"document": paper("2026-03-01")}, "document"),
        ("publish", "signed", {"day": day("2026-03-26")}, "document"),
        ("publish", "signed", {"day": day("2026-04-26")}, "day"),
        ("correct", "planned", {"fields": {"stage": "published"}}, "fields.stage"),
        ("correct", "planned", {"fields": {"kind": "party"}}, "fields.kind"),
        ("dance", "planned", {}, "move"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_wrong_fields_are_named_and_nothing_is_changed(name, stage, facts, field):
    host = make_host()
    dialogue = brought_to(host, stage)
    on = {"planned": "2026-02-20", "announced": "2026-03-20", "signed": "2026-03-27"}.get(stage, "2026-03-25")
    before = (dialogue.stage, dialogue.events.count(), Case.objects.count())
    asked = facts_for(name, dialogue, host, on) | facts
    reason = "vì cần" if name == "correct" else ""
    with pytest.raises(BadInput) as bad, transaction.atomic():
        workflow.move(dialogue, name, by=host.head, recorded_at=at(on, 14), reason=reason, facts=asked)
    assert list(bad.value.errors) == [field]
    dialogue.refresh_from_db()
    assert (dialogue.stage, dialogue.events.count(), Case.objects.count()) == before


def test_an_old_version_is_refused():
    host = make_host()
    dialogue = make_plan(host)
    with pytest.raises(Refused) as refused:
        workflow.move(
            dialogue,
            "cancel",
            by=host.head,
            recorded_at=at("2026-02-01"),
            reason="trùng",
            version=dialogue.version - 1,
        )
    assert refused.value.field == "version"


def test_files_are_those_put_to_the_duties():
    host = make_host()
    dialogue = brought_to(host, "held")
    mine, other = make_file(duties_of(dialogue)), make_file(duties_of(brought_to(make_host(), "held")))
    assert duties.files_named(dialogue, [mine.pk]) == [mine]
    with pytest.raises(BadInput, match="files"):
        duties.files_named(dialogue, [mine.pk, other.pk])


# --- What is told ---------------------------------------------------------------------------------------------------


def test_every_move_is_announced_with_codes_only_and_its_history_holds():
    host = make_host()
    dialogue = brought_to(host, "published")
    told = Announcement.objects.filter(topic="dialogue.moved").order_by("id")
    assert [row.facts["move"] for row in told] == [
        "plan", "schedule", "announce", "hold", "draft_minutes", "open_comments", "sign", "publish",
    ]  # fmt: skip
    assert {row.subject for row in told} == {dialogue.code}
    assert told.last().day == day("2026-03-20")
    assert told.last().facts["chair"] == "head"
    assert verification.verify().faults == []


def test_a_line_changed_behind_the_product_is_found():
    host = make_host()
    dialogue = brought_to(host, "announced")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dialogues_dialogueevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE dialogues_dialogueevent SET reason = 'khác' WHERE seq = 2")
        cursor.execute("ALTER TABLE dialogues_dialogueevent ENABLE TRIGGER USER")
    assert [(fault.reference, fault.seq) for fault in verification.verify().faults] == [(dialogue.code, 2)]
    assert DialogueEvent.objects.count() == 3
