"""What is late climbs by itself: each level once, at the moment it became true, whatever the sweep did before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError

from bodies.kinds import BodyKind, Level
from bodies.models import Announcement, Message, Post
from cases import escalation, verification, workflow
from cases.models import Case, Escalation, Event
from cases.steps import CLOCK
from tests.cases.making import answered, at, day, do, make_area, make_body, make_case, make_user, paper

pytestmark = pytest.mark.usefixtures("law")


def headed(body):
    user = make_user(("head", body))
    Post.objects.create(body=body, duty="head", title="x", holder=user, valid_from=day("2020-01-01"))
    return user


@pytest.fixture
def world():
    """A commune in a district: people's committees, party committees, boards and the front, each with a head."""
    district = make_area(level=Level.DISTRICT)
    commune = make_area(parent=district)
    bodies = {"ubnd_huyen": make_body(area=district, level=Level.DISTRICT)}
    bodies["ubnd"] = make_body(area=commune, superior=bodies["ubnd_huyen"])
    bodies["huyen_uy"] = make_body(area=district, kind=BodyKind.HUYEN_UY, level=Level.DISTRICT)
    bodies["dang_uy"] = make_body(area=commune, kind=BodyKind.DANG_UY_XA, superior=bodies["huyen_uy"])
    bodies["khoi"] = make_body(area=commune, kind=BodyKind.KHOI_DAN_VAN, superior=bodies["dang_uy"])
    bodies["ubkt"] = make_body(area=commune, kind=BodyKind.UBKT, superior=bodies["dang_uy"])
    bodies["mttq"] = make_body(area=commune, kind=BodyKind.MTTQ)
    return bodies, {name: headed(body) for name, body in bodies.items()}


@pytest.fixture
def late(world):
    """Feedback accepted on Monday 2 March 2026, to be answered by Tuesday 17 March."""
    bodies, _heads = world
    case = make_case(bodies["ubnd"], kind="feedback", received="2026-03-02")
    do(case, "accept", "2026-03-02")
    return case


def levels(case):
    lines = Event.objects.filter(case=case, move="escalate").order_by("seq")
    return [(line.details["level"], line.at) for line in lines]


def told(user):
    return list(Message.objects.filter(recipient=user, topic="case.escalated").values_list("key", flat=True))


def test_nothing_climbs_on_the_due_day_and_the_head_is_told_on_the_next(late, world):
    _bodies, heads = world
    escalation.raise_overdue(at("2026-03-17", 23, 59))
    assert levels(late) == []
    done = escalation.raise_overdue(at("2026-03-18", 0, 1))
    assert (done.cases, done.levels) == (1, 1)
    assert levels(late) == [(1, at("2026-03-18", 0))]
    assert len([key for key in told(heads["ubnd"]) if key.endswith(":1")]) == 1
    assert told(heads["ubnd_huyen"]) == []


def test_each_level_reaches_the_bodies_of_its_rung(late, world):
    bodies, heads = world
    # 17 March + 15 working days is Tuesday 7 April; the level is true from the 8th.
    escalation.raise_overdue(at("2026-04-08", 8))
    # Days of 2026: +3 working days is Friday 20 March, +7 Thursday 26 March.
    assert levels(late) == [
        (1, at("2026-03-18", 0)),
        (2, at("2026-03-21", 0)),
        (3, at("2026-03-27", 0)),
        (4, at("2026-04-08", 0)),
    ]
    reached = dict(Escalation.objects.filter(case=late).values_list("level", "bodies"))
    assert reached[1] == [bodies["ubnd"].code]
    assert set(reached[2]) == {bodies["ubnd_huyen"].code, bodies["ubnd"].code}
    assert set(reached[3]) == {bodies["dang_uy"].code, bodies["khoi"].code}
    assert set(reached[4]) == {bodies["huyen_uy"].code, bodies["ubkt"].code, bodies["mttq"].code}
    for name in ("ubnd_huyen", "dang_uy", "khoi", "huyen_uy", "ubkt", "mttq"):
        assert len(told(heads[name])) == 1, name


