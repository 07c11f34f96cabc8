"""Likely repeats of a petition: the same person, or the same place and similar words. Pointed out, never decided.

Only among cases that the asker may know of and does more than watch: that a name or number is known from a denunciation is
itself an answer about its writer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, Value

from bodies import identities
from bodies.identity_facts import Identity
from bodies.models import Area, Body
from bodies.scopes import Standing
from cases.likeness import Text
from cases.same_matter import alike_in_words
from cases.stages import Stage
from feedback.permissions import cases_known_to

MOST = 10
# The newest holders of a common name; of an id number or a phone there are few.
_MOST_PEOPLE = 500
_ALIKE = 0.3
_WEIGHT = {"id_number": 1.0, "phone": 0.8, "name": 0.4}
_NAME_ALONE = frozenset({"name"})

_COLUMNS = (
    "pk", "reference", "kind", "stage", "title", "content", "received_on", "body__code", "area_id",
)  # fmt: skip


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
    shared = _shared(sought.people)
    found: dict[int, tuple[dict[str, Any], frozenset[str]]] = {}
    for row in _rows(sought, standing, shared, today):
        _row, matches = found.get(row["pk"], (row, frozenset()))
        found[row["pk"]] = row, matches | shared.get(row["person"], frozenset())
    text = Text.of(sought.title, sought.content)
    likely = [_weighed(row, matches, sought, text) for row, matches in found.values()]
    told = [repeat for repeat in likely if repeat is not None]
    return sorted(told, key=lambda repeat: (-repeat.score, repeat.case["reference"]))[:MOST]


def _shared(people: Sequence[Identity]) -> dict[int, frozenset[str]]:
    """Ids of persons known already, and what one of these people has in common with each."""
    asked = [each for each in people if each.name or each.id_number or each.phone]
    shared: dict[int, frozenset[str]] = {}
    for matches in identities.same_people(asked) if asked else []:
        for person, fields in matches.items():
            shared[person] = shared.get(person, frozenset()) | fields
    # Many share a name: the newest of those come last.
    kept = sorted(shared, key=lambda person: (shared[person] == _NAME_ALONE, -person))[:_MOST_PEOPLE]
    return {person: shared[person] for person in kept}


def _rows(sought: Sought, standing: Standing, people: Collection[int], today: date) -> list[dict[str, Any]]:
    """Candidates of both kinds in one statement, those found by a person with that person's id."""
    seen = cases_known_to(standing).exclude(stage=Stage.VOID)
    known = seen.filter(petition__petitioners__person__in=people).order_by()
    known_rows = known.annotate(person=F("petition__petitioners__person_id")).values(*_COLUMNS, "person")
    alike = alike_in_words(
        sought.title, sought.content, seen, area=sought.area, body=sought.body, today=today
    )
    if alike is None:
        return list(known_rows) if people else []
    nobody = Value(None, output_field=BigIntegerField())
    alike_rows = alike.annotate(person=nobody).values(*_COLUMNS, "person")
    return list(known_rows.union(alike_rows, all=True) if people else alike_rows)


def _weighed(row: dict[str, Any], matches: frozenset[str], sought: Sought, text: Text) -> Repeat | None:
    alike = text.like(Text.of(row["title"], row["content"]))
    here = sought.area is not None and row["area_id"] == sought.area.pk
    # Many people share a name: alone it points to nobody.
    if matches == _NAME_ALONE and not here and alike < _ALIKE / 2:
        matches = frozenset()
    why = [match for match in _WEIGHT if match in matches] + ["text"] * (alike >= _ALIKE)
    if not why:
        return None
    score = max((_WEIGHT[match] for match in matches), default=0.0) + alike
    return Repeat(_shown(row), tuple(why), round(score, 2))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "reference": row["reference"],
        "kind": row["kind"],
        "stage": row["stage"],
        "title": row["title"],
        "received_on": row["received_on"],
        "responsible_body": row["body__code"],
    }
