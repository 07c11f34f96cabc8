"""A petition as one reader may see it: the fields by the case's table, the people by feedback.permissions."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from bodies import identities, reveals
from bodies.identity_facts import Identity
from bodies.models import User
from bodies.scopes import Standing
from cases.models import Case
from cases.permissions import viewer_on
from cases.steps import local_day
from cases.visibility import MATTER, Viewer, fields_for, viewer_of
from feedback.models import Petition, Petitioner, Verdict
from feedback.permissions import Shown, shown_to

# What a list shows before it is cut, by the columns it is read from.
COLUMNS = {
    "code": "code",
    "kind": "case__kind",
    "instance": "case__instance",
    "channel": "channel",
    "received_at": "received_at",
    "received_by": "received_by__code",
    "title": "case__title",
    "people_count": "people_count",
    "reference": "case__reference",
    "stage": "case__stage",
    "responsible_body": "case__body__code",
    "due_on": "case__due_on",
    "body_id": "case__body_id",
    "body_path": "case__body__path",
    "area_path": "case__body__area__path",
    "received_by_id": "case__received_by_id",
}
_BRIEF = ("reference", "stage", "responsible_body", "due_on")
_ROW = ("code", "kind", "instance", "channel", "received_at", "received_by", "title", "people_count")
# Not shown where the matter itself is not: of a denunciation a monitor learns the outline (cases.visibility).
_OUTLINE_HIDES = MATTER | {
    "petitioners", "words", "verdicts", "addressed_to", "sender_body", "recorded_by", "recorded_at", "dated", "signed",
    "has_name", "has_address", "evidence", "learned_on", "withdrawn_at",
}  # fmt: skip


def line(row: dict[str, Any], standing: Standing) -> dict[str, Any]:
    """One line of the list, from its columns."""
    told = {name: row[column] for name, column in COLUMNS.items()}
    viewer = viewer_of(
        standing,
        body_id=told["body_id"],
        body_path=told["body_path"],
        area_path=told["area_path"],
        received_by_id=told["received_by_id"],
        is_co_body=False,
    )
    shown = {name: told[name] for name in _ROW} | {"received_on": local_day(told["received_at"])}
    return _cut(shown, {name: told[name] for name in _BRIEF}, viewer)


def whole(petition: Petition, standing: Standing, *, at: datetime) -> dict[str, Any]:
    """The petition with its people, later words and verdicts."""
    case = petition.case
    viewer = viewer_on(case, standing)
    shown = {
        "code": petition.code,
        "kind": case.kind,
        "instance": case.instance,
        "channel": petition.channel,
        "received_at": petition.received_at,
        "received_on": local_day(petition.received_at),
        "received_by": petition.received_by.code,
        "title": case.title,
        "people_count": petition.people_count,
        "addressed_to": petition.addressed_to.code if petition.addressed_to else None,
        "sender_body": petition.sender_body.code if petition.sender_body else None,
        "recorded_by": petition.recorded_by.username if petition.recorded_by else None,
        "recorded_at": petition.recorded_at,
        "dated": petition.is_dated,
        "signed": petition.is_signed,
        "has_name": petition.has_name,
        "has_address": petition.has_address,
        "evidence": petition.has_evidence,
        "learned_on": petition.learned_on,
        "withdrawn_at": petition.withdrawn_at,
    }
    if fields_for(viewer, case.kind) >= MATTER:
        shown |= {
            "petitioners": people(petition, viewer, by=standing.user, at=at),
            "words": list(petition.words.values("number", "kind", "is_whole", "text", "given_at")),
            "verdicts": [verdict(row) for row in petition.verdicts.select_related("case")],
        }
    brief = {
        "reference": case.reference,
        "stage": case.stage,
        "responsible_body": case.body.code,
        "due_on": case.due_on,
    }
    return _cut(shown, brief, viewer)


def people(petition: Petition, viewer: Viewer, *, by: User, at: datetime) -> list[dict[str, Any]]:
    """The petitioners as open as the table allows: nothing is unsealed that is not shown."""
    how = shown_to(viewer, petition.case.kind)
    rows = list(petition.petitioners.select_related("person"))
    known = _known(rows, how, petition.code, by, at)
    return [
        {
            "position": row.position,
            "is_representative": row.is_representative,
            "shown": how.value,
            # The handle for asking to read the identity; a monitor has nothing to ask with.
            **({} if viewer == Viewer.MONITOR else {"person": row.person.token}),
            **known.get(row.person_id, {}),
        }
        for row in rows
    ]


def people_of(case: Case, viewer: Viewer, *, by: User, at: datetime) -> tuple[Shown, list[dict[str, Any]]]:
    """Those behind a case, in one query, and how open they are; a case that no petition opened has none."""
    how = shown_to(viewer, case.kind)
    rows = list(Petitioner.objects.filter(petition__case=case).select_related("person").order_by("position"))
    known = _known(rows, how, case.reference, by, at)
    return how, [
        {
            "position": row.position,
            "is_representative": row.is_representative,
            **known.get(row.person_id, {}),
        }
        for row in rows
    ]


def is_sealed(petition: Petition) -> bool:
    """Whether nobody is shown who is behind it, not even to the desk that received it."""
    return shown_to(Viewer.RECEIVING, petition.kind) == Shown.HIDDEN


def in_the_book(petitions: dict[UUID, str], *, by: User, at: datetime) -> dict[UUID, list[Identity]]:
    """Those behind these petitions (with their kinds), for the desk that received them, in one query; of a denouncer nothing.

    A petition that names nobody has no entry.
    """
    open_ones = [pk for pk, kind in petitions.items() if shown_to(Viewer.RECEIVING, kind) == Shown.OPEN]
    rows = list(
        Petitioner.objects.filter(petition__in=open_ones).select_related("person").order_by("position")
    )
    people = [row.person for row in rows]
    known = reveals.read_for_case(people, by=by, reason="", case_reference="", at=at, log=False)
    found: dict[UUID, list[Identity]] = {}
    for row in rows:
        found.setdefault(row.petition_id, []).append(known[row.person_id])
    return found


def _known(
    rows: Iterable[Petitioner], how: Shown, reference: str, by: User, at: datetime
) -> dict[int, dict[str, Any]]:
    persons = [row.person for row in rows]
    if how == Shown.HIDDEN:
        return {}
    if how == Shown.MASKED:
        return {pk: asdict(masked) for pk, masked in identities.masked(persons).items()}
    opened = reveals.read_for_case(persons, by=by, reason="", case_reference=reference, at=at, log=False)
    return {pk: asdict(identity) for pk, identity in opened.items()}


def verdict(row: Verdict) -> dict[str, Any]:
    return {
        "id": row.pk,
        "case": row.case.reference,
        "score": row.score,
        "comment": row.comment,
        "given_at": row.given_at,
        "reopening": row.reopening,
        "decided_at": row.decided_at,
        "reason": row.reason,
    }


def verdict_to(row: Verdict, standing: Standing) -> dict[str, Any]:
    """A verdict on its own: without the citizen's words where the matter is not shown."""
    seen = fields_for(viewer_on(row.case, standing), row.case.kind)
    hidden = frozenset() if seen >= MATTER else {"comment", "reason"}
    return {name: value for name, value in verdict(row).items() if name not in hidden}


def _cut(shown: dict[str, Any], brief: dict[str, Any], viewer: Viewer) -> dict[str, Any]:
    seen = fields_for(viewer, shown["kind"])
    hidden = frozenset() if seen >= MATTER else _OUTLINE_HIDES
    return {name: value for name, value in shown.items() if name not in hidden} | {
        "case": {name: value for name, value in brief.items() if name not in hidden}
    }
