"""Who may take petitions in, and how much of a petitioner each reader of a case is shown.

Which petitions somebody may know of follows their cases (CaseQuerySet.visible_to). The table below is the only place
that says how open an identity is; serializers and tests read it.
"""

from enum import StrEnum

from django.db.models import QuerySet

from bodies.models import Role
from bodies.scopes import Standing
from cases.codes import Kind
from cases.models import Case
from cases.visibility import Viewer

# Who sits at a desk where petitions come in.
RECEIVES = (Role.RECEPTIONIST, Role.HANDLER, Role.HEAD)
# Who may be asked to consent to the reading of an identity.
CONSENTS = (Role.HEAD, Role.SUPERIOR_OFFICE)


class Shown(StrEnum):
    """How an identity appears in an answer."""

    OPEN = "open"
    MASKED = "masked"
    HIDDEN = "hidden"


# Of everything but denunciations; of a denouncer nobody is shown anything: their identity is revealed, with a reason
# and a second person's consent, or not seen (rulings on denunciations).
_SHOWN = {
    Viewer.HOLDING: Shown.OPEN,
    Viewer.RECEIVING: Shown.OPEN,
    Viewer.CO_BODY: Shown.MASKED,
    Viewer.SUPERIOR: Shown.MASKED,
    Viewer.MONITOR: Shown.HIDDEN,
}


def shown_to(viewer: Viewer, kind: str) -> Shown:
    """How the petitioners of a case of this kind appear to this viewer."""
    return Shown.HIDDEN if kind == Kind.DENUNCIATION else _SHOWN[viewer]


def receives_for(standing: Standing) -> frozenset[int]:
    """The bodies in whose name this person may take a petition in."""
    return standing.bodies(*RECEIVES)


def imports_for(standing: Standing) -> frozenset[int]:
    """The bodies whose old books this person may take in: their reception's and their head's affair."""
    return standing.bodies(Role.RECEPTIONIST, Role.HEAD)


def consents_for(standing: Standing) -> frozenset[int]:
    """The bodies as whose head or office this person may be asked to consent to the reading of an identity."""
    return standing.bodies(*CONSENTS)


def cases_known_to(standing: Standing) -> QuerySet[Case]:
    """The cases of whose people this person may learn: all they may know of but for those they only watch."""
    workers = without_watching(standing)
    rows = Case.objects.visible_to(standing)
    # Beside the full standing, never in its place: a monitor's own body may be the one complained of.
    return rows if workers == standing else rows.visible_to(workers)


def without_watching(standing: Standing) -> Standing:
    """The same person without what they see as a monitor: monitors learn of matters, never of people."""
    # Made anew: the standing of a request is not there before it is asked for, and dataclasses.replace takes no such.
    rest = tuple(place for place in standing.places if place.role != Role.MONITOR)
    return Standing(standing.user, standing.on, rest)
