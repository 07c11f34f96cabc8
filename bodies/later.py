"""Libraries that are loaded when they are first used: no web worker holds what makes a workbook before one is asked for."""

from importlib import import_module
from typing import Any


class Later:
    """A module under its own name; `import` in a type's place is for the type checker only."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