def test_a_sweep_after_an_outage_gives_the_history_that_daily_sweeps_give(world):
    bodies, _heads = world
    cases = [make_case(bodies["ubnd"], kind="feedback", received="2026-03-02") for _ in range(2)]
    for case in cases:
        do(case, "accept", "2026-03-02")
    silent, watched = cases
    Case.objects.filter(pk=silent.pk).update(next_attention_at=at("2026-05-01"))
    moment = at("2026-03-10", 7)
    while moment < at("2026-04-20"):
        escalation.raise_overdue(moment)
        moment += timedelta(days=1)
    Case.objects.filter(pk=silent.pk).update(next_attention_at=at("2026-03-18", 0))
    escalation.raise_overdue(at("2026-04-20"))
    assert levels(silent) == levels(watched) != []


def test_running_it_twice_changes_nothing(late):
    escalation.raise_overdue(at("2026-03-25", 8))
    before = (levels(late), Message.objects.count(), Escalation.objects.count())
    Case.objects.filter(pk=late.pk).update(next_attention_at=at("2026-03-18", 0))
    done = escalation.raise_overdue(at("2026-03-25", 9))
    assert (done.levels, done.messages) == (0, 0)
    assert (levels(late), Message.objects.count(), Escalation.objects.count()) == before


def test_an_unassigned_case_climbs_and_its_reminder_goes_to_the_head(world):
    bodies, heads = world
    make_case(bodies["ubnd"], kind="feedback", received="2026-03-02")
    # To be accepted within 10 working days: Monday 16 March; the reminder three working days before is Wednesday 11 March.
    escalation.raise_overdue(at("2026-03-11", 8))
    assert [key.rpartition(":")[2] for key in told(heads["ubnd"])] == ["-2"]


def test_a_paused_clock_does_not_climb(late):
    do(late, "ask_supplement", "2026-03-10", what="ảnh")
    escalation.raise_overdue(at("2026-04-20"))
    assert [level for level, _at in levels(late)] == []


def test_an_imported_case_is_silent(world):
    bodies, _heads = world
    case = make_case(bodies["ubnd"], kind="feedback", received="2026-03-02", is_imported=True)
    escalation.raise_overdue(at("2026-06-01"))
    assert levels(case) == []
    assert Message.objects.count() == 0


def test_levels_passed_before_a_late_answer_are_written_but_not_told(late, world):
    _bodies, heads = world
    answered(late, "2026-03-23", "explained")
    escalation.raise_overdue(at("2026-03-23", 15))
    assert [level for level, _at in levels(late)] == [1, 2]
    assert told(heads["ubnd_huyen"]) == []


def test_levels_passed_before_a_late_end_are_written_even_when_the_case_has_ended(world):
    bodies, heads = world
    case = make_case(bodies["ubnd"], received="2026-03-02")
    # To be accepted or guided by 12 March; guided on the 18th, when nobody had swept since.
    do(case, "guide", "2026-03-18", right_address="UBND huyện")
    escalation.raise_overdue(at("2026-03-18", 15))
    assert [level for level, _at in levels(case)] == [1, 2]
    assert told(heads["ubnd_huyen"]) == []
    case.refresh_from_db()
    assert case.next_attention_at is None


def test_a_denunciation_never_reaches_the_body_complained_of_or_its_people(world):
    bodies, heads = world
    case = make_case(
        bodies["ubnd_huyen"],
        kind="denunciation",
        received="2026-03-02",
        against_body=bodies["huyen_uy"],
        title="Tố cáo",
    )
    escalation.raise_overdue(at("2026-06-01"))
    assert levels(case)
    assert told(heads["huyen_uy"]) == []
    reached = {
        code
        for codes in Escalation.objects.filter(case=case).values_list("bodies", flat=True)
        for code in codes
    }
    assert bodies["huyen_uy"].code not in reached


def test_one_bad_case_is_parked_and_holds_up_no_other(late, world, monkeypatch):
    bodies, _heads = world
    bad = make_case(bodies["ubnd"], kind="feedback", received="2026-03-02")
    due_levels = escalation.due_levels

    def poisoned(case, *rest):
        if case.pk == bad.pk:
            raise RuntimeError
        return due_levels(case, *rest)

    monkeypatch.setattr(escalation, "due_levels", poisoned)
    done = escalation.raise_overdue(at("2026-03-18", 8))
    assert done.parked == [bad.reference]
    assert [level for level, _at in levels(late)] == [1]


