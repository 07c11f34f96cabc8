"""Writing down briefings and working sessions, and opening what was agreed there as cases (seed 001 II.3)."""

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bodies import outbox
from bodies.models import Body, User
from bodies.text import tidy
from cases.codes import Channel
from cases.conclusions import Promise, promise
from cases.models import Case
from cases.steps import local_day
from dialogues.keeping import STRUCK, check_day, check_keeper, check_not_struck, check_words, strike
from dialogues.models import Meeting, Recommendation


@transaction.atomic
def record(meeting: Meeting, *, participants: Sequence[Body] = (), by: User, at: datetime) -> Meeting:
    """Write a meeting down. Raises BadInput naming the field, Refused for somebody who does not keep this log."""
    today = local_day(at)
    check_keeper([meeting.host, meeting.chaired_by], by, on=today, field="host")
    check_day(meeting.day, today=today, bodies={"host": meeting.host, "chaired_by": meeting.chaired_by})
    meeting.title = check_words(meeting.title, field="title")
    meeting.agreed = tidy(meeting.agreed)
    meeting.recorded_by, meeting.recorded_at = by, at
    meeting.save(force_insert=True)
    meeting.participants.set(participants)
    _announce("meeting.recorded", meeting, at)
    return meeting


@transaction.atomic
def strike_out(meeting: Meeting, *, reason: str, by: User, at: datetime) -> Meeting:
    """Entered by mistake: it counts no more. What was agreed there stays, as cases. Raises BadInput, Refused."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    check_keeper([meeting.host, meeting.chaired_by], by, on=local_day(at), field="host")
    strike(meeting, reason=reason, by=by, at=at)
    meeting.save(update_fields=STRUCK)
    _announce("meeting.struck", meeting, at)
    return meeting


@transaction.atomic
def agree(meeting: Meeting, new: Promise, *, by: User, at: datetime) -> Case:
    """One thing agreed at the meeting, as a case of kind conclusion of the body that must act; the chair's body gave it."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    check_keeper([meeting.host, meeting.chaired_by], by, on=local_day(at), field="host")
    check_not_struck(meeting)
    case = promise(
        new,
        host=meeting.chaired_by,
        channel=Channel.BRIEFING,
        concluded_at=timezone.make_aware(datetime.combine(meeting.day, time.min)),
        by=by,
        recorded_at=at,
    )
    last = meeting.recommendations.aggregate(last=Max("position"))["last"] or 0
    Recommendation.objects.create(
        meeting=meeting, position=last + 1, text=tidy(new.text), proof=tidy(new.proof), case=case
    )
    return case


def _announce(topic: str, meeting: Meeting, at: datetime) -> None:
    facts = {"kind": meeting.kind, "rhythm": meeting.rhythm, "chaired_by": meeting.chaired_by.code}
    outbox.announce(topic, str(meeting.pk), body=meeting.host, day=meeting.day, facts=facts, at=at)
