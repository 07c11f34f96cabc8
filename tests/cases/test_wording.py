"""Codes have names wherever people read them."""

import csv
from pathlib import Path

import cases
from cases.clock_table import CLOCK_RULES
from cases.ladders import ladders
from cases.moves import MOVES
from cases.wording import FIELDS, REACHES, RULES, basis_of, rule_name, sureness

LIMITS = Path(cases.__file__).parent / "data" / "time_limits.csv"


def test_every_limit_has_a_name():
    assert set(RULES) == set(CLOCK_RULES)
    assert rule_name("house.rule") == "house.rule"


def test_every_field_of_a_move_has_a_name():
    # `code` is the citizen's, `stage` and `last` are written by the system.
    asked = {field for move in MOVES.values() for field in move.fields} - {"code", "stage", "last"}
    assert asked - set(FIELDS) == set()


def test_a_row_says_how_sure_it_is_unless_it_was_read_in_the_text():
    with LIMITS.open(encoding="utf-8") as rows:
        marks = {row["mark"] for row in csv.DictReader(rows)}
    assert {mark for mark in marks if not sureness(mark)} == {"SEEN", "HOUSE"}


def test_what_the_house_ruled_is_called_so_and_the_law_by_its_article():
    assert basis_of("Luật Khiếu nại 02/2011, Đ.27", "SEEN") == "Luật Khiếu nại 02/2011, Đ.27"
    assert (
        basis_of("house rule: no single legal limit exists", "HOUSE")
        != "house rule: no single legal limit exists"
    )


def test_whomever_a_level_reaches_has_a_name():
    assert {name for ladder in ladders() for rung in ladder.rungs for name in rung.to} <= set(REACHES)