def test_what_the_database_refuses_of_one_case_holds_up_no_other(late, world, monkeypatch):
    bodies, heads = world
    others = [make_case(bodies["ubnd"], kind="feedback", received="2026-03-02") for _ in range(4)]
    bad, messages = others[1], escalation._messages

    def too_long(level, *rest):
        for told in messages(level, *rest):
            yield replace(told, topic="x" * 200) if level.case.pk == bad.pk else told

    monkeypatch.setattr(escalation, "_messages", too_long)
    done = escalation.raise_overdue(at("2026-03-18", 8))
    assert (done.parked, done.cases) == ([bad.reference], 4)
    assert len(told(heads["ubnd"])) == 4
    # Nothing of the bad one is half-done, and it is looked at again when it can be written.
    assert levels(bad) == [] == list(Escalation.objects.filter(case=bad))
    monkeypatch.undo()
    assert escalation.raise_overdue(at("2026-03-18", 9)).cases == 1
    assert [level for level, _at in levels(bad)] == [1]


def test_a_lost_connection_is_no_fault_of_a_case(late, monkeypatch):
    def lost(*_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(escalation, "take_unchanged", lost)
    with pytest.raises(OperationalError):
        escalation.raise_overdue(at("2026-03-18", 8))
    monkeypatch.undo()
    assert escalation.raise_overdue(at("2026-03-18", 8)).cases == 1


def test_a_case_that_changed_while_it_was_worked_out_is_left_to_the_next_sweep(late, monkeypatch):
    take = escalation.take_unchanged

    def after_a_clerk(rows):
        do(late, "extend", "2026-03-17", days=15, document=paper("2026-03-17"))
        return take(rows)

    monkeypatch.setattr(escalation, "take_unchanged", after_a_clerk)
    assert escalation.raise_overdue(at("2026-03-18", 8)).cases == 0
    monkeypatch.undo()
    assert (levels(late), Message.objects.filter(topic="case.escalated").count()) == ([], 0)
    assert escalation.raise_overdue(at("2026-03-18", 9)).cases == 0


def test_the_sweep_writes_the_line_that_the_move_writes(late, world):
    bodies, _heads = world
    now = at("2026-03-18", 8)
    escalation.raise_overdue(now)
    swept = Event.objects.get(case=late, move="escalate")
    other = make_case(bodies["ubnd"], kind="feedback", received="2026-03-02")
    do(other, "accept", "2026-03-02")
    facts = {"level": 1, "clock": "feedback.answer", "last": False, "bodies": [bodies["ubnd"]]}
    moved = workflow.move(other, "escalate", by=CLOCK, recorded_at=now, at=at("2026-03-18", 0), facts=facts)
    same = ("seq", "move", "from_stage", "to_stage", "body_id", "actor", "by_id", "at", "recorded_at", "reason", "details")  # fmt: skip
    assert [getattr(swept, name) for name in same] == [getattr(moved, name) for name in same]
    told_of = [Announcement.objects.filter(subject=x.reference).order_by("id").last() for x in (late, other)]
    assert len({(t.topic, t.body_id, t.day, t.at, str(t.facts)) for t in told_of}) == 1
    for case in (late, other):
        case.refresh_from_db()
    assert verification.verify().faults == []
    assert late.next_attention_at == other.next_attention_at
    assert late.version == other.version


def test_an_extension_makes_the_clock_climb_from_its_new_day(late):
    do(late, "extend", "2026-03-17", days=15, document=paper("2026-03-17"))
    escalation.raise_overdue(at("2026-03-20", 8))
    assert levels(late) == []


def test_a_sweep_of_many_cases_asks_the_database_a_fixed_number_of_times(
    world, django_assert_max_num_queries
):
    bodies, _heads = world
    for _ in range(30):
        make_case(bodies["ubnd"], kind="feedback", received="2026-03-02")
    with django_assert_max_num_queries(12):
        done = escalation.raise_overdue(at("2026-03-17", 8))
    assert done.cases == 30
