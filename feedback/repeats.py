"""Likely repeats of a petition: the same person, or the same place and similar words. Pointed out, never decided.

Only among cases that the asker may know of and does more than watch: that a name or number is known from a denunciation is
itself an answer about its writer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from bodies import identities
from bodies.identity_facts import Identity
from bodies.models import Area, Body
from bodies.scopes import Standing
from cases.models import Case
from cases.stages import Stage
from feedback.likeness import likeness, words_to_look_for
from feedback.models import Petitioner
from feedback.permissions import cases_known_to

# A matter of longer ago is no repeat of a letter but another matter.
HORIZON = timedelta(days=730)
MOST = 10
# Read and compared word by word: the best by rank.
_CANDIDATES = 30
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
    by_person = _by_person(sought, standing)
    rows = _rows(sought, standing, by_person, today)
    found = [_weighed(row, by_person.get(row["pk"], frozenset()), sought) for row in rows]
    likely = [repeat for repeat in found if repeat is not None]
    return sorted(likely, key=lambda repeat: (-repeat.score, repeat.case["reference"]))[:MOST]


def _by_person(sought: Sought, standing: Standing) -> dict[int, frozenset[str]]:
    """Case ids, and what somebody in them has in common with somebody here."""
    asked = [each for each in sought.people if each.name or each.id_number or each.phone]
    if not asked:
        return {}
    shared: dict[int, frozenset[str]] = {}
    for matches in identities.same_people(asked):
        for person, fields in matches.items():
            shared[person] = shared.get(person, frozenset()) | fields
    if not shared:
        return {}
    people = sorted(shared, key=lambda person: (shared[person] == _NAME_ALONE, -person))[:_MOST_PEOPLE]
    rows = Petitioner.objects.filter(person__in=people).values_list("petition__case_id", "person_id")
    found: dict[int, frozenset[str]] = {}
    for case, person in rows:
        found[case] = found.get(case, frozenset()) | shared[person]
    return found


def _rows(sought: Sought, standing: Standing, cases: Iterable[int], today: date) -> list[dict[str, Any]]:
    """Candidates of both kinds in one statement; the id's and the text's own index find them."""
    seen = cases_known_to(standing).exclude(stage=Stage.VOID)
    cases = list(cases)
    known = seen.filter(pk__in=cases).order_by()
    alike = _alike(sought, seen, today)
    if alike is None:
        return list(known.values(*_COLUMNS)) if cases else []
    if not cases:
        return list(alike.values(*_COLUMNS))
    return list(known.values(*_COLUMNS).union(alike.values(*_COLUMNS)))


def _alike(sought: Sought, seen: QuerySet[Case], today: date) -> QuerySet[Case] | None:
    words = words_to_look_for(sought.title, sought.content)
    if not words or (sought.area is None and sought.body is None):
        return None
    # Folded words of letters and digits only: nothing in them is an operator.
    query = SearchQuery(" | ".join(words), config="simple", search_type="raw")
    where = {"area": sought.area} if sought.area is not None else {"body": sought.body}
    rows = seen.filter(search=query, received_on__gte=today - HORIZON, **where)
    return rows.order_by(SearchRank(F("search"), query).desc(), "-pk")[:_CANDIDATES]


def _weighed(row: dict[str, Any], matches: frozenset[str], sought: Sought) -> Repeat | None:
    alike = likeness(sought.title, sought.content, row["title"], row["content"])
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
