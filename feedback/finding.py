"""Cases found by the id number or the phone of who petitions, for those who may learn of that person."""

from datetime import datetime

from django.db.models import QuerySet

from bodies import id_numbers, identities, phones
from bodies.id_numbers import IdKind
from bodies.scopes import Standing
from cases.codes import Kind
from cases.models import Case
from feedback.guards import known_to

# A passport's number cannot be told from a paper's ("15pcbtcd"): people with one are searched for by phone.
_NUMBERS = (IdKind.CITIZEN, IdKind.OLD_CARD)


def by_person(typed: str, standing: Standing, at: datetime) -> QuerySet[Case] | None:
    """The cases of everybody with this number, as far as this reader may learn of them. None: it is no such number.

    A denunciation is never found by a number: that would tell who denounces, which only a consented reading does.
    """
    number, phone = id_numbers.tidy(typed), phones.e164(typed)
    if phone is not None:
        found = identities.search(standing.user, at=at, phone=typed)
    elif any(id_numbers.fits(number, kind) for kind in _NUMBERS):
        found = identities.search(standing.user, at=at, id_number=typed)
    else:
        return None
    people = known_to(standing).filter(person__in=[each.person.pk for each in found])
    rows = Case.objects.filter(pk__in=people.values("petition__case"))
    return rows.exclude(kind=Kind.DENUNCIATION)
