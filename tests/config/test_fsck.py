"""What must be true of the rows is true after ordinary work, and each sentence is shown to be seen when it is broken."""

import json
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from bodies import outbox
from bodies.models import Announcement, Area, Body, Delivery, Job, Message
from cases import escalation, tallies
from cases.models import (
    Case,
    CaseFact,
    CaseFile,
    CaseNumber,
    Clock,
    DailyHead,
    Escalation,
    FigureCell,
    Notice,
    Recount,
)
from config import invariants
from feedback.models import Petition
from tests.cases.making import answered, do, make_body, make_case, make_user
from tests.cases.walking import walk
from tests.config.broken_rooms import OF_DIALOGUES, OF_PLANS, make_dialogues, make_plans
from tests.feedback.making import make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def settle(now):
    while outbox.tell_pending(now).told:
        pass
    while Recount.objects.exists():
        tallies.recount_noted(now)


@pytest.fixture
def world():
    """A petition answered late, a denunciation, a file, messages on their way: something for every sentence to be about."""
    now = timezone.now()
    place = make_place()
    receipt = make_petition(place, kind="feedback", received="2026-03-02")
    escalation.raise_overdue(now)
    receipt.case.refresh_from_db()
    do(receipt.case, "accept", "2026-04-20")
    answered(receipt.case, "2026-04-27", "explained")
    superior = make_body()
    accused = make_body(superior=superior)
    make_case(accused, kind="denunciation", against_body=accused, received=str(timezone.localdate(now)))
    first, second = (
        Message.objects.create(recipient=make_user(), key=key, topic="t", title="x", created_at=now)
        for key in ("a", "b")
    )
    carrier = Delivery.objects.create(message=first, channel="email", state="waiting", not_before=now)
    Delivery.objects.create(
        message=Message.objects.create(
            recipient=first.recipient, key="c", topic="t", title="x", created_at=now
        ),
        channel="email",
        state="carried",
        carrier=carrier,
        not_before=now,
    )
    Delivery.objects.create(message=second, channel="email", state="sending", not_before=now)
    Job.objects.create(id=uuid.uuid4(), kind="k", state="waiting", created_at=now, done=1, total=2)
    settle(now)
    return place


def broken():
    return {each.sentence: each for each in invariants.broken(timezone.now())}


def test_after_ordinary_work_everything_is_true(world):
    assert broken() == {}


def test_after_a_walk_over_the_arrow_table_everything_is_true():
    *_steps, (_case, now, _made) = walk(5, 150)
    settle(now)
    found = {each.sentence: each for each in invariants.broken(now)}
    # The walk raises levels as it likes, by hand.
    assert found == {}


def raw(statement):
    with connection.cursor() as cursor:
        # History can be changed by no role: only with its guard taken away, as the owner of the table can.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")


def cases(**facts):
    return Case.objects.filter(pk=Case.objects.earliest("pk").pk).update(**facts)


def clocks(state, **facts):
    return Clock.objects.filter(state=state)[:1].model.objects.filter(state=state).update(**facts)


def denounce_to_its_own():
    case = Case.objects.get(kind="denunciation")
    Notice.objects.create(case=case, body=case.against_body, why="duty", at=timezone.now(), people=0)


def tell_the_accused():
    case = Case.objects.get(kind="denunciation")
    user = make_user(("handler", case.against_body))
    Message.objects.create(
        recipient=user, key="d", topic="t", title="x", subject=case.reference, created_at=timezone.now()
    )


def carry_a_carrier():
    carried = Delivery.objects.get(state="carried")
    Delivery.objects.filter(state="waiting").update(state="carried", carrier=carried)


def lose_the_watch():
    Case.objects.filter(kind="denunciation").update(next_attention_at=None)


