"""Which row of the time limits governs a clock, and what its row allows."""

import pytest

from cases.time_limits import Rule, Unit, choose, warn_on
from tests.cases.limits import a_rule, day


def row(code="x", amount=1, situation="", valid_from="2012-07-01", valid_to=None, **more):
    flags = frozenset(situation.split("+")) - {""}
    ends = day(valid_to) if valid_to else None
    return Rule(code, Unit.CALENDAR_DAY, amount, flags, valid_from=day(valid_from), valid_to=ends, **more)


@pytest.mark.parametrize(
    ("on_day", "amount"),
    [
        ("2012-06-30", None),
        ("2012-07-01", 10),
        ("2026-06-30", 10),
        ("2026-07-01", 20),
        ("2027-12-31", 20),
        ("2028-01-01", None),
    ],
)
def test_a_row_is_in_force_from_its_first_day_to_its_last_both_inclusive(on_day, amount):
    rules = [
        row(amount=10, valid_to="2026-06-30"),
        row(amount=20, valid_from="2026-07-01", valid_to="2027-12-31"),
    ]
    chosen = choose(rules, "x", day(on_day))
    assert (chosen and chosen.amount) == amount


@pytest.mark.parametrize(
    ("flags", "amount"),
    [
        (set(), 30),
        ({"hot_spot", "group"}, 30),
        ({"complex"}, 45),
        ({"complex", "hot_spot"}, 45),
        ({"remote"}, 46),
        ({"remote", "complex"}, 60),
        ({"remote", "complex", "group"}, 60),
    ],
)
def test_the_largest_situation_contained_in_the_flags_is_taken_and_other_flags_are_ignored(flags, amount):
    rules = [row(amount=60, situation="remote+complex"), row(amount=30), row(amount=45, situation="complex")]
    rules.append(row(amount=46, situation="remote"))
    assert choose(rules, "x", day("2024-01-01"), flags).amount == amount


def test_a_larger_situation_is_taken_even_where_its_limit_is_shorter():
    rules = [row(amount=30, situation="complex"), row(amount=20, situation="complex+remote"), row(amount=40)]
    assert choose(rules, "x", day("2024-01-01"), {"complex", "remote"}).amount == 20


def test_of_two_flags_without_a_row_for_both_the_longer_limit_is_taken():
    rules = [row(amount=30, situation="complex"), row(amount=60, situation="especially_complex")]
    assert choose(rules, "x", day("2024-01-01"), {"complex", "especially_complex"}).amount == 60


def test_without_a_row_in_force_or_of_that_code_there_is_no_rule():
    assert choose([row()], "y", day("2024-01-01")) is None
    assert choose([row(situation="complex")], "x", day("2024-01-01"), {"remote"}) is None
    assert choose([], "x", day("2024-01-01")) is None


def test_a_body_s_own_row_goes_before_the_house_rule_of_all_from_its_first_day_on():
    rules = [row(amount=30, mark="HOUSE"), row(amount=20, valid_from="2025-01-01", mark="HOUSE", body=7)]
    assert choose(rules, "x", day("2024-12-31")).amount == 30
    assert choose(rules, "x", day("2025-01-01")).amount == 20


def test_a_body_s_own_row_never_goes_before_the_law():
    rules = [
        row(amount=30, mark="HOUSE", valid_to="2025-12-31"),
        row(amount=10, mark="SEEN", valid_from="2026-01-01"),
        row(amount=20, mark="HOUSE", valid_from="2025-01-01", body=7),
    ]
    assert choose(rules, "x", day("2025-12-31")).amount == 20
    assert choose(rules, "x", day("2026-01-01")).amount == 10


def test_a_limit_whose_unit_is_disputed_warns_on_the_earlier_reading():
    disputed = a_rule(
        10, Unit.WORKING_DAY, mark="CONFLICT (10 days: calendar or working; warn at 10 calendar days)"
    )
    assert warn_on(disputed, day("2024-04-22")) == day("2024-05-02")
    assert warn_on(a_rule(10, Unit.WORKING_DAY, mark="SEEN"), day("2024-04-22")) is None


def test_a_pause_has_a_basis_only_from_its_first_day():
    rule = row(pause_basis="Law 136/2025", pause_from=day("2026-07-01"))
    assert not rule.may_be_paused_on(day("2026-06-30"))
    assert rule.may_be_paused_on(day("2026-07-01"))
    assert row(pause_basis="Đ.34").may_be_paused_on(day("2019-01-01"))
    assert not row().may_be_paused_on(day("2026-07-01"))
