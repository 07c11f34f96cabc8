"""What the pages of reception days show: who was received with which number, what was concluded, and the days of a month beside those owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from bodies.identity_facts import Identity
from bodies.models import Body
from bodies.scopes import Standing
from cases.codes import Channel
from cases.models import Case
from cases.periods import Period, last_of_month
from feedback import showing
from feedback.models import Petition, Reception
from feedback.reception_counts import duty_by_month
from feedback.reception_duty import MonthOfDuty


@dataclass(frozen=True)
class Guest:
    """Somebody who was received: their number in the queue of that day, what they came with, and who they are where it may be told."""

    number: int | None
    petition: Petition
    people: Sequence[Identity]
    is_sealed: bool


@dataclass(frozen=True)
class Month:
    """The reception days of one body in a calendar month, newest first, beside what its head owed."""

    first: date
    days: Sequence[Reception]
    duty: MonthOfDuty | None

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return last_of_month(self.first) + timedelta(days=1)


def queue_of(host: Body, day: date) -> dict[UUID, int]:
    """The numbers that those who came to this desk on a local day have, in the order in which they were logged.

    Counted over all of them, whoever may see which: a number that was given stays. Logged later: a later number.
    """
    rows = Petition.objects.filter(channel=Channel.RECEPTION).taken_on(day, [host.pk])
    logged = rows.order_by("recorded_at", "code").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(logged, start=1)}


def came_on(host: Body, day: date, standing: Standing) -> QuerySet[Petition]:
    """The petitions brought to this desk on a local day, in the order in which they were logged."""
    rows = Petition.objects.visible_to(standing).filter(channel=Channel.RECEPTION)
    return rows.taken_on(day, [host.pk]).select_related("case").order_by("recorded_at", "code")


def came_with(reception: Reception, standing: Standing) -> QuerySet[Petition]:
    """The petitions taken on a reception day that was written down, those that the reader may know of."""
    return Petition.objects.visible_to(standing).filter(receptions=reception).select_related("case")


def guests(
    host: Body, day: date, petitions: Iterable[Petition], standing: Standing, *, at: datetime
) -> list[Guest]:
    """Those who were received, by their numbers; whoever was logged elsewhere or on another day has none."""
    rows, numbers = list(petitions), queue_of(host, day)
    own = {row.pk: row.kind for row in rows if row.received_by_id == host.pk}
    known = showing.in_the_book(own, by=standing.user, at=at)
    told = [Guest(numbers.get(row.pk), row, known.get(row.pk, ()), showing.is_sealed(row)) for row in rows]
    return sorted(told, key=lambda guest: (guest.number is None, guest.number or 0, guest.petition.code))


def concluded_on(reception: Reception, standing: Standing) -> QuerySet[Case]:
    """What was concluded, as cases that the reader may know of."""
    rows = Case.objects.visible_to(standing).filter(pk__in=reception.conclusions.values("pk"))
    return rows.select_related("body", "handler").order_by("pk")


def month_of(body: Body, first: date, standing: Standing, *, today: date) -> Month:
    period = Period(first, last_of_month(first))
    rows = Reception.objects.visible_to(standing).hosted_by([body.pk]).held(period)
    rows = rows.select_related("received_by").annotate(
        taken=Count("petitions", distinct=True), concluded=Count("conclusions", distinct=True)
    )
    months = duty_by_month([body], period, over_on=today - timedelta(days=1)).get(body.pk, [])
    return Month(first, list(rows.order_by("-day", "-pk")), months[0] if months else None)
