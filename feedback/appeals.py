"""The people of an appeal: whoever complained first complains again, and follows the second instance with a code of its own."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from bodies import tracking
from cases.models import Case
from feedback.models import Petition, Petitioner


def follow(references: Iterable[str], *, at: datetime) -> int:
    """Give each of these cases that an appeal opened, and that nobody brought in yet, its petition; how many."""
    opened = Case.objects.filter(
        reference__in=list(references), appeal_of__petition__isnull=False, petition__isnull=True
    )
    rows = list(opened.select_related("appeal_of__petition").order_by("pk"))
    for case in rows:
        assert case.appeal_of is not None  # noqa: S101 - the query asked for it
        _bring_in(case, case.appeal_of.petition, at)
    return len(rows)


def _bring_in(case: Case, first: Petition, at: datetime) -> None:
    pk = uuid4()
    petition = Petition.objects.create(
        id=pk,
        code=case.reference,
        case=case,
        tracking_hash=tracking.hash_of(tracking.code_of(pk)),
        kind=case.kind,
        instance=case.instance,
        channel=case.channel,
        received_by_id=case.received_by_id,
        received_at=case.received_at,
        sender_body_id=first.sender_body_id,
        recorded_at=at,
        people_count=case.people_count,
        has_name=first.has_name,
        has_address=first.has_address,
    )
    # The sealed people themselves are not opened: the new petition names the same ones.
    Petitioner.objects.bulk_create(
        Petitioner(
            petition=petition,
            person_id=each.person_id,
            position=each.position,
            is_representative=each.is_representative,
        )
        for each in first.petitioners.order_by("position")
    )
