"""What the logs of meetings, supervision sessions and attendance share over HTTP: who asks, pages, writing once, striking out."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bodies import submissions
from bodies.filters import path_of
from bodies.idempotency import once
from bodies.models import Area, Body, User
from bodies.scopes import Standing, standing_of
from cases.conclusions import Promise
from dialogues.models import Recommendation

LONGEST = 50_000


class BodyField(serializers.SlugRelatedField):
    """A body by its code."""

    def __init__(self, **facts: Any) -> None:
        read_only = facts.get("read_only", False)
        super().__init__(
            slug_field="code", **({} if read_only else {"queryset": Body.objects.open_to_all()}), **facts
        )


class StaffField(serializers.SlugRelatedField):
    """A member of staff by their user name."""

    def __init__(self, **facts: Any) -> None:
        queryset = {} if facts.get("read_only") else {"queryset": User.objects.filter(is_active=True)}
        super().__init__(slug_field="username", **queryset, **facts)


class OwedSerializer(serializers.Serializer):
    """The case that something agreed or recommended became."""

    reference = serializers.CharField()
    stage = serializers.CharField()
    responsible_body = serializers.CharField(source="body.code")
    due_on = serializers.DateField(allow_null=True)


class RecommendationSerializer(serializers.ModelSerializer):
    case = OwedSerializer(read_only=True)

    class Meta:
        model = Recommendation
        fields = ["position", "text", "proof", "case"]


class PromiseInput(serializers.Serializer):
    """What is to be done or answered, by which body, until when."""

    text = serializers.CharField(max_length=20_000)
    body = BodyField()
    person = StaffField(required=False, allow_null=True)
    co_bodies = BodyField(many=True, required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    proof = serializers.CharField(max_length=500, required=False, allow_blank=True)


class StrikeInput(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


def promised(asked: dict[str, Any]) -> Promise:
    return Promise(**{key: value for key, value in asked.items() if value is not None})


class NewestDay(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-day", "-id")


class LogFilter(django_filters.FilterSet):
    """Filters that every log has; `body_path` and `area_path` say whose log it is."""

    since = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="day", lookup_expr="lte")
    struck = django_filters.BooleanFilter(field_name="struck_at", lookup_expr="isnull", exclude=True)
    body__within = django_filters.CharFilter(method="below", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)
    whose = ""

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        path = path_of(Body.objects.open_to_all(), name, value)
        return rows.filter(**{f"{self.whose}__path__startswith": path})

    def in_area(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        path = path_of(Area.objects.open_to_all(), name, value)
        return rows.filter(**{f"{self.whose}__area__path__startswith": path})


class LogViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A log: listed newest first, written once for each Idempotency-Key, never changed but struck out."""

    lookup_value_regex = "[0-9]{1,18}"
    pagination_class = NewestDay
    strike_out: Callable[..., Any]

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)

    def once(self, make: Callable[[], str]) -> tuple[str, int]:
        """What this key made, and the status to answer with."""
        caller, key = f"user:{self.request.user.pk}", submissions.key_of(self.request)
        subject, is_new = once(caller, key, submissions.print_of(self.request), make, at=self.now)
        return subject, 201 if is_new else 200

    def written(self, make: Callable[[], Any]) -> Response:
        """Write a row and answer with it as it is listed."""
        subject, status = self.once(lambda: str(make().pk))
        row = get_object_or_404(self.get_queryset(), pk=subject)
        return Response(self.get_serializer(row).data, status=status)

    @extend_schema(request=StrikeInput, summary="Strike an entry out: kept to be read, counted nowhere")
    @action(detail=True, methods=["post"])
    def strike(self, request: Request, pk: str) -> Response:
        asked = StrikeInput(data=request.data)
        asked.is_valid(raise_exception=True)
        row = self.get_object()
        type(self).strike_out(row, by=request.user, at=self.now, **asked.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)
