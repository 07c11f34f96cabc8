"""Briefings and working sessions: who may write them down, what counts, and what was agreed as cases of conclusions."""

import pytest

from bodies.models import Announcement
from bodies.refusals import BadInput, Refused
from cases.conclusions import Promise
from dialogues import meetings
from dialogues.models import Meeting
from tests.cases.making import at, day, due_days, make_user
from tests.dialogues.meeting import make_commune

pytestmark = pytest.mark.django_db


def briefing(commune, on="2024-03-05", *, by=None, **facts):
    row = Meeting(
        host=facts.pop("host", commune.party),
        chaired_by=facts.pop("chaired_by", commune.party),
        kind=facts.pop("kind", "briefing"),
        rhythm=facts.pop("rhythm", "monthly"),
        day=day(on),
        title=facts.pop("title", "Giao ban công tác dân vận tháng 3"),
    )
    participants = facts.pop("participants", ())
    return meetings.record(
        row, participants=participants, by=by or commune.secretary, at=at(facts.pop("written", on), 18)
    )


def test_only_those_of_the_host_or_the_chair_write_it_down():
    commune = make_commune()
    with pytest.raises(Refused):
        briefing(commune, by=commune.chair)
    clerk = make_user(("administrator", commune.party))
    with pytest.raises(Refused):
        briefing(commune, by=clerk)
    assert briefing(commune, chaired_by=commune.office, by=commune.chair).recorded_by == commune.chair


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"written": "2024-03-04"}, "day"), ({"title": "  "}, "title")],
)
def test_neither_a_day_to_come_nor_a_meeting_about_nothing(facts, field):
    with pytest.raises(BadInput, match=field):
        briefing(make_commune(), **facts)
    assert not Meeting.objects.exists()


def test_a_body_that_was_closed_held_nothing():
    commune = make_commune()
    commune.party.valid_to = day("2024-02-29")
    commune.party.save()
    with pytest.raises(BadInput, match="host"):
        briefing(commune, host=commune.party)


def test_what_was_agreed_is_a_case_of_the_body_that_must_act(law):
    commune = make_commune()
    meeting = briefing(commune, "2024-03-05")
    handler = make_user(("handler", commune.office))
    case = meetings.agree(
        meeting,
        Promise(
            text="Sửa cống thôn Vồng\nTrước mùa mưa.",
            body=commune.office,
            person=handler,
            co_bodies=[commune.front],
            due_on=day("2024-04-15"),
            proof="Ảnh nghiệm thu",
        ),
        by=commune.secretary,
        at=at("2024-03-06"),
    )
    assert (case.kind, case.channel, case.body, case.received_by, case.handler) == (
        "conclusion", "briefing", commune.office, commune.party, handler,
    )  # fmt: skip
    assert case.title == "Sửa cống thôn Vồng"
    assert due_days(case) == {"conclusion.act": "2024-04-15"}
    assert list(case.co_bodies.all()) == [commune.front]
    later = meetings.agree(
        meeting, Promise(text="Báo cáo", body=commune.office), by=commune.secretary, at=at("2024-03-06")
    )
    # The house rule: 30 calendar days from the day of the meeting, 4 April 2024, a Thursday.
    assert due_days(later) == {"conclusion.act": "2024-04-04"}
    assert [(each.position, each.case, each.proof) for each in meeting.recommendations.all()] == [
        (1, case, "Ảnh nghiệm thu"),
        (2, later, ""),
    ]


def test_something_agreed_without_a_body_or_words_is_refused_whole(law):
    commune = make_commune()
    meeting = briefing(commune)
    with pytest.raises(BadInput) as refused:
        meetings.agree(meeting, Promise(text=" ", body=None), by=commune.secretary, at=at("2024-03-06"))
    assert set(refused.value.errors) == {"text", "body"}
    assert not meeting.recommendations.exists()


def test_what_is_struck_out_counts_no_more_takes_nothing_on_and_keeps_its_cases(law):
    commune = make_commune()
    meeting = briefing(commune)
    new = Promise(text="Sửa cống", body=commune.office)
    case = meetings.agree(meeting, new, by=commune.secretary, at=at("2024-03-06"))
    meetings.strike_out(meeting, reason="ghi hai lần", by=commune.secretary, at=at("2024-03-07"))
    assert not Meeting.objects.filter(struck_at=None).exists()
    with pytest.raises(Refused):
        meetings.agree(meeting, new, by=commune.secretary, at=at("2024-03-08"))
    with pytest.raises(Refused):
        meetings.strike_out(meeting, reason="lần nữa", by=commune.secretary, at=at("2024-03-08"))
    case.refresh_from_db()
    assert case.stage == "accepted"
    told = Announcement.objects.filter(subject=str(meeting.pk), topic__startswith="meeting.").order_by("pk")
    assert [(each.topic, each.facts["chaired_by"]) for each in told] == [
        ("meeting.recorded", commune.party.code),
        ("meeting.struck", commune.party.code),
    ]
