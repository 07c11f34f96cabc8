"""Writing down a reception day, and opening what the head concluded on it."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import outbox
from bodies.models import Body, Membership, Post, Role, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases.codes import Channel
from cases.conclusions import Promise, promise
from cases.models import Case
from cases.steps import local_day
from feedback.models import Petition, Reception
from feedback.permissions import receives_for


@transaction.atomic
def record(reception: Reception, *, by: User, at: datetime, petitions: Sequence[Petition] = ()) -> Reception:
    """Write a reception day down, with the petitions taken on it. Raises BadInput naming the field, Refused for somebody from another desk."""
    today = local_day(at)
    _check_desk(reception.host, by, today)
    if reception.day > today:
        raise BadInput.of("day", _("This lies in the future."))
    if not reception.host.is_open_on(reception.day):
        raise BadInput.of("host", _("%(body)s is closed on that day.") % {"body": reception.host.name})
    reception.delegate_reason = reception.delegate_reason.strip()
    if not reception.delegate_reason and not _heads(reception.received_by, reception.host, reception.day):
        raise BadInput.of("delegate_reason", _("Say why the head did not receive in person."))
    reception.save(force_insert=True)
    reception.petitions.set(petitions)
    outbox.announce(
        "reception.recorded",
        str(reception.pk),
        body=reception.host,
        day=reception.day,
        facts={"kind": reception.kind, "in_person": reception.is_in_person},
        at=at,
    )
    return reception


def _heads(user: User, body: Body, on: date) -> bool:
    """Whether they were its head on that day: by the post, and where nobody is written down for it, by their role."""
    holders = set(Post.objects.heads_of([body.pk], on=on).values_list("holder_id", flat=True))
    if holders:
        return user.pk in holders
    return Membership.objects.on(on).of(user).filter(body=body, role=Role.HEAD).exists()


@transaction.atomic
def conclude(reception: Reception, new: Promise, *, by: User, at: datetime) -> Case:
    """The head's conclusion of that day, as a case of the body that must act. Raises BadInput naming the field.

    It is the head's to conclude, or the delegate's who received that day; Refused for anybody else of the desk.
    """
    today = local_day(at)
    _check_desk(reception.host, by, today)
    if not may_conclude(reception, by, on=today):
        raise Refused(
            _("The head concludes, or whoever received in the head's place on that day."), field="host"
        )
    case = promise(
        new,
        host=reception.host,
        channel=Channel.RECEPTION,
        concluded_at=timezone.make_aware(datetime.combine(reception.day, time.min)),
        by=by,
        recorded_at=at,
    )
    reception.conclusions.add(case)
    return case


def may_conclude(reception: Reception, user: User, *, on: date) -> bool:
    """Whether it is theirs: whoever received that day, or who heads the body on this local day."""
    return user.pk == reception.received_by_id or _heads(user, reception.host, on)


def _check_desk(host: Body, by: User, on: date) -> None:
    if host.pk not in receives_for(standing_of(by, on)):
        raise Refused(_("You do not work at this desk."), field="host")
