"""What the lists of petitions and verdicts can be asked for in their address: codes and days, nothing personal."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from bodies.filters import AskedFilters, path_of
from bodies.models import Area, Body
from cases.codes import Channel, Kind
from cases.stages import Stage
from feedback.models import Petition, Verdict


class PetitionFilter(AskedFilters):
    kind = django_filters.MultipleChoiceFilter(field_name="case__kind", choices=Kind.choices)
    channel = django_filters.MultipleChoiceFilter(choices=Channel.choices)
    stage = django_filters.MultipleChoiceFilter(field_name="case__stage", choices=Stage.choices)
    received_by = django_filters.CharFilter(method="by_body", max_length=60)
    area = django_filters.CharFilter(method="in_area", max_length=60)
    case = django_filters.CharFilter(field_name="case__reference", max_length=80)
    received_after = django_filters.DateFilter(field_name="received_at", lookup_expr="date__gte")
    received_before = django_filters.DateFilter(field_name="received_at", lookup_expr="date__lte")

    class Meta:
        model = Petition
        fields: list[str] = []

    def by_body(self, rows: QuerySet[Petition], name: str, value: str) -> QuerySet[Petition]:
        return rows.filter(received_by=_body(name, value))

    def in_area(self, rows: QuerySet[Petition], name: str, value: str) -> QuerySet[Petition]:
        return rows.filter(case__area__path__startswith=path_of(Area.objects, name, value))


class VerdictFilter(AskedFilters):
    reopening = django_filters.ChoiceFilter(choices=Verdict.Reopening.choices)
    score = django_filters.NumberFilter(min_value=1, max_value=5)
    score__lte = django_filters.NumberFilter(field_name="score", lookup_expr="lte", min_value=1, max_value=5)
    case = django_filters.CharFilter(field_name="case__reference", max_length=80)
    body = django_filters.CharFilter(method="of_body", max_length=60)

    class Meta:
        model = Verdict
        fields: list[str] = []

    def of_body(self, rows: QuerySet[Verdict], name: str, value: str) -> QuerySet[Verdict]:
        return rows.filter(case__body=_body(name, value))


def _body(name: str, code: str) -> Any:
    found = Body.objects.filter(code=code).first()
    if found is None:
        raise ValidationError({name: [_("Unknown code: %(code)s.") % {"code": code}]})
    return found
