"""Likely repeats of a petition: the same person, or the same place and similar words. Pointed out, never decided.

Only among cases that the asker may know of and does more than watch: that a name or number is known from a denunciation is
itself an answer about its writer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bodies import identities
from bodies.identity_facts import Identity
from bodies.models import Area, Body
from bodies.scopes import Standing
from cases.likeness import Text
from feedback.repeat_rows import Candidate, candidates

MOST = 10
_ALIKE = 0.3
_WEIGHT = {"id_number": 1.0, "phone": 0.8, "name": 0.4}
_NAME_ALONE = frozenset({"name"})


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is known of a petition that is about to be logged, or was just now."""

    title: str = ""
    content: str = ""
    area: Area | None = None
    # Where no place is known, what the same body holds.
    body: Body | None = None
    people: Sequence[Identity] = ()


@dataclass(frozen=True)
class Repeat:
    """A case that may be the same matter, and why it is thought so: id_number, phone, name, text."""

    case: dict[str, Any]
    why: tuple[str, ...]
    score: float


def look(sought: Sought, standing: Standing, *, today: date) -> list[Repeat]:
    """The likeliest first, at most ten."""
    people = identities.sought([each for each in sought.people if each.name or each.id_number or each.phone])
    rows = candidates(
        sought.title, sought.content, people, standing, area=sought.area, body=sought.body, today=today
    )
    found: dict[int, tuple[Candidate, frozenset[str]]] = {}
    for row in rows:
        _row, matches = found.get(row.pk, (row, frozenset()))
        found[row.pk] = row, matches | row.matches
    text = Text.of(sought.title, sought.content)
    likely = [_weighed(row, matches, sought, text) for row, matches in found.values()]
    told = [repeat for repeat in likely if repeat is not None]
    return sorted(told, key=lambda repeat: (-repeat.score, repeat.case["reference"]))[:MOST]


def _weighed(row: Candidate, matches: frozenset[str], sought: Sought, text: Text) -> Repeat | None:
    alike = text.like(Text.of(row.title, row.content))
    here = sought.area is not None and row.area_id == sought.area.pk
    # Many people share a name: alone it points to nobody.
    if matches == _NAME_ALONE and not here and alike < _ALIKE / 2:
        matches = frozenset()
    why = [match for match in _WEIGHT if match in matches] + ["text"] * (alike >= _ALIKE)
    if not why:
        return None
    score = max((_WEIGHT[match] for match in matches), default=0.0) + alike
    return Repeat(_shown(row), tuple(why), round(score, 2))


def _shown(row: Candidate) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "kind": row.kind,
        "stage": row.stage,
        "title": row.title,
        "received_on": row.received_on,
        "responsible_body": row.body,
    }
