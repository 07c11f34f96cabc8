"""The diagram in the README is the arrow table's."""

from pathlib import Path

from cases import diagram
from cases.management.commands.workflow_diagram import BEGIN, END
from cases.moves import MOVES

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_shows_the_workflow_as_it_is():
    _head, _mark, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    shown, mark, _tail = rest.partition(END)
    assert mark
    assert shown.strip() == f"```mermaid\n{diagram.workflow()}\n```"


def test_every_move_that_changes_the_stage_is_drawn():
    drawn = diagram.workflow()
    unchanged = {
        name for name, move in MOVES.items() if move.target.value == "same" and move.or_target is None
    }
    assert {name for name in MOVES if name in drawn} >= set(MOVES) - unchanged
