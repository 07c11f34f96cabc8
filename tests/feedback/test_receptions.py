"""A reception day is written down once it was, and what the head concluded becomes a case."""

import pytest
from django.utils import translation

from bodies.models import Body, User
from bodies.refusals import BadInput, Refused
from cases.conclusions import Promise
from feedback import receptions
from feedback.models import Reception
from tests.cases.making import at, day, due_days, make_body, make_user

pytestmark = pytest.mark.django_db


def held(host: Body, received_by: User, on: str = "2024-04-15", reason: str = "") -> Reception:
    return Reception(host=host, day=day(on), kind="periodic", received_by=received_by, delegate_reason=reason)


def test_a_delegate_needs_a_reason() -> None:
    host = make_body()
    clerk = make_user(("receptionist", host))
    with pytest.raises(BadInput, match="delegate_reason"):
        receptions.record(held(host, clerk), by=clerk, at=at("2024-04-15", 17))
    assert receptions.record(held(host, clerk, reason="họp"), by=clerk, at=at("2024-04-15", 17)).pk


def test_neither_a_future_day_nor_another_desk() -> None:
    host = make_body()
    head = make_user(("head", host))
    with pytest.raises(BadInput, match="day"):
        receptions.record(held(host, head, "2024-04-16"), by=head, at=at("2024-04-15", 17))
    with pytest.raises(Refused):
        receptions.record(held(host, head), by=make_user(("head", make_body())), at=at("2024-04-15", 17))


def test_a_conclusion_is_a_case_due_on_the_day_the_head_named(law: None) -> None:
    host, doer = make_body(), make_body()
    head = make_user(("head", host))
    reception = receptions.record(held(host, head), by=head, at=at("2024-04-15", 17))
    new = Promise(text="Sửa cống", body=doer, due_on=day("2024-05-02"))
    case = receptions.conclude(reception, new, by=head, at=at("2024-04-15", 17))
    assert (case.kind, case.body, due_days(case)) == ("conclusion", doer, {"conclusion.act": "2024-05-02"})
    assert list(reception.conclusions.all()) == [case]


def test_the_head_or_the_delegate_concludes_and_nobody_else_of_the_desk(law: None) -> None:
    host, doer = make_body(), make_body()
    head, deputy = make_user(("head", host)), make_user(("handler", host))
    clerk = make_user(("receptionist", host))
    reception = receptions.record(held(host, deputy, reason="họp"), by=clerk, at=at("2024-04-15", 17))
    new = Promise(text="Sửa cống", body=doer, due_on=day("2024-05-02"))
    with translation.override("en"), pytest.raises(Refused, match="head"):
        receptions.conclude(reception, new, by=clerk, at=at("2024-04-15", 17))
    assert not reception.conclusions.exists()
    for somebody in (deputy, head):
        receptions.conclude(reception, new, by=somebody, at=at("2024-04-15", 17))
    assert reception.conclusions.count() == 2
