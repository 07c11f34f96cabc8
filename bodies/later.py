"""Libraries that are loaded when they are first used: no web worker holds what makes a workbook before one is asked for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


class Later:
    """A module under its own name; `import` in a type's place is for the type checker only."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


@contextmanager
def left_out(*names: str) -> Iterator[None]:
    """Libraries that others take along where they find them, and do without where they do not. Later they are there again."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
