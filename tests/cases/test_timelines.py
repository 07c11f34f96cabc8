"""The three timelines of the law that can be checked by hand with a calendar, and what stands around them."""

import pytest

from bodies.refusals import BadInput, Refused
from cases import workflow
from cases.steps import CITIZEN
from tests.cases.making import answered, at, day, do, due_days, make_body, make_case, make_user, paper

pytestmark = pytest.mark.usefixtures("law")


def test_a_complaint_at_reception_found_complex_and_answered_on_its_last_day():
    case = make_case(channel="reception", received="2024-04-02")
    assert due_days(case) == {"reception.reply": "2024-04-16", "complaint.first.accept": "2024-04-12"}

    do(case, "accept", "2024-04-12")
    assert due_days(case)["complaint.first.settle"] == "2024-05-13"

    do(case, "extend", "2024-05-06", situation=["complex"], document=paper("2024-05-06"))
    assert due_days(case)["complaint.first.settle"] == "2024-05-27"

    answered(case, "2024-05-27")
    assert due_days(case)["complaint.first.send_decision"] == "2024-05-30"
    assert due_days(case)["complaint.disclose"] == "2024-06-11"

    do(case, "send_decision", "2024-05-30", day=day("2024-05-30"))
    do(case, "disclose", "2024-06-11", day=day("2024-06-11"))
    do(case, "close", "2024-06-11")
    case.refresh_from_db()
    assert (case.stage, case.ended_on_time) == ("closed", True)
    assert {clock.rule: clock.state for clock in case.clocks.all()} == dict.fromkeys(due_days(case), "met")


def test_a_denunciation_by_letter_suspended_and_extended_over_the_holidays_of_april():
    case = make_case(kind="denunciation", channel="letter", received="2024-04-22")
    assert due_days(case)["denunciation.accept"] == "2024-05-04"

    do(case, "accept", "2024-05-02")
    assert due_days(case)["denunciation.notify_accepted"] == "2024-05-08"
    assert due_days(case)["denunciation.settle"] == "2024-06-03"

    do(case, "suspend", "2024-05-20", ground="chờ giám định", document=paper("2024-05-20"))
    settle = case.clocks.get(rule="denunciation.settle")
    assert (settle.state, settle.due_on) == ("paused", None)
    do(case, "resume", "2024-05-27", document=paper("2024-05-27"))
    assert due_days(case)["denunciation.settle"] == "2024-06-10"

    do(case, "extend", "2024-06-03", situation=["complex"], document=paper("2024-06-03"))
    assert due_days(case)["denunciation.settle"] == "2024-07-08"


def test_feedback_by_hotline_accepted_on_the_day_it_came():
    case = make_case(kind="feedback", received="2026-08-19")
    do(case, "accept", "2026-08-19")
    assert due_days(case)["feedback.answer"] == "2026-09-03"


def test_a_complaint_cannot_be_suspended_before_the_law_allowed_it():
    case = make_case(received="2024-04-02")
    do(case, "accept", "2024-04-03")
    with pytest.raises(Refused, match=r"hạn|limit"):
        do(case, "suspend", "2024-04-10", ground="x", document=paper("2024-04-10"))

    later = make_case(received="2026-07-01")
    do(later, "accept", "2026-07-02")
    do(later, "suspend", "2026-07-10", ground="x", document=paper("2026-07-10"))
    assert later.clocks.get(rule="complaint.first.settle").state == "paused"


def test_complex_recognised_after_the_due_day_changes_nothing():
    case = make_case(received="2024-04-02")
    do(case, "accept", "2024-04-02")
    before = due_days(case)
    with pytest.raises(Refused):
        do(case, "extend", "2024-06-20", situation=["complex"], document=paper("2024-06-20"))
    assert due_days(case) == before


def test_an_answer_after_the_due_day_is_late_whenever_it_is_recorded():
    case = make_case(kind="feedback", received="2026-03-02")
    do(case, "accept", "2026-03-02")
    due = case.clocks.get(rule="feedback.answer").due_on
    assert str(due) == "2026-03-17"
    event = answered(case, "2026-03-18", "explained")
    do(case, "close", "2026-03-18")
    case.refresh_from_db()
    assert case.ended_on_time is False
    assert event.details["clocks"][0]["did"] == "met_late"


def test_a_case_guided_before_acceptance_is_judged_by_its_acceptance_clock():
    case = make_case(received="2024-04-02")
    do(case, "guide", "2024-04-15", right_address="UBND huyện")
    case.refresh_from_db()
    assert (case.stage, case.ended_on_time) == ("guided", False)


