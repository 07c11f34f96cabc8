"""Reception days against the law's minimum over HTTP: each body's head, month by month, with the days behind each figure."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bodies.filters import path_of
from bodies.models import Area, Body, User
from bodies.scopes import standing_of
from cases.periods import Period, last_of_month, period_of
from feedback.querysets import bodies_whose_receptions
from feedback.reception_counts import duty_by_month, headed, holders_of
from feedback.reception_duty import MonthOfDuty


class HolderSerializer(serializers.Serializer):
    username = serializers.CharField()
    full_name = serializers.CharField()
    days = serializers.IntegerField(help_text="Days received in person while head")


class MonthSerializer(serializers.Serializer):
    """One month of one head; all counts are days."""

    month = serializers.CharField(help_text="2026-07")
    title = serializers.CharField(help_text="Code of the post")
    owed = serializers.IntegerField(help_text="What the law asks for in this month")
    in_person = serializers.IntegerField()
    delegated = serializers.IntegerField()
    ad_hoc = serializers.IntegerField(help_text="Ad hoc days in person: owed beside the periodic ones")
    missed = serializers.IntegerField(help_text="Owed, not held, and the week or month is over")
    still_owed = serializers.IntegerField(help_text="Owed and not held yet")
    is_met = serializers.BooleanField(
        allow_null=True, help_text="Null: nothing owed, or it can still be held"
    )
    amount = serializers.IntegerField(allow_null=True, help_text="Days per week or month by law")
    per = serializers.ChoiceField(choices=["week", "month"], allow_null=True)
    basis = serializers.CharField(allow_null=True)
    mark = serializers.CharField(allow_null=True, help_text="How sure the minimum is")
    heads = HolderSerializer(many=True)
    receptions = serializers.CharField(help_text="The days behind the figures")


class HeadSerializer(serializers.Serializer):
    """A body's months, oldest first, and their sums."""

    body = serializers.CharField()
    name = serializers.CharField()
    owed = serializers.IntegerField()
    in_person = serializers.IntegerField()
    delegated = serializers.IntegerField()
    missed = serializers.IntegerField()
    months = MonthSerializer(many=True)


class HeadFilter(django_filters.FilterSet):
    body = django_filters.CharFilter(field_name="code", max_length=60)
    body__within = django_filters.CharFilter(method="below", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)

    class Meta:
        model = Body
        fields: list[str] = []

    def below(self, rows: QuerySet[Body], name: str, value: str) -> QuerySet[Body]:
        return rows.filter(path__startswith=path_of(Body.objects.open_to_all(), name, value))

    def in_area(self, rows: QuerySet[Body], name: str, value: str) -> QuerySet[Body]:
        return rows.filter(area__path__startswith=path_of(Area.objects.open_to_all(), name, value))


class ByCode(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "code"


PERIOD = OpenApiParameter(
    "period", str, description="2026, 2026-Q3 or 2026-07; by default this year so far. Whole months."
)


class ReceptionMonthsView(GenericAPIView):
    serializer_class = HeadSerializer
    filterset_class = HeadFilter
    pagination_class = ByCode
    queryset = Body.objects.none()

    @extend_schema(
        parameters=[PERIOD],
        responses=HeadSerializer(many=True),
        summary="Reception days of heads against the law's minimum, by month: in person, delegated, missed",
    )
    def get(self, request: Request) -> Response:
        today = timezone.localdate()
        period = _period(request.query_params.get("period"), today.isoformat()[:4])
        period = Period(period.first, max(period.first, min(period.last, last_of_month(today))))
        seen = bodies_whose_receptions(standing_of(request.user, today))  # type: ignore[arg-type]
        page = self.paginate_queryset(self.filter_queryset(headed(seen, period))) or []
        found = duty_by_month(page, period, over_on=today - timedelta(days=1))
        people = holders_of(found.values())
        return self.get_paginated_response([_shown(body, found.get(body.pk, []), people) for body in page])


def _period(code: str | None, this_year: str) -> Period:
    return period_of(code or this_year)


def _shown(body: Body, months: list[MonthOfDuty], people: dict[int, User]) -> dict[str, Any]:
    return {
        "body": body.code,
        "name": body.name,
        **{
            key: sum(getattr(month, key) for month in months)
            for key in ("owed", "in_person", "delegated", "missed")
        },
        "months": [_month(body, month, people) for month in months],
    }


def _month(body: Body, month: MonthOfDuty, people: dict[int, User]) -> dict[str, Any]:
    law = month.minimum
    asked = {
        "host": body.code,
        "since": month.first.isoformat(),
        "until": last_of_month(month.first).isoformat(),
    }
    counts = ("title", "owed", "in_person", "delegated", "ad_hoc", "missed", "still_owed", "is_met")
    return {
        "month": month.first.isoformat()[:7],
        **{key: getattr(month, key) for key in counts},
        **{key: getattr(law, key) if law else None for key in ("amount", "per", "basis", "mark")},
        "heads": [
            {"username": people[pk].username, "full_name": people[pk].full_name, "days": days}
            for pk, days in sorted(month.by_holder.items())
        ],
        "receptions": f"{reverse('reception-list')}?{urlencode(asked)}",
    }
