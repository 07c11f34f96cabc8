"""What lists of lines and figures are narrowed by. Codes only: no text of a person stands in an address."""

import django_filters
from django.db.models import QuerySet

from plans.models import Measure, Target
from plans.words import Source


class DutyFilter(django_filters.FilterSet):
    plan = django_filters.CharFilter(field_name="plan__key", max_length=60)
    measured_by = django_filters.ChoiceFilter(choices=Source.choices)
    reminder = django_filters.BooleanFilter()
    dated = django_filters.BooleanFilter(field_name="deadline", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Target
        fields: list[str] = []


class MeasureFilter(django_filters.FilterSet):
    versions = django_filters.BooleanFilter(
        method="with_versions", label="Also the versions that a correction has replaced"
    )
    plan = django_filters.CharFilter(field_name="target__plan__key", max_length=60)
    target = django_filters.CharFilter(field_name="target__code", max_length=30)
    body = django_filters.CharFilter(field_name="body__code", max_length=60)
    whole_plan = django_filters.BooleanFilter(field_name="body", lookup_expr="isnull")
    period = django_filters.CharFilter(max_length=8)
    passed = django_filters.BooleanFilter()
    frozen = django_filters.BooleanFilter(field_name="frozen_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Measure
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Measure]) -> QuerySet[Measure]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("versions") else rows.newest()

    def with_versions(self, rows: QuerySet[Measure], _name: str, _value: bool) -> QuerySet[Measure]:  # noqa: FBT001
        return rows