def test_a_transfer_inside_gives_the_new_body_its_own_acceptance_clock_and_keeps_the_first_day():
    body, other = make_body(), make_body()
    case = make_case(body, kind="recommendation", received="2024-03-04")
    do(case, "transfer", "2024-03-08", body=other, document=paper("2024-03-08"))
    case.refresh_from_db()
    assert (case.body, case.stage, str(case.first_received_on), str(case.received_on)) == (
        other,
        "received",
        "2024-03-04",
        "2024-03-08",
    )
    clocks = {(c.state, str(c.started_on)) for c in case.clocks.filter(rule="recommendation.accept")}
    assert clocks == {("met", "2024-03-04"), ("running", "2024-03-08")}

    do(case, "return_to_sender", "2024-03-11", document=paper("2024-03-11"))
    case.refresh_from_db()
    assert (case.body, case.stage, str(case.received_on)) == (body, "received", "2024-03-11")


def test_a_complaint_is_never_transferred_and_other_petitions_are_not_guided():
    case = make_case(received="2024-04-02")
    with pytest.raises(Refused):
        do(case, "transfer", "2024-04-03", body=make_body(), document=paper("2024-04-03"))
    other = make_case(kind="feedback", received="2024-04-02")
    with pytest.raises(Refused):
        do(other, "guide", "2024-04-03", right_address="Nơi khác")


def test_supplements_pause_house_clocks_and_no_legal_ones():
    feedback = make_case(kind="feedback", received="2024-03-04")
    do(feedback, "accept", "2024-03-04")
    do(feedback, "ask_supplement", "2024-03-06", what="ảnh")
    assert feedback.clocks.get(rule="feedback.answer").state == "paused"
    workflow.move(
        feedback, "supplement", by=CITIZEN, recorded_at=at("2024-03-11"), facts={"what": "ảnh chụp"}
    )
    # 15 days from 4 March, five of them ([6, 11)) not counted.
    assert due_days(feedback)["feedback.answer"] == "2024-03-25"

    complaint = make_case(received="2024-03-04")
    do(complaint, "accept", "2024-03-04")
    do(complaint, "ask_supplement", "2024-03-06", what="giấy tờ")
    assert complaint.clocks.get(rule="complaint.first.settle").state == "running"


def test_a_named_day_of_the_chair_stands_in_place_of_the_rule():
    body = make_body()
    case = make_case(
        body,
        kind="conclusion",
        received="2024-03-04",
        fixed=("conclusion.act", day("2024-03-20"), "Chủ tịch UBND"),
    )
    assert case.stage == "accepted"
    assert due_days(case) == {"conclusion.act": "2024-03-20"}
    do(case, "extend", "2024-03-18", days=5, document=paper("2024-03-18"))
    assert due_days(case) == {"conclusion.act": "2024-03-25"}


def test_time_does_not_run_backwards():
    case = make_case(received="2024-04-02")
    head = make_user(("head", case.body))
    actor = workflow.Actor.staff(head)
    with pytest.raises(BadInput, match="at"):
        workflow.move(
            case,
            "accept",
            by=actor,
            at=at("2024-04-01"),
            recorded_at=at("2024-04-05"),
            facts={"document": paper("2024-04-01")},
        )
    with pytest.raises(BadInput, match="at"):
        workflow.move(case, "accept", by=actor, at=at("2024-04-06"), recorded_at=at("2024-04-05"))
    with pytest.raises(BadInput, match="document"):
        workflow.move(case, "accept", by=actor, at=at("2024-04-03"), recorded_at=at("2024-04-05"))
    event = workflow.move(
        case,
        "accept",
        by=actor,
        at=at("2024-04-03"),
        recorded_at=at("2024-04-08"),
        facts={"document": paper("2024-04-03")},
    )
    assert event.details["recorded_late"] is True
    assert str(case.clocks.get(rule="complaint.first.accept").met_on) == "2024-04-03"


def test_a_draft_that_was_suspended_goes_back_to_the_stage_before_the_draft():
    case = make_case(kind="denunciation", received="2024-04-02")
    do(case, "accept", "2024-04-03")
    do(case, "begin_verification", "2024-04-04")
    do(case, "submit", "2024-04-05", draft="Dự thảo")
    do(case, "suspend", "2024-04-08", ground="x", document=paper("2024-04-08"))
    do(case, "resume", "2024-04-09", document=paper("2024-04-09"))
    case.refresh_from_db()
    assert case.stage == "drafted"
    do(case, "send_back", "2024-04-10")
    case.refresh_from_db()
    assert case.stage == "verifying"
