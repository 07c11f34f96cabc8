"""What was written down wrongly of a petitioner is corrected: resealed in bodies, and told in the history by field names."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bodies import identities, reveals
from bodies.identity_facts import Identity
from bodies.models import User
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases import workflow
from cases.models import Event
from cases.steps import Actor, local_day
from feedback.models import Petitioner

FIELDS = ("name", "id_number", "phone", "address", "email", "birth_year", "note")
# What stands in a masked value: written back it would destroy the true one.
_MASK = "•"


@transaction.atomic
def correct_person(
    petitioner: Petitioner,
    changes: dict[str, Any],
    *,
    by: User,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Event:
    """Change some fields of one petitioner; fields not named stay. Whoever corrects need not see what stood there.

    Raises BadInput naming a wrong field, Refused where nothing would change or the correction is not this person's.
    """
    wrong = {name: [_("This field cannot be corrected.")] for name in changes if name not in FIELDS}
    wrong |= {
        name: [_("This is the masked form: type the whole value.")]
        for name, value in changes.items()
        if isinstance(value, str) and _MASK in value
    }
    if wrong or not changes:
        raise BadInput(wrong or {"fields": [_("Name the fields to correct.")]})
    case = petitioner.petition.case
    # Asked before anything is unsealed: "nothing would change" is an answer about a person.
    standing = standing_of(by, local_day(at))
    if not any(move.name == "correct" for move in workflow.moves_open_to(standing, case)):
        raise Refused(_("This entry is not yours to correct."))
    known = _known(petitioner, case.reference, by, at)
    if "id_number" in changes:
        # The kind of paper follows the new number.
        known = replace(known, id_kind="")
    changed = set(identities.reseal(petitioner.person, replace(known, **changes), by=by, at=at)) & set(FIELDS)
    if not changed:
        raise Refused(_("Nothing would change."))
    return workflow.move(
        case,
        "correct",
        by=Actor.staff(by),
        recorded_at=at,
        reason=reason,
        version=version,
        facts={"fields": {"people": sorted(changed)}},
    )


def _known(petitioner: Petitioner, reference: str, by: User, at: datetime) -> Identity:
    """What the changes are laid over. Nobody is shown it, so it leaves no line among the readings."""
    people = [petitioner.person]
    return reveals.read_for_case(people, by=by, reason="", case_reference=reference, at=at, log=False)[
        petitioner.person.pk
    ]
