"""What this room says about the people it knows: who may find them, read them, and consent to a reading."""

from collections.abc import Collection

from django.db.models import QuerySet

from bodies.guards import REFUSED, Verdict
from bodies.models import Person
from bodies.scopes import Standing
from cases.codes import Kind
from cases.models import Case
from cases.parts import Part
from cases.permissions import parts_of
from cases.steps import Actor
from feedback.models import Petitioner
from feedback.permissions import cases_known_to

_CONSENT = frozenset({Part.HEAD, Part.SUPERIOR})


class PetitionGuard:
    """Petitioners follow their cases. To be found is to be confirmed, so a denouncer is found only through that case."""

    def may_find(self, person_ids: Collection[int], standing: Standing) -> set[int]:
        return set(known_to(standing).filter(person__in=person_ids).values_list("person_id", flat=True))

    def may_reveal(self, person: Person, standing: Standing) -> Verdict:
        """Through a denunciation only with a second person's consent, whatever else they petitioned for."""
        through = (
            known_to(standing)
            .filter(person=person)
            .values_list("petition__case__kind", "petition__case__reference")
        )
        cases = sorted(through, key=lambda row: row[0] != Kind.DENUNCIATION)
        if not cases:
            return REFUSED
        kind, reference = cases[0]
        return Verdict(allowed=True, needs_approval=kind == Kind.DENUNCIATION, case_reference=reference)

    def may_approve(self, person: Person, case_reference: str, standing: Standing) -> bool:
        """The head of the body that holds the case, or its superior; of the body complained of, nobody."""
        case = Case.objects.select_related("body__area").filter(
            reference=case_reference, petition__petitioners__person=person
        )
        found = case.first()
        if found is None:
            return False
        parts = parts_of(Actor.staff(standing.user), found, on=standing.on, standing=standing)
        return not parts.isdisjoint(_CONSENT)


def known_to(standing: Standing) -> QuerySet[Petitioner]:
    """The petitioners whom this person may learn of: those of cases that are more than watched."""
    return Petitioner.objects.filter(petition__case__in=cases_known_to(standing))
