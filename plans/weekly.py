"""The letter that heads get on the first working day of a week: what they promised, and what is late. Counts and references."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import Membership, Message, Role, User
from bodies.scopes import standing_of
from bodies.stopwatch import Stopwatch
from bodies.working_days import current_calendar
from cases.codes import Kind
from cases.models import Case
from cases.stages import OPEN
from cases.steps import local_day

TOPIC = "weekly"
# So many references stand under each count; the page has them all.
_NAMED = 20
_AT_ONCE = 50
# A run takes up nobody after this; the next one does.
_RUN_LASTS = timedelta(seconds=60)

_TITLE = _("This week: %(late)s late, %(promised)s conclusions being carried out")
_TEXT = _(
    "Conclusions you gave, being carried out: %(promised)s; of these overdue: %(promised_late)s\n%(promised_references)s"
    "\nCases of your office that are overdue: %(late)s\n%(late_references)s"
    "\nDue by the end of this week: %(due)s\n\n%(address)s"
)


def tell_heads(now: datetime) -> int:
    """Tell every head who has not turned it off and was not told this week; how many. Two at once tell nobody twice."""
    today = local_day(now)
    if not current_calendar().is_working_day(today):
        return 0
    watch, told, key = Stopwatch(now), 0, f"{TOPIC}:{today:%G-W%V}"
    while watch.passed() < _RUN_LASTS:
        heads = list(_waiting(today, key)[:_AT_ONCE])
        if not heads:
            break
        told += _tell(heads, key, today, now)
    return told


def want(user: User, *, wanted: bool) -> None:
    """Turn somebody's letter of the week on or off."""
    User.objects.filter(pk=user.pk).update(weekly_mail=wanted)


def _waiting(today: date, key: str) -> QuerySet[User]:
    heads = Membership.objects.on(today).filter(role=Role.HEAD, user=OuterRef("pk"))
    known = Message.objects.filter(recipient=OuterRef("pk"), key=key)
    rows = User.objects.filter(Exists(heads), ~Exists(known), is_active=True, weekly_mail=True)
    return rows.order_by("pk")


@transaction.atomic
def _tell(heads: Iterable[User], key: str, today: date, now: datetime) -> int:
    return messages.tell_many(
        (Told(user, key, TOPIC, Wording(_TITLE, _TEXT, _week_of(user, today))) for user in heads), at=now
    )


def _week_of(user: User, today: date) -> dict[str, Any]:
    """Counts and references of what the bodies that somebody heads promised, and of what they hold and owe."""
    standing = standing_of(user, today)
    mine = standing.bodies(Role.HEAD)
    promised, held = Q(kind=Kind.CONCLUSION, received_by__in=mine), Q(body__in=mine)
    late, week_ends = Q(due_on__lt=today), today + timedelta(days=6 - today.weekday())
    seen = Case.objects.visible_to(standing).filter(promised | held, stage__in=sorted(OPEN))
    found: dict[str, Any] = seen.aggregate(
        promised=Count("pk", filter=promised),
        promised_late=Count("pk", filter=promised & late),
        late=Count("pk", filter=held & late),
        due=Count("pk", filter=held & Q(due_on__range=(today, week_ends))),
    )
    return {
        **found,
        "promised_references": _named(seen.filter(promised & late)),
        "late_references": _named(seen.filter(held & late)),
        "address": f"{settings.SITE_URL}{reverse('my-offices')}",
    }


def _named(rows: QuerySet[Case]) -> str:
    """The references that are late for the longest time, one on a line."""
    references = rows.order_by("due_on", "pk").values_list("reference", flat=True)[:_NAMED]
    return "".join(f"  {reference}\n" for reference in references)
