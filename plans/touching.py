"""Which bodies' figures an announcement may change: those it names, and those a case has been with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from bodies.models import Announcement, Body
from cases.models import Case, CaseFact, Event
from plans.models import Touched
from plans.words import Source


def by_cases(rows: Iterable[Announcement]) -> list[Touched]:
    """Every body that ever held a case, or that it is or was against, from the day it was first received."""
    references = {row.subject for row in rows}
    cases = list(Case.objects.filter(reference__in=references).only("reference", *_OF_CASES))
    ids = [case.pk for case in cases]
    bodies: dict[int, set[int]] = defaultdict(set)
    for case_id, body_id in (
        *Event.objects.filter(case__in=ids).values_list("case", "body").distinct(),
        *CaseFact.objects.filter(case__in=ids).values_list("case", "body").distinct(),
    ):
        bodies[case_id].add(body_id)
    for case_id, codes in _corrected(ids).items():
        bodies[case_id] |= set(Body.objects.filter(code__in=codes).values_list("pk", flat=True))
    touched = []
    for case in cases:
        named: set[int | None] = {case.body_id, case.received_by_id, case.against_body_id}
        for body_id in _sorted(bodies[case.pk] | named):
            since = min(case.first_received_on, case.received_on)
            touched.append(_touched(Source.CASE, case.reference, body_id, since))
    return touched


_OF_CASES = ("body_id", "received_by_id", "against_body_id", "first_received_on", "received_on")


def _corrected(ids: list[int]) -> dict[int, set[str]]:
    """What corrections of a case named, before and after: codes of bodies among them."""
    found: dict[int, set[str]] = defaultdict(set)
    for case_id, details in Event.objects.filter(case__in=ids, move="correct").values_list("case", "details"):
        found[case_id] |= set(_texts(details))
    return found


def by_name(rows: Iterable[Announcement], source: str) -> list[Touched]:
    """The bodies that the announcements name, from the earliest day they name."""
    rows = list(rows)
    codes = {text for row in rows for text in _texts(row.facts)}
    known = dict(Body.objects.filter(code__in=codes).values_list("code", "pk"))
    touched = []
    for row in rows:
        named: set[int | None] = {known[text] for text in _texts(row.facts) if text in known}
        named.add(row.body_id)
        since = min([row.day, *_days(row.facts)])
        if year := row.facts.get("year"):
            # The year in which a dialogue is planned may lie before the day it was entered.
            since = min(since, date(year, 1, 1))
        touched += [_touched(source, row.subject, body_id, since) for body_id in _sorted(named)]
    return touched


def _sorted(ids: Iterable[int | None]) -> list[int]:
    return sorted(pk for pk in ids if pk is not None)


def _touched(source: str, subject: str, body_id: Any, since: date) -> Touched:
    return Touched(source=source, subject=subject, body_id=body_id, since=since)


def _texts(value: object) -> Iterator[str]:
    """Every text in a value of JSON, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _days(facts: dict[str, Any]) -> Iterator[date]:
    for text in _texts(facts):
        try:
            yield date.fromisoformat(text)
        except ValueError:
            continue
