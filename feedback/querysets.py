"""How the rest of the project asks for petitions, petitioners and verdicts: always through the cases a reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from bodies.querysets import under
from cases.models import Case
from cases.querysets import ABOVE

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from feedback.models import Petition, Petitioner, Reception, Verdict  # noqa: F401


class PetitionQuerySet(QuerySet["Petition"]):
    def visible_to(self, standing: Standing) -> Self:
        """Those whose case this person may know of: a petition has no audience of its own."""
        return self.filter(case__in=Case.objects.visible_to(standing))


class PetitionerQuerySet(QuerySet["Petitioner"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(petition__case__in=Case.objects.visible_to(standing))


class VerdictQuerySet(QuerySet["Verdict"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(case__in=Case.objects.visible_to(standing))

    def waiting(self) -> Self:
        """Somebody must decide whether the case is reopened."""
        return self.filter(reopening="waiting")


class ReceptionQuerySet(QuerySet["Reception"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of the bodies somebody works in, of those below them by rank, and of areas they lead or watch."""
        seen = Q(host__in=standing.bodies()) | under(standing.below(*ABOVE), "host__path")
        return self.filter(seen | under([*standing.leads(), *standing.areas("monitor")], "host__area__path"))
