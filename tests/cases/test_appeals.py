"""An appeal is a case of its own at the body above, opened with the line that tells of it; one for each answer."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from bodies.models import Body
from bodies.refusals import Refused
from cases.models import Case, CaseNumber
from cases.steps import Actor
from cases.verification import verify
from tests.cases.making import answered, at, day, do, make_area, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def commune() -> Body:
    return make_body(superior=make_body(level="district"))


def settled(body: Body, **facts: Any) -> Case:
    case = make_case(body, received="2024-04-02", **facts)
    do(case, "accept", "2024-04-05")
    answered(case, "2024-04-25", "wrong")
    return case


def appealed(case: Case, on: str = "2024-05-02", **facts: Any) -> Case:
    event = do(case, "appeal", on, by=Actor.staff(make_user(("receptionist", case.body))), **facts)
    return Case.objects.get(reference=event.details["opened"])


def test_the_body_above_gets_the_case_of_the_second_instance_and_each_names_the_other() -> None:
    body = commune()
    case = settled(body, content="Thu hồi 120 m2 đất", area=make_area(remote=True), people_count=7)
    second = appealed(case)
    assert (second.body, second.received_by) == (body.superior, body.superior)
    assert (second.kind, second.instance, second.stage) == ("complaint", "second", "received")
    assert (second.title, second.content, second.area, second.people_count) == (
        case.title,
        "Thu hồi 120 m2 đất",
        case.area,
        7,
    )
    assert (second.appeal_of, second.against_body, second.settled_before_count) == (case, body, 1)
    assert second.events.get().details["appeal_of"] == case.reference
    assert second.reference.startswith(f"2024-{body.superior.code}-")
    assert (second.received_on, second.is_imported) == (day("2024-05-02"), False)
    # The second instance has limits of its own, which run from this day.
    assert {clock.rule: clock.started_on for clock in second.clocks.all()} == {
        "complaint.second.accept": day("2024-05-02")
    }
    case.refresh_from_db()
    assert case.stage == "answered"
    assert verify().faults == []


def test_one_answer_is_appealed_from_once() -> None:
    case = settled(commune())
    second = appealed(case)
    with translation.override("en"), pytest.raises(Refused, match=second.reference):
        appealed(case, "2024-05-03")
    assert Case.objects.filter(appeal_of=case).count() == 1
    assert case.events.filter(move="appeal").count() == 1
    # Entered by mistake, it does not count.
    do(second, "void", "2024-05-03")
    third = appealed(case, "2024-05-06")
    assert third.reference != second.reference


def test_an_appeal_that_was_received_above_is_named_and_opens_nothing() -> None:
    body = commune()
    case, stranger = settled(body), settled(commune())
    above = make_case(body.superior, received="2024-05-02", instance="second", appeal_of=case)
    with pytest.raises(Refused):
        do(stranger, "appeal", "2024-05-03", petition=above.reference)
    event = do(case, "appeal", "2024-05-03", petition=above.reference)
    assert event.details["petition"] == above.reference
    assert "opened" not in event.details
    assert Case.objects.filter(appeal_of=case).count() == 1


def test_after_the_second_instance_there_is_none_and_above_the_highest_body_nobody() -> None:
    case = settled(make_body())
    with translation.override("en"), pytest.raises(Refused, match="no body above"):
        appealed(case)
    second = appealed(settled(make_body(superior=commune())))
    do(second, "accept", "2024-05-03")
    with translation.override("en"), pytest.raises(Refused, match="court"):
        appealed(second, "2024-05-04")


def test_what_is_refused_takes_no_number() -> None:
    body = commune()
    case = settled(body)
    appealed(case)
    before = CaseNumber.objects.get(body=body.superior).last
    with pytest.raises(Refused):
        appealed(case, "2024-05-03")
    assert CaseNumber.objects.get(body=body.superior).last == before


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_record_the_same_appeal_open_one_case() -> None:
    case = settled(commune())
    clerk = make_user(("receptionist", case.body))
    barrier, told = Barrier(4), []

    def record() -> None:
        from cases import workflow

        barrier.wait()
        try:
            workflow.move(case, "appeal", by=Actor.staff(clerk), recorded_at=at("2024-05-02", 14), facts={})
            told.append("opened")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    clerks = [Thread(target=record) for _ in range(4)]
    for each in clerks:
        each.start()
    for each in clerks:
        each.join()
    assert sorted(told) == ["opened", *["refused"] * 3]
    assert Case.objects.filter(appeal_of=case).count() == 1
