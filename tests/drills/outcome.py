"""What a drill is and what came of it: one line for the terminal, one row of docs/drills.md."""

import os
import platform
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from cases.models import Event
from config import invariants
from tests.processes import PROJECT

BOOK = PROJECT / "docs" / "drills.md"


@dataclass(frozen=True)
class Found:
    """What a drill measured, in words with numbers, and whether the target is reached."""

    figure: str
    target: str
    is_met: bool


@dataclass(frozen=True)
class Drill:
    """One drill. `run(folder, size)` leaves its files in the folder; the sizes are the drill's own."""

    name: str
    title: str
    run: Callable[[Path, Any], Found]
    # None: it is not held at this size.
    full: Any = None
    small: Any = None
    # Whether the rows of all rooms fit each other afterwards (config.invariants): not where a drill leaves half a case.
    leaves_all_whole: bool = True


def held(drill: Drill, folder: Path, *, small: bool) -> Found:
    """Hold a drill, and ask afterwards whether the rows of all rooms fit each other."""
    found = drill.run(folder, drill.small if small else drill.full)
    if not drill.leaves_all_whole:
        return found
    # A drill may have played on a clock that was ahead of ours.
    last = Event.objects.aggregate(Max("recorded_at"))["recorded_at__max"]
    broken = invariants.broken(max(filter(None, [last, timezone.now()])))
    wrong = ", ".join(f"{each.count} × {each.sentence} ({', '.join(each.first)})" for each in broken)
    asked = f"fsck: {wrong or 0} not true of {len(invariants.INVARIANTS)}"
    return replace(found, figure=f"{found.figure}; {asked}", is_met=found.is_met and not broken)


def line(drill: Drill, found: Found) -> str:
    return f"{drill.name} {found.figure} | {found.target} | {'ok' if found.is_met else 'short'}"


HEAD = """# Drills

Written by `make drill`; `make drill-R1` runs one of them anew. Each works on the product's real processes (gunicorn, Celery
workers, beats) with a PostgreSQL and a Valkey of its own. The suite runs each at a small size.

| drill | what is done | found | target | | seconds | when, and on what |
|---|---|---|---|---|---|---|
"""


def write_down(
    drill: Drill, found: Found, *, seconds: float, at: datetime, order: list[str], book: Path = BOOK
) -> None:
    """Put the row of this drill in its place among the others; `order` is that of the book."""
    rows = _rows(book)
    cells = [drill.name, drill.title, found.figure, found.target, "ok" if found.is_met else "**short**"]
    rows[drill.name] = _row([*cells, f"{seconds:.0f}", f"{at:%Y-%m-%d %H:%M} UTC; {machine()}"])
    known = [name for name in order if name in rows]
    book.write_text(HEAD + "".join(rows[name] for name in known), encoding="utf-8")


def _rows(book: Path) -> dict[str, str]:
    if not book.exists():
        return {}
    lines = book.read_text(encoding="utf-8").splitlines(keepends=True)
    named = ((re.match(r"\| (\w+) \|", each), each) for each in lines)
    return {match[1]: each for match, each in named if match and match[1] != "drill"}


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |\n"


def machine() -> str:
    """Cores, memory, versions, and what else the machine had to do: what a figure depends on."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = " ".join(cpu[1].split()) if cpu else platform.machine()
    postgres = connection.cursor().connection.info.server_version // 10000
    software = f"Python {platform.python_version()}, PostgreSQL {postgres}"
    return f"{os.cpu_count()} × {name}, {memory:.0f} GB, load {os.getloadavg()[0]:.0f}, {software}"
