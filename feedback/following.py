"""From a tracking code to the case that its holder follows."""

from django.utils.translation import gettext_lazy as _

from bodies import tracking
from cases.models import Case
from cases.stages import Stage
from feedback.models import Petition
from feedback.querysets import PetitionQuerySet

# Said of every wrong code, whatever is wrong with it.
NO_SUCH_CODE = _(
    "There is no petition with this code. Look at the receipt again: three groups of four letters and digits."
)


def petition_of(code: str) -> Petition | None:
    """The petition with this code. None for every wrong one, at the same cost: one look into one index."""
    return _with_case(Petition.objects.filter(tracking_hash=tracking.hash_of(code)))


def petition_again(pk: str) -> Petition | None:
    """The petition whose code was told a moment ago (feedback.portal_views keeps the id, signed)."""
    return _with_case(Petition.objects.filter(pk=pk))


def _with_case(found: PetitionQuerySet) -> Petition | None:
    return found.select_related("case__body__area", "case__area", "case__received_by").first()


def followed(petition: Petition) -> Case:
    """The case that answers it: its own, or the one that was joined to. Never round in circles: only open cases are joined into."""
    case = petition.case
    while case.stage == Stage.JOINED and case.joined_to_id is not None:
        case = Case.objects.select_related("body__area", "area", "received_by").get(pk=case.joined_to_id)
    return case
