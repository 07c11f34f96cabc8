"""A body's own house rules: only where the law is silent, and never backwards."""

from datetime import UTC, date, datetime

import pytest

from bodies.calendar_seed import load_calendar, read_seed
from bodies.models import Announcement
from bodies.refusals import BadInput
from cases.law import current_law
from cases.management.commands.load_rules import OURS
from cases.models import TimeLimit
from cases.rule_book import load_rules, set_house_rule
from cases.rule_files import read_rules
from tests.bodies.making import make_area, make_body

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # already the 21st in Viet Nam
GENERAL = 15


@pytest.fixture(autouse=True)
def _law():
    load_calendar(read_seed())
    load_rules(read_rules(OURS.read_text(encoding="utf-8"), source="ours"), source="ours", today=TODAY)


@pytest.fixture
def body():
    return make_body(area=make_area())


def decide(body, amount=7, code="feedback.answer", valid_from=TODAY, at=AT, **more):
    more = {"basis": "05/QĐ-UBND", "by": None, **more}
    return set_house_rule(body, code, amount=amount, valid_from=valid_from, at=at, **more)


def amount_on(day, body, code="feedback.answer"):
    return current_law().choose(code, day, frozenset(), body.pk if body else None).amount


def field_refused(body, **how):
    with pytest.raises(BadInput) as refused:
        decide(body, **how)
    return list(refused.value.errors)


def test_a_body_s_own_rule_counts_for_it_alone_from_its_first_day(body):
    decide(body, valid_from=date(2026, 12, 1), extendable_times=1, extension_amount=3)
    assert amount_on(date(2026, 11, 30), body) == GENERAL
    assert amount_on(date(2026, 12, 1), body) == 7
    assert amount_on(date(2026, 12, 1), None) == GENERAL
    own = TimeLimit.objects.get(body=body)
    assert (own.unit, own.counted_from, own.mark, own.basis) == (
        "calendar_day",
        "accepted",
        "HOUSE",
        "05/QĐ-UBND",
    )


def test_it_may_begin_today_but_not_yesterday(body):
    assert field_refused(body, valid_from=date(2026, 11, 20)) == ["valid_from"]
    decide(body, valid_from=TODAY)
    assert amount_on(TODAY, body) == 7


def test_the_next_decision_ends_the_one_before(body):
    decide(body, 7)
    decide(body, 5, valid_from=date(2027, 1, 1), at=datetime(2026, 12, 1, tzinfo=UTC))
    assert [amount_on(day, body) for day in (TODAY, date(2026, 12, 31), date(2027, 1, 1))] == [7, 7, 5]


@pytest.mark.parametrize("moved_to", [date(2026, 12, 15), date(2027, 2, 1)])
def test_a_decision_that_has_not_begun_may_be_replaced(body, moved_to):
    decide(body, 7)
    decide(body, 5, valid_from=date(2027, 1, 1))
    decide(body, 6, valid_from=moved_to)
    days = [date(2026, 12, 14), moved_to, date(2027, 3, 1)]
    assert [amount_on(day, body) for day in days] == [7, 6, 6]
    assert TimeLimit.objects.filter(body=body).count() == 2


def test_a_decision_that_began_today_is_not_replaced_today(body):
    decide(body, 7)
    assert field_refused(body, amount=5) == ["valid_from"]
    assert amount_on(TODAY, body) == 7


def test_the_law_cannot_be_changed_by_a_body(body):
    assert field_refused(body, code="complaint.first.settle") == ["code"]
    assert field_refused(body, code="no.such") == ["code"]
    assert field_refused(body, situation=frozenset({"complex"})) == ["code"]


@pytest.mark.parametrize(
    ("how", "fields"),
    [
        ({"amount": 0}, ["amount"]),
        ({"amount": 4000}, ["amount"]),
        ({"extendable_times": 1}, ["extension_amount"]),
        ({"extendable_times": 0, "extension_amount": 5}, ["extension_amount"]),
        ({"extendable_times": -1}, ["extendable_times"]),
        ({"basis": " "}, ["basis"]),
        ({"amount": 0, "basis": "x" * 301}, ["amount", "basis"]),
    ],
)
def test_a_bad_decision_is_refused_by_its_fields(body, how, fields):
    assert field_refused(body, **how) == fields
    assert not TimeLimit.objects.filter(body=body).exists()


def test_a_decision_is_announced_with_the_body_and_the_numbers(body):
    decide(body)
    said = Announcement.objects.get(topic="time_limit.changed")
    assert (said.subject, said.body, said.day) == ("feedback.answer", body, TODAY)
    assert said.facts == {"situation": [], "amount": 7, "valid_from": "2026-11-21", "by": None}


def test_loading_the_law_again_leaves_a_body_s_own_rule(body):
    decide(body)
    load_rules(read_rules(OURS.read_text(encoding="utf-8"), source="ours"), source="ours", today=TODAY)
    assert amount_on(TODAY, body) == 7
