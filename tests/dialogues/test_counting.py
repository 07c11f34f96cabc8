"""What plans count with: whose dialogues, held when, by whom, made known in time."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from bodies.scopes import standing_of
from cases.periods import Period, period_of
from dialogues.models import Comment, Dialogue, DialogueEvent, JointHost, Minutes
from tests.cases.making import at, day, make_body, make_user
from tests.dialogues.making import make_host, make_row

pytestmark = pytest.mark.django_db


def numbers(rows):
    return sorted(rows.values_list("number", flat=True))


def test_held_counts_what_took_place_in_the_period_and_was_not_cancelled():
    host = make_host()
    make_row(host, stage="held", held_on=day("2026-01-01"))
    make_row(host, stage="published", held_on=day("2026-12-31"))
    make_row(host, stage="signed", held_on=day("2025-12-31"))
    make_row(host, stage="cancelled", held_on=day("2026-05-05"))
    make_row(host, stage="planned")
    assert numbers(Dialogue.objects.held(period_of("2026"))) == [1, 2]
    assert numbers(Dialogue.objects.held(period_of("2026-Q1"))) == [1]
    assert numbers(Dialogue.objects.held(Period(day("2025-12-31"), day("2026-01-01")))) == [1, 3]


def test_planned_counts_the_quarters_that_end_in_the_period():
    host = make_host()
    make_row(host, planned_year=2026, planned_quarter=1)
    make_row(host, planned_year=2026, planned_quarter=4, stage="held")
    make_row(host, planned_year=2026, planned_quarter=2, stage="cancelled")
    make_row(host)  # ad hoc: in no plan
    make_row(host, planned_year=2025, planned_quarter=4)
    of_2026 = Dialogue.objects.filter(year=2026)
    assert numbers(of_2026.planned(period_of("2026"))) == [1, 2]
    assert numbers(of_2026.planned(period_of("2026-Q1"))) == [1]
    assert numbers(of_2026.planned(period_of("2026-02"))) == []
    assert numbers(of_2026.cancelled_from_plan(period_of("2026"))) == [3]
    assert Dialogue.objects.planned(period_of("2025")).count() == 1


def test_a_joint_dialogue_is_the_hosts_and_of_the_other_only_when_asked_so():
    host, other = make_host(), make_host()
    joint = make_row(host, stage="held")
    JointHost.objects.create(dialogue=joint, body=other.body, head_was_present=True)
    make_row(other, stage="held")
    theirs = Dialogue.objects.hosted_by([other.body.pk])
    assert theirs.count() == 1
    assert Dialogue.objects.hosted_by([other.body.pk], joint=True).count() == 2
    assert Dialogue.objects.hosted_by([host.front.pk], joint=True).count() == 0


def test_heads_and_delegates_are_counted_apart():
    host = make_host()
    make_row(host, stage="held")
    make_row(host, stage="held", chair="delegate", delegate_reason="họp Tỉnh ủy")
    assert numbers(Dialogue.objects.by_the_head()) == [1]
    assert numbers(Dialogue.objects.by_delegate()) == [2]


def test_published_in_time_is_told_by_the_limit_and_nothing_without_one():
    host = make_host()
    make_row(host, stage="published", published_on=day("2026-03-25"), published_in_time=True)
    make_row(host, stage="published", published_on=day("2026-04-25"), published_in_time=False)
    make_row(host, stage="published", published_on=day("2026-03-26"))
    assert numbers(Dialogue.objects.published(period_of("2026-03"))) == [1, 3]
    assert numbers(Dialogue.objects.published_in_time()) == [1]


def test_host_superior_monitor_and_joint_host_see_it_and_nobody_else():
    host, other = make_host(), make_host()
    row = make_row(host)
    JointHost.objects.create(dialogue=row, body=host.party)

    def sees(user):
        return Dialogue.objects.visible_to(standing_of(user, day("2026-03-01"))).count()

    partner = make_user(("receptionist", host.party))
    assert [sees(user) for user in (host.head, host.clerk, host.superior, host.monitor, partner)] == [1] * 5
    assert [sees(user) for user in (other.head, other.monitor, make_user(("head", make_body())))] == [0] * 3


@pytest.mark.parametrize(
    "facts",
    [
        {"stage": "dreamt"},
        {"chair": "delegate"},
        {"stage": "held", "chair": ""},
        {"stage": "announced"},
        {"planned_year": 2026, "planned_quarter": 5},
        {"planned_year": 2026},
        {"cancelled_on": "2026-01-01"},
        {"stage": "published", "published_on": "2026-01-01"},
    ],
    ids=lambda facts: "-".join(f"{name}_{value}" for name, value in facts.items()),
)
def test_the_database_refuses_what_cannot_be(facts):
    host = make_host()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_row(host, **facts)


def minutes_of(row, host, **facts):
    return Minutes.objects.create(
        dialogue=row, text="Biên bản", drafted_by=host.handler, drafted_at=at("2026-03-21"), **facts
    )


def refused(rows, **change):
    with pytest.raises((IntegrityError, InternalError), match=r"signed|only grows"), transaction.atomic():
        rows.update(**change) if change else rows.delete()


def test_once_signed_nothing_of_it_changes_whoever_asks_the_database():
    host = make_host()
    row = make_row(host, stage="held")
    JointHost.objects.create(dialogue=row, body=host.party, head_was_present=False)
    Dialogue.objects.filter(pk=row.pk).update(stage="signed", signed_on=day("2026-03-25"))
    minutes_of(row, host, document={"number": "1"}, locked_at=at("2026-03-25"))
    refused(Minutes.objects.all(), text="khác")
    refused(Minutes.objects.all(), locked_at=None)
    refused(Minutes.objects.all())
    refused(Dialogue.objects.all(), present_count=900)
    refused(Dialogue.objects.all(), chair="delegate", delegate_reason="vắng")
    refused(Dialogue.objects.all(), signed_on=None)
    refused(Dialogue.objects.all(), planned_year=2026, planned_quarter=2)
    refused(Dialogue.objects.all(), how_to_attend="khác")
    # Whose head was there decides for whom it counts.
    refused(JointHost.objects.all(), head_was_present=True)
    refused(JointHost.objects.all())
    with pytest.raises((IntegrityError, InternalError), match="signed"), transaction.atomic():
        JointHost.objects.create(dialogue=row, body=host.front, head_was_present=True)
    assert Dialogue.objects.filter(pk=row.pk).update(stage="published", published_on=day("2026-03-28")) == 1


def test_history_and_comments_only_grow():
    host = make_host()
    row = make_row(host)
    DialogueEvent.objects.create(
        dialogue=row, seq=1, move="plan", to_stage="planned", by=host.head, at=at("2026-01-05"),
        recorded_at=at("2026-01-05"), previous=b"", hash=b"x",
    )  # fmt: skip
    Comment.objects.create(dialogue=row, draft=1, text="Đúng", by=host.clerk, at=at("2026-03-22"))
    refused(DialogueEvent.objects.all(), move="other")
    refused(DialogueEvent.objects.all())
    refused(Comment.objects.all(), text="Sai")
    refused(Comment.objects.all())