# How each is broken; the sentence must be among those found.
BREAKS = {
    "the path of an area is that of its parent and itself": lambda: Area.objects.update(path="/0/"),
    "the path of a body is that of its superior and itself": lambda: Body.objects.update(path="/0/"),
    "an announcement is told or parked, not both": lambda: Announcement.objects.update(
        parked_at=timezone.now()
    ),
    "every line of history of the days that are kept was announced": lambda: (
        Announcement.objects.all().delete()
    ),
    "what a digest carries is for the person and by the way of the letter that carries it": lambda: (
        Delivery.objects.filter(state="carried").update(channel="sms")
    ),
    "no letter that carries others is carried itself": carry_a_carrier,
    "no letter has been on its way for a day": lambda: Delivery.objects.filter(state="sending").update(
        not_before=timezone.now() - timedelta(days=2)
    ),
    "no job is done more than it is long": lambda: Job.objects.update(done=3),
    "a case has as many lines of history as it knows, numbered without a gap": lambda: cases(
        events_count=F("events_count") + 1
    ),
    "every history is whole, from its first line to the last": lambda: raw(
        "UPDATE cases_event SET reason = 'x'"
    ),
    "a case stands where the last line of its history put it": lambda: cases(stage="received", result=""),
    "a case is held by the body that the last line of its history names": lambda: cases(body=make_body()),
    "no case has seen more acts than its history has lines": lambda: cases(version=99),
    "no case ended before it was first received": lambda: cases(ended_on="2020-01-01", stage="closed"),
    "no case is joined to itself": lambda: cases(
        stage="joined", joined_to=F("pk"), result="", ended_on="2026-05-01"
    ),
    "the numbers of each book are 1, 2, 3 … up to the last that was given": lambda: CaseNumber.objects.update(
        last=7
    ),
    "a file names a line that its case's history has": lambda: CaseFile.objects.update(event_seq=99),
    "the seal of a day covers no more lines than there are": lambda: DailyHead.objects.create(
        day="2026-01-01", cases=1, events=10_000, hash=b"x", made_at=timezone.now()
    ),
    "a case is due with the nearest of its running clocks": lambda: cases(due_on="2030-01-01"),
    "no clock runs on a case that has ended, but the one that outlives it": lambda: Case.objects.filter(
        kind="denunciation"
    ).update(stage="archived", ended_on=timezone.localdate()),
    "a clock that was met late was met after its day, the others not": lambda: Clock.objects.filter(
        state="met_late"
    ).update(state="met"),
    "no clock follows a calendar that is still to come": lambda: Clock.objects.update(
        calendar_version=10_000
    ),
    "whoever is not silent and has a running clock will be looked at": lose_the_watch,
    "what came from an old book is silent": lambda: Case.objects.filter(kind="denunciation").update(
        is_imported=True
    ),
    "a level belongs to the case of its clock": lambda: Escalation.objects.update(
        case=Case.objects.get(kind="denunciation")
    ),
    "no level became true on the due day or before, no reminder after it": lambda: Escalation.objects.update(
        at=F("at") - timedelta(days=30)
    ),
    "every level that was reached stands in the history": lambda: raw(
        "UPDATE cases_event SET move = 'note' WHERE move = 'escalate'"
    ),
    "no notice of a denunciation goes to the body complained of": denounce_to_its_own,
    "no message on a denunciation went to those who work in the body complained of": tell_the_accused,
    "a petition carries the number of the case it opened": lambda: Petition.objects.update(code="x"),
    "the tracking code on every receipt finds its petition": lambda: Petition.objects.update(
        tracking_hash=b"x"
    ),
    "every case that is not to be counted again counts as received, or is void": lambda: (
        CaseFact.objects.all().delete()
    ),
    "the cells of days, months and years add up to the same": lambda: FigureCell.objects.filter(
        grain="m"
    ).update(count=F("count") + 1),
    "the cells count as many cases received as there are facts": lambda: FigureCell.objects.update(count=50),
}


def test_there_is_a_way_to_break_each():
    every = [*BREAKS, *OF_DIALOGUES, *OF_PLANS]
    assert sorted(every) == sorted(invariants.INVARIANTS)
    assert len(every) >= 25


@pytest.mark.parametrize("sentence", BREAKS)
def test_what_is_not_true_is_seen(world, sentence):
    BREAKS[sentence]()
    found = broken()
    assert sentence in found
    assert found[sentence].count >= 1


def check_is_seen(breaks, sentence):
    assert broken() == {}
    breaks[sentence]()
    found = broken()
    assert sentence in found
    assert found[sentence].count >= 1


@pytest.mark.parametrize("sentence", OF_DIALOGUES)
def test_what_is_not_true_of_dialogues_is_seen(sentence):
    make_dialogues()
    check_is_seen(OF_DIALOGUES, sentence)


@pytest.mark.parametrize("sentence", OF_PLANS)
def test_what_is_not_true_of_plans_is_seen(sentence):
    make_plans()
    check_is_seen(OF_PLANS, sentence)


def test_the_command_says_what_is_not_true_and_fails(world):
    said = StringIO()
    call_command("fsck", stdout=said)
    assert said.getvalue() == f"{len(invariants.INVARIANTS)} asked, 0 not true\n"
    cases(version=99)
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("fsck", "--json", stdout=said)
    (one,) = json.loads(said.getvalue())["broken"]
    assert one["count"] == 1
    assert one["first"] == [Case.objects.earliest("pk").reference]
