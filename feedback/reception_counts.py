"""How many days the heads of bodies received citizens, month by month, beside what the law asked of them.

A handful of queries for any number of bodies and months. Plans count by the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from bodies.models import Body, Post, ReceptionMinimum, User
from bodies.models.body import Duty
from bodies.working_days import current_calendar
from cases.periods import Period, last_of_month
from feedback.models import Reception
from feedback.reception_duty import Head, Holding, Minimum, MonthOfDuty, Received, months_of_duty

# A week may reach this far into the months beside it.
_WEEK = timedelta(days=6)


def duty_by_month(
    bodies: Iterable[Body], period: Period, *, over_on: date, known_on: date | None = None
) -> dict[int, list[MonthOfDuty]]:
    """Each body's months, oldest first, by the body's id; bodies without a head in the period have none.

    `over_on`: the last day that is over. `known_on`: only reception days up to this one (default: all).
    """
    asked = {body.pk: body for body in bodies}
    whole = Period(period.first.replace(day=1) - _WEEK, last_of_month(period.last) + _WEEK)
    held = _holdings(asked, whole)
    received = _received(list(held), whole, known_on)
    minimums = _minimums()
    calendar = current_calendar()
    found: dict[int, list[MonthOfDuty]] = {}
    for pk, holdings in held.items():
        body = asked[pk]
        head = Head(
            holdings=tuple(holdings),
            minimums=tuple(minimums[body.level]),
            received=tuple(received[pk]),
            open_from=body.valid_from,
            open_to=body.valid_to,
        )
        if months := list(months_of_duty(head, period, calendar=calendar, over_on=over_on)):
            found[pk] = months
    return found


def headed(bodies: QuerySet[Body], period: Period) -> QuerySet[Body]:
    """Those that had a head at some time in the period."""
    posts = Post.objects.filter(body=OuterRef("pk"), duty=Duty.HEAD, valid_from__lte=period.last)
    return bodies.filter(Exists(posts.exclude(valid_to__lt=period.first)))


def holders_of(found: Iterable[list[MonthOfDuty]]) -> dict[int, User]:
    """The heads who received in these months, by id."""
    return User.objects.in_bulk({pk for months in found for month in months for pk in month.by_holder})


def _holdings(bodies: Iterable[int], period: Period) -> dict[int, list[Holding]]:
    found: dict[int, list[Holding]] = defaultdict(list)
    rows = Post.objects.filter(body__in=list(bodies), duty=Duty.HEAD, valid_from__lte=period.last)
    for post in rows.exclude(valid_to__lt=period.first).order_by("valid_from", "pk"):
        found[post.body_id].append(
            Holding(
                title=post.title,
                holder_id=post.holder_id,
                valid_from=post.valid_from,
                valid_to=post.valid_to,
            )
        )
    return found


def _received(bodies: list[int], period: Period, known_on: date | None) -> dict[int, list[Received]]:
    rows = Reception.objects.hosted_by(bodies).held(period).of_a_head()
    if known_on is not None:
        rows = rows.filter(day__lte=known_on)
    found: dict[int, list[Received]] = defaultdict(list)
    for row in rows.only("host_id", "day", "kind", "received_by_id", "delegate_reason"):
        found[row.host_id].append(
            Received(
                day=row.day, by_id=row.received_by_id, in_person=row.is_in_person, periodic=row.is_periodic
            )
        )
    return found


def _minimums() -> dict[str, list[Minimum]]:
    found: dict[str, list[Minimum]] = defaultdict(list)
    for row in ReceptionMinimum.objects.order_by("pk"):
        found[row.level].append(
            Minimum(
                title=row.title,
                level=row.level,
                amount=row.amount,
                per=row.per,
                basis=row.basis,
                mark=row.mark,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
        )
    return found
