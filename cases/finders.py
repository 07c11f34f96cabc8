"""How rooms that know people find cases by a number somebody types: each registers its finder at start.

What is found so never stands in an address: the work list shows it in the answer to what was sent.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from bodies.scopes import Standing
from cases.models import Case

# None: what was typed is nothing this finder knows, and may be searched for as words.
Finder = Callable[[str, Standing, datetime], QuerySet[Case] | None]
_FINDERS: dict[str, Finder] = {}


def register_finder(name: str, finder: Finder) -> None:
    _FINDERS[name] = finder


def find(typed: str, standing: Standing, at: datetime) -> QuerySet[Case] | None:
    """The cases that the first finder which knows such a number gives this person; None where none does."""
    for finder in _FINDERS.values():
        rows = finder(typed, standing, at)
        if rows is not None:
            return rows
    return None
