"""Reading sealed identities: for a reason, with a second person's consent where one is needed, each leaving its line.

Who may read and who may consent, the rooms above say (bodies.guards). A line is committed before anything is given away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import guards
from bodies.guards import Verdict
from bodies.identity_facts import Identity
from bodies.models import IdentityRead, Person, Reveal, User
from bodies.models.identity import CONSENT_LASTS
from bodies.outbox import announce
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from bodies.sealed_rows import opened
from bodies.text import tidy

REASON_LENGTH = 1000


class RevealRefused(Refused):
    """This identity is not to be read like this."""


class ConsentNeeded(RevealRefused):
    """A second person must consent first, and has not, or the consent is spent."""


def read_for_case(
    people: Iterable[Person], *, by: User, reason: str, case_reference: str, at: datetime, log: bool
) -> dict[int, Identity]:
    """The identities on one case's page or paper, by id, for somebody whom the case's own table of fields lets read them.

    It asks no guard. `log` leaves a line for each: always for a denouncer. The lines are committed before anything is
    given away, so this refuses to run inside a transaction; so does `reveal`.
    """
    people = list(people)
    if not log:
        return {person.pk: opened(person) for person in people}
    reason = _reasoned(reason)
    with transaction.atomic(durable=True):
        IdentityRead.objects.bulk_create(
            IdentityRead(person=person, by=by, at=at, reason=reason, case_reference=case_reference)
            for person in people
        )
        return {person.pk: opened(person) for person in people}


def reveal(person: Person, *, by: User, reason: str, at: datetime, reveal_id: int | None = None) -> Identity:
    """Read one identity, for a reason, leaving a line. Spends a consent where one is needed: this one, or any in force.

    Raises BadInput without a reason, RevealRefused where no guard allows it, ConsentNeeded where a second person must
    consent first (`ask_reveal`). Nothing is given away unless the line is committed.
    """
    reason = _reasoned(reason)
    with transaction.atomic(durable=True):
        verdict = _verdict(person, by, at)
        reference, consent = verdict.case_reference, None
        if _needs_consent(verdict):
            consent = _consent(person, by, reveal_id, at)
            reference = consent.case_reference
        IdentityRead.objects.create(
            person=person, by=by, at=at, reason=reason, case_reference=reference, reveal=consent
        )
        return opened(Person.objects.get(pk=person.pk))


@transaction.atomic
def ask_reveal(person: Person, *, by: User, reason: str, at: datetime) -> Reveal:
    """Ask for a second person's consent to read an identity. Asked again while it waits: the same request.

    Raises RevealRefused where no guard allows the reading, or where no consent is needed.
    """
    reason = _reasoned(reason)
    verdict = _verdict(person, by, at)
    if not _needs_consent(verdict):
        raise RevealRefused(_("No consent is needed here: read the identity with a reason."))
    asked, is_new = Reveal.objects.get_or_create(
        person=person,
        asked_by=by,
        case_reference=verdict.case_reference,
        state=Reveal.State.WAITING,
        defaults={"asked_at": at, "reason": reason},
    )
    if is_new:
        _announce("reveal.asked", asked, at)
    return asked


@transaction.atomic
def decide_reveal(asked: Reveal, *, by: User, grant: bool, at: datetime) -> Reveal:
    """Consent to a reading, or refuse it; by another person than asked. A consent is for one reading within 24 hours.

    Raises RevealRefused where it is not this person's to decide, or was decided already.
    """
    row = Reveal.objects.select_for_update(of=("self",)).select_related("person").get(pk=asked.pk)
    if row.asked_by_id == by.pk:
        raise RevealRefused(_("Another person than the one who asks must decide."))
    if not guards.may_approve(row.person, row.case_reference, standing_of(by, timezone.localdate(at))):
        raise RevealRefused(_("This request is not yours to decide."))
    if row.state != Reveal.State.WAITING:
        raise RevealRefused(_("This request was already decided."))
    row.state = Reveal.State.GRANTED if grant else Reveal.State.REFUSED
    row.decided_by, row.decided_at = by, at
    row.expires_at = at + CONSENT_LASTS if grant else None
    row.save(update_fields=["state", "decided_by", "decided_at", "expires_at"])
    _announce("reveal.decided", row, at)
    return row


def may_decide(asked: Reveal, user: User, *, at: datetime) -> bool:
    """Whether this user may consent to this reading, which is another's."""
    standing = standing_of(user, timezone.localdate(at))
    return asked.asked_by_id != user.pk and guards.may_approve(asked.person, asked.case_reference, standing)


