"""Writing down that members of a committee attended meetings of cells and branches (seeds 000 III.1.1, 004 II.1.1)."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bodies import outbox
from bodies.models import Post, User
from bodies.querysets import valid_on
from bodies.refusals import BadInput, Refused
from bodies.text import tidy
from cases.steps import local_day
from dialogues.keeping import STRUCK, check_day, check_keeper, check_words, strike
from dialogues.models import Attendance


@transaction.atomic
def record(row: Attendance, *, by: User, at: datetime) -> Attendance:
    """Write an attendance down. Members may enter their own. Raises BadInput naming the field, Refused."""
    today = local_day(at)
    if row.member != by:
        check_keeper([row.committee], by, on=today, field="committee")
    check_day(row.day, today=today, bodies={"committee": row.committee})
    row.attended = check_words(tidy(row.attended), field="attended")
    if not _is_member(row.member, row.committee_id, row.day):
        raise BadInput.of("member", _("They are not a member of this committee on that day."))
    if not row.area.path.startswith(row.committee.area.path):
        raise BadInput.of("area", _("This lies outside the area of the committee."))
    row.recorded_by, row.recorded_at = by, at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("This attendance was written down before."), field="attended") from None
    _announce("attendance.recorded", row, at)
    return row


@transaction.atomic
def strike_out(row: Attendance, *, reason: str, by: User, at: datetime) -> Attendance:
    """Entered by mistake: it counts no more. Raises BadInput, Refused."""
    row = Attendance.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.member != by:
        check_keeper([row.committee], by, on=local_day(at), field="committee")
    strike(row, reason=reason, by=by, at=at)
    row.save(update_fields=STRUCK)
    _announce("attendance.struck", row, at)
    return row


def _is_member(user: User, committee_id: int, on: date) -> bool:
    """Whoever holds a post in the committee on that day: head, standing member, member, in charge of mobilisation."""
    return Post.objects.filter(valid_on(on), body=committee_id, holder=user).exists()


def _announce(topic: str, row: Attendance, at: datetime) -> None:
    outbox.announce(topic, str(row.pk), body=row.committee, day=row.day, facts={"kind": row.kind}, at=at)
