"""What this room adds to the figures of bodies: how citizens found the answers, and the reception days of heads."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.figures import Extra, register_extra
from cases.periods import Period
from feedback.models import Reception, Verdict

# On the scale of 1 to 5.
_SATISFIED = 4


def _verdicts(bodies: Collection[int], period: Period, *, among: Q) -> dict[int, int]:
    begins = timezone.make_aware(datetime.combine(period.first, time.min))
    ends = timezone.make_aware(datetime.combine(period.last + timedelta(days=1), time.min))
    rows = Verdict.objects.filter(among, case__body__in=bodies, given_at__gte=begins, given_at__lt=ends)
    return dict(rows.values_list("case__body").annotate(n=Count("pk")).order_by())


def _receptions(bodies: Collection[int], period: Period, *, among: Q) -> dict[int, int]:
    rows = Reception.objects.filter(among, host__in=bodies, day__range=(period.first, period.last))
    days = rows.filter(kind__in=[Reception.Kind.PERIODIC, Reception.Kind.AD_HOC])
    return dict(days.values_list("host").annotate(n=Count("pk")).order_by())


def register() -> None:
    every, satisfied = Q(score__gte=1), Q(score__gte=_SATISFIED)
    in_person = Q(delegate_reason="")
    for name, label, formula, count in (
        (
            "verdicts",
            _("Verdicts"),
            _("Verdicts that citizens gave on answers of the body in the period"),
            lambda bodies, period: _verdicts(bodies, period, among=every),
        ),
        (
            "satisfied",
            _("Satisfied"),
            _("Of these the verdicts of 4 or 5 out of 5"),
            lambda bodies, period: _verdicts(bodies, period, among=satisfied),
        ),
        (
            "receptions_in_person",
            _("Received in person"),
            _("Reception days that the head held in person in the period"),
            lambda bodies, period: _receptions(bodies, period, among=in_person),
        ),
        (
            "receptions_delegated",
            _("Received by delegates"),
            _("Reception days of the head that somebody else held"),
            lambda bodies, period: _receptions(bodies, period, among=~in_person),
        ),
    ):
        register_extra(Extra(name, label, formula, count))
