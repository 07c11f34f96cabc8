"""Reception days over HTTP: written down by the desk that held them, read by whoever sees that body's matters."""

from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bodies.models import Body, User
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
    held_by = django_filters.ChoiceFilter(
        method="held_by_whom", choices=[("head", _("The head")), ("delegate", _("A delegate"))]
    )

    class Meta:
        model = Reception
        fields: list[str] = []

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

    @extend_schema(summary="Write a reception day down", responses={201: ReceptionSerializer})
    def create(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        petitions = asked.validated_data.pop("petitions", [])
        made = receptions.record(
            Reception(**asked.validated_data), petitions=petitions, by=request.user, at=timezone.now()
        )
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        request=ConclusionInput,
        responses={201: ConclusionSerializer},
        summary="The head's conclusion, as a case",
    )
    @action(detail=True, methods=["post"])
    def conclusions(self, request: Request, pk: str) -> Response:
        reception = self.get_object()
        asked = ConclusionInput(data=request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        new = Promise(text=told.pop("title"), **told)
        case: Case = receptions.conclude(reception, new, by=request.user, at=timezone.now())
        return Response(ConclusionSerializer(case).data, status=201)
