"""Cases found by the id number, the phone or the name of who petitions, for those who may learn of that person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from bodies import id_numbers, identities, phones, reveals
from bodies.id_numbers import IdKind
from bodies.identities import Found
from bodies.identity_facts import BadIdentity, Identity, read_id_number, read_name, read_phone
from bodies.scopes import Standing
from bodies.text import fold
from cases.codes import Kind
from cases.models import Case
from cases.querysets import WORKS_ON_CASES
from feedback.guards import known_to
from feedback.models import Petitioner

# A passport's number cannot be told from a paper's ("15pcbtcd"): people with one are searched for by phone.
_NUMBERS = (IdKind.CITIZEN, IdKind.OLD_CARD)
# So many petitions of people are looked through, and so many people shown, beside a form that is being typed.
_MOST_READ, _MOST_KNOWN = 30, 3


def by_person(typed: str, standing: Standing, at: datetime) -> QuerySet[Case] | None:
    """The cases of everybody with this number, as far as this reader may learn of them. None: it is no such number.

    A denunciation is never found by a number: that would tell who denounces, which only a consented reading does.
    """
    found = _by_number(typed, standing, at)
    if found is None:
        return None
    rows = Case.objects.filter(pk__in=_of(found, standing).values("petition__case"))
    return rows.exclude(kind=Kind.DENUNCIATION)


def petitioners(typed: str, standing: Standing, at: datetime) -> QuerySet[Petitioner]:
    """Those with this number or, where it is none, of this full name, who did not denounce."""
    found = _by_number(typed, standing, at)
    if found is None:
        found = identities.search(standing.user, at=at, name=typed) if fold(typed).strip() else []
    return _of(found, standing).exclude(petition__case__kind=Kind.DENUNCIATION)


@dataclass(frozen=True, repr=False)
class Known:
    """Somebody who came to this desk before, as the desk sees them on their cases, and the newest of these."""

    identity: Identity
    references: Sequence[str]


def wholly_typed(typed: Identity) -> Identity:
    """Name, phone and id number as far as they can be looked for: half a number is no fault while it is typed."""
    kept: dict[str, Any] = {}
    for name, read in (("name", read_name), ("phone", read_phone), ("id_number", read_id_number)):
        try:
            kept[name] = read(typed)
        except BadIdentity:
            kept[name] = ""
    return Identity(**kept)


def known_to_the_desk(typed: Identity, standing: Standing, at: datetime) -> list[Known]:
    """People with this phone, id number or full name whom the reader sees in full on their cases, the newest first.

    What is only half typed finds nobody; who is known from a denunciation alone is not known.
    """
    found = [
        each for value in (typed.phone, typed.id_number) for each in (_by_number(value, standing, at) or [])
    ]
    if len(typed.name.split()) > 1 and fold(typed.name).strip():
        found += identities.search(standing.user, at=at, name=typed.name)
    rows = _of(found, standing).exclude(petition__case__kind=Kind.DENUNCIATION)
    mine = standing.bodies(*WORKS_ON_CASES)
    rows = rows.filter(Q(petition__case__body__in=mine) | Q(petition__case__received_by__in=mine))
    newest = list(rows.select_related("person", "petition__case").order_by("-pk")[:_MOST_READ])
    people = [row.person for row in newest]
    opened = reveals.read_for_case(people, by=standing.user, reason="", case_reference="", at=at, log=False)
    known: dict[tuple[str, ...], Known] = {}
    for row in newest:
        who = opened[row.person_id]
        same = (fold(who.name), who.phone, who.id_number, fold(who.address))
        before = known.get(same, Known(who, ()))
        known[same] = Known(who, (*before.references, row.petition.case.reference))
    return list(known.values())[:_MOST_KNOWN]


def _by_number(typed: str, standing: Standing, at: datetime) -> list[Found] | None:
    number, phone = id_numbers.tidy(typed), phones.e164(typed)
    if phone is not None:
        return identities.search(standing.user, at=at, phone=typed)
    if any(id_numbers.fits(number, kind) for kind in _NUMBERS):
        return identities.search(standing.user, at=at, id_number=typed)
    return None


def _of(found: list[Found], standing: Standing) -> QuerySet[Petitioner]:
    return known_to(standing).filter(person__in=[each.person.pk for each in found])
