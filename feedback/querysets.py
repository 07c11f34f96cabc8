"""How the rest of the project asks for petitions, petitioners and verdicts: always through the cases a reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from cases.models import Case

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from feedback.models import Petition, Petitioner, Verdict  # noqa: F401


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
