"""Reception days over HTTP: written down by the desk that held them, read by whoever sees that body's matters."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
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
from cases.models import Case
from feedback import receptions
from feedback.models import Petition, Reception


class ReceptionSerializer(serializers.ModelSerializer):
    host = serializers.SlugRelatedField(slug_field="code", queryset=Body.objects.open_to_all())
    received_by = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True)
    )
    petitions = serializers.SlugRelatedField(
        slug_field="code", queryset=Petition.objects.none(), many=True, required=False
    )
    conclusions = serializers.SlugRelatedField(slug_field="reference", read_only=True, many=True)

    class Meta:
        model = Reception
        fields = [
            "id", "host", "day", "kind", "received_by", "delegate_reason", "turns", "people", "groups", "petitions",
            "conclusions",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        # Only petitions that the caller may know of can be named.
        fields["petitions"].child_relation.queryset = self.context.get("petitions", Petition.objects.none())
        return fields


class ConclusionInput(serializers.Serializer):
    title = serializers.CharField(max_length=20_000)
    body = serializers.SlugRelatedField(slug_field="code", queryset=Body.objects.open_to_all())
    person = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), required=False
    )
    co_bodies = serializers.SlugRelatedField(
        slug_field="code", queryset=Body.objects.open_to_all(), many=True, required=False
    )
    due_on = serializers.DateField(required=False, allow_null=True)
    proof = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ConclusionSerializer(serializers.Serializer):
    """The case that a conclusion became."""

    reference = serializers.CharField()
    stage = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)


class ReceptionFilter(django_filters.FilterSet):
    host = django_filters.CharFilter(field_name="host__code", max_length=60)
    kind = django_filters.ChoiceFilter(choices=Reception.Kind.choices)
    since = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="day", lookup_expr="lte")
    body__within = django_filters.CharFilter(method="below", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)
    held_by = django_filters.ChoiceFilter(
        method="held_by_whom", choices=[("head", _("The head")), ("delegate", _("A delegate"))]
    )

    class Meta:
        model = Reception
        fields: list[str] = []

    def below(self, rows: QuerySet[Reception], name: str, value: str) -> QuerySet[Reception]:
        return rows.filter(host__path__startswith=path_of(Body.objects.open_to_all(), name, value))

    def in_area(self, rows: QuerySet[Reception], name: str, value: str) -> QuerySet[Reception]:
        return rows.filter(host__area__path__startswith=path_of(Area.objects.open_to_all(), name, value))

    def held_by_whom(self, rows: QuerySet[Reception], name: str, value: str) -> QuerySet[Reception]:
        return rows.by_the_head() if value == "head" else rows.by_delegate()


class NewestDay(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-day", "-id")


class ReceptionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = ReceptionSerializer
    filterset_class = ReceptionFilter
    pagination_class = NewestDay
    queryset = Reception.objects.none()

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)

    def get_queryset(self) -> QuerySet[Reception]:
        if getattr(self, "swagger_fake_view", False):
            return Reception.objects.none()
        rows = Reception.objects.visible_to(self.standing).select_related("host", "received_by")
        return rows.prefetch_related("petitions", "conclusions")

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            context["petitions"] = Petition.objects.visible_to(self.standing)
        return context

    @extend_schema(
        parameters=[submissions.PARAMETER],
        responses={201: ReceptionSerializer, 200: ReceptionSerializer},
        summary="Write a reception day down",
    )
    def create(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        petitions, now = facts.pop("petitions", []), timezone.now()
        pk, status = self._once(
            lambda: receptions.record(Reception(**facts), petitions=petitions, by=request.user, at=now), now
        )
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(self.get_serializer(row).data, status=status)

    @extend_schema(
        request=ConclusionInput,
        parameters=[submissions.PARAMETER],
        responses={201: ConclusionSerializer, 200: ConclusionSerializer},
        summary="The head's conclusion, as a case",
    )
    @action(detail=True, methods=["post"])
    def conclusions(self, request: Request, pk: str) -> Response:
        reception = self.get_object()
        asked = ConclusionInput(data=request.data)
        asked.is_valid(raise_exception=True)
        told, now = dict(asked.validated_data), timezone.now()
        new = Promise(text=told.pop("title"), **told)
        case, status = self._once(lambda: receptions.conclude(reception, new, by=request.user, at=now), now)
        return Response(ConclusionSerializer(reception.conclusions.get(pk=case)).data, status=status)

    def _once(self, make: Callable[[], Reception | Case], now: datetime) -> tuple[str, int]:
        """The id of what this Idempotency-Key made, and the status to answer with."""
        caller, key = f"user:{self.request.user.pk}", submissions.key_of(self.request)
        print_ = submissions.print_of(self.request)
        pk, is_new = once(caller, key, print_, lambda: str(make().pk), at=now)
        return pk, 201 if is_new else 200