def reveals_to_decide(user: User, *, at: datetime) -> list[Reveal]:
    """The waiting requests of others that this user may decide, oldest first."""
    standing = standing_of(user, timezone.localdate(at))
    waiting = Reveal.objects.waiting().exclude(asked_by=user).select_related("person", "asked_by")
    return [
        asked
        for asked in waiting.order_by("asked_at", "pk")
        if guards.may_approve(asked.person, asked.case_reference, standing)
    ]


def reveal_for(user: User, reveal_id: int, *, at: datetime) -> Reveal:
    """The request that this user made or may decide about. Raises Reveal.DoesNotExist, also where it is not theirs."""
    asked = Reveal.objects.select_related("person").get(pk=reveal_id)
    standing = standing_of(user, timezone.localdate(at))
    if asked.asked_by_id != user.pk and not guards.may_approve(asked.person, asked.case_reference, standing):
        raise Reveal.DoesNotExist
    return asked


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far somebody is with reading one identity: what was asked last, and whether it can be read now."""

    needs_consent: bool
    asked: Reveal | None = None
    is_spent: bool = False
    can_read: bool


def progress(person: Person, *, by: User, at: datetime) -> Progress:
    """Raises RevealRefused where no guard allows the reading."""
    if not _needs_consent(_verdict(person, by, at)):
        return Progress(needs_consent=False, can_read=True)
    asked = list(Reveal.objects.filter(person=person, asked_by=by).order_by("pk"))
    spent = set(IdentityRead.objects.filter(reveal__in=asked).values_list("reveal", flat=True))
    last = asked[-1] if asked else None
    return Progress(
        needs_consent=True,
        asked=last,
        is_spent=last is not None and last.pk in spent,
        can_read=any(each.is_in_force(at) and each.pk not in spent for each in asked),
    )


def _verdict(person: Person, by: User, at: datetime) -> Verdict:
    verdict = guards.verdict_on(person, standing_of(by, timezone.localdate(at)))
    if not verdict.allowed:
        raise RevealRefused(_("The identity of this person is not yours to read."))
    return verdict


def _needs_consent(verdict: Verdict) -> bool:
    return verdict.needs_approval and bool(settings.REVEAL_NEEDS_APPROVAL)


def _consent(person: Person, by: User, reveal_id: int | None, at: datetime) -> Reveal:
    """A consent in force that was not spent, locked until the end of the transaction. Raises ConsentNeeded."""
    asked = Reveal.objects.select_for_update().filter(person=person, asked_by=by).order_by("pk")
    requests = list(asked if reveal_id is None else asked.filter(pk=reveal_id))
    # Asked after the lock: a reader who was quicker has committed by now
    spent = set(IdentityRead.objects.filter(reveal__in=requests).values_list("reveal", flat=True))
    for request in requests:
        if request.is_in_force(at) and request.pk not in spent:
            return request
    raise ConsentNeeded(_why_none(requests, spent))


def _why_none(requests: list[Reveal], spent: set[int]) -> str:
    if not requests:
        return _("Reading this identity needs the consent of a second person: ask for it first.")
    last = requests[-1]
    if last.state == Reveal.State.WAITING:
        return _("The consent that was asked for is not decided yet.")
    if last.state == Reveal.State.REFUSED:
        return _("The consent that was asked for was refused.")
    if last.pk in spent:
        return _("This consent was used: each reading needs its own. Ask again.")
    return _("This consent has expired: ask again.")


def _reasoned(reason: str) -> str:
    clean = tidy(reason)
    if not clean:
        raise BadInput.of("reason", _("Say why this identity must be read."))
    if len(clean) > REASON_LENGTH:
        raise BadInput.of("reason", _("At most %(limit)d characters.") % {"limit": REASON_LENGTH})
    return clean


def _announce(topic: str, asked: Reveal, at: datetime) -> None:
    facts = {"case": asked.case_reference, "state": str(asked.state)}
    announce(topic, str(asked.pk), body=None, day=timezone.localdate(at), facts=facts, at=at)
