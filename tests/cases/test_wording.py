"""Codes have names wherever people read them."""

from cases.clock_table import CLOCK_RULES
from cases.moves import MOVES
from cases.wording import FIELDS, RULES, rule_name


def test_every_limit_has_a_name():
    assert set(RULES) == set(CLOCK_RULES)
    assert rule_name("house.rule") == "house.rule"


def test_every_field_of_a_move_has_a_name():
    # `code` is the citizen's, `stage` and `last` are written by the system.
    asked = {field for move in MOVES.values() for field in move.fields} - {"code", "stage", "last"}
    assert asked - set(FIELDS) == set()
