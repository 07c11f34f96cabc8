"""Cases found by the id number, the phone or the name of who petitions, for those who may learn of that person."""

from datetime import datetime

from django.db.models import QuerySet

from bodies import id_numbers, identities, phones
from bodies.id_numbers import IdKind
from bodies.identities import Found
from bodies.scopes import Standing
from bodies.text import fold
from cases.codes import Kind
from cases.models import Case
from feedback.guards import known_to
from feedback.models import Petitioner

# A passport's number cannot be told from a paper's ("15pcbtcd"): people with one are searched for by phone.
_NUMBERS = (IdKind.CITIZEN, IdKind.OLD_CARD)


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


def _by_number(typed: str, standing: Standing, at: datetime) -> list[Found] | None:
    number, phone = id_numbers.tidy(typed), phones.e164(typed)
    if phone is not None:
        return identities.search(standing.user, at=at, phone=typed)
    if any(id_numbers.fits(number, kind) for kind in _NUMBERS):
        return identities.search(standing.user, at=at, id_number=typed)
    return None


def _of(found: list[Found], standing: Standing) -> QuerySet[Petitioner]:
    return known_to(standing).filter(person__in=[each.person.pk for each in found])
