"""Writing many rows of work together without one bad row holding up the rest."""

import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

Row = TypeVar("Row")
Result = TypeVar("Result")


def write_in_portions(
    rows: Sequence[Row],
    write: Callable[[Sequence[Row]], Result],
    park: Callable[[Row, DatabaseError], object],
) -> list[Result]:
    """Write all in one transaction; what the database refuses is halved until the bad row stands alone and is parked.

    What each portion that was written gave. Raises OperationalError and InterfaceError: no row is to blame for a lost connection or a lock.
    """
    try:
        with transaction.atomic():
            return [write(rows)]
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError as error:
        if len(rows) == 1:
            park(rows[0], error)
            return []
        middle = len(rows) // 2
        halves = (rows[:middle], rows[middle:])
        return [result for half in halves for result in write_in_portions(half, write, park)]


def named(error: Exception) -> dict[str, str]:
    """What may be logged of an error: its class and place. Its own words could carry a row, and so personal data."""
    steps = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "where": f"{steps[-1].filename}:{steps[-1].lineno}" if steps else "",
    }
