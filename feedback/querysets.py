"""How the rest of the project asks for petitions, petitioners and verdicts: always through the cases a reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from bodies.models import Body
from bodies.querysets import under
from cases.models import Case
from cases.querysets import ABOVE
from feedback.permissions import imports_for, receives_for

if TYPE_CHECKING:
    from bodies.scopes import Standing
    from cases.periods import Period
    from feedback.models import Acknowledgement, Petition, Petitioner, Reception, RegisterFile, Verdict  # noqa: F401


class PetitionQuerySet(QuerySet["Petition"]):
    def visible_to(self, standing: Standing) -> Self:
        """Those whose case this person may know of: a petition has no audience of its own."""
        return self.filter(case__in=Case.objects.visible_to(standing))

    def taken_on(self, day: date, bodies: Iterable[int]) -> Self:
        """Received by these bodies on a local day."""
        begins = timezone.make_aware(datetime.combine(day, time.min))
        return self.filter(
            received_by__in=list(bodies), received_at__range=(begins, begins + timedelta(days=1))
        )


class PetitionerQuerySet(QuerySet["Petitioner"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(petition__case__in=Case.objects.visible_to(standing))


class AcknowledgementQuerySet(QuerySet["Acknowledgement"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of the petitions taken in at one's own desks: nobody else gave them out."""
        return self.filter(
            petition__received_by__in=receives_for(standing),
            petition__case__in=Case.objects.visible_to(standing),
        )


class VerdictQuerySet(QuerySet["Verdict"]):
    def visible_to(self, standing: Standing) -> Self:
        return self.filter(case__in=Case.objects.visible_to(standing))

    def waiting(self) -> Self:
        """Somebody must decide whether the case is reopened."""
        return self.filter(reopening="waiting")


class RegisterFileQuerySet(QuerySet["RegisterFile"]):
    def visible_to(self, standing: Standing) -> Self:
        """Old books: those of the bodies for which this person takes books in, and nobody else's."""
        return self.filter(body__in=imports_for(standing))


class ReceptionQuerySet(QuerySet["Reception"]):
    def visible_to(self, standing: Standing) -> Self:
        """Of the bodies somebody works in, of those below them by rank, and of areas they lead or watch."""
        return self.filter(_receptions_seen(standing, host="host__in", prefix="host__"))

    def hosted_by(self, bodies: Iterable[int]) -> Self:
        return self.filter(host__in=bodies)

    def held(self, period: Period) -> Self:
        return self.filter(day__gte=period.first, day__lte=period.last)

    def of_a_head(self) -> Self:
        """The days that are a head's: periodic and ad hoc ones, held in person or by a delegate."""
        return self.filter(kind__in=["periodic", "ad_hoc"])

    def periodic(self) -> Self:
        return self.filter(kind="periodic")

    def by_the_head(self) -> Self:
        # The same rule as Reception.is_in_person
        return self.of_a_head().filter(delegate_reason="")

    def by_delegate(self) -> Self:
        return self.of_a_head().exclude(delegate_reason="")


def bodies_whose_receptions(standing: Standing) -> QuerySet[Body]:
    """The bodies whose reception days this person reads."""
    return Body.objects.filter(_receptions_seen(standing, host="pk__in", prefix=""))


def _receptions_seen(standing: Standing, *, host: str, prefix: str) -> Q:
    seen = Q((host, standing.works_in())) | under(standing.below(*ABOVE), f"{prefix}path")
    return seen | under([*standing.leads(), *standing.areas("monitor")], f"{prefix}area__path")
