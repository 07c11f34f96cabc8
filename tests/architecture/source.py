"""The project's own source, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("bodies", "cases", "feedback", "dialogues", "plans", "config")


def files_of(*folders: str) -> list[str]:
    """Python files below these folders, as paths inside the project; migrations are not written by hand."""
    found = [path for folder in folders for path in (PROJECT / folder).rglob("*.py")]
    paths = sorted(path.relative_to(PROJECT).as_posix() for path in found)
    return [path for path in paths if "/migrations/" not in path]


def read(path: str) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")


def with_parents(text: str) -> Iterator[tuple[ast.AST, ast.AST | None]]:
    """Every node with the node it stands in."""
    yield (tree := ast.parse(text)), None
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            yield child, parent
