"""Sessions of supervision and social criticism over HTTP, with their recommendations."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies import submissions
from bodies.paper_files import DOCX, PDF, file_of
from bodies.scopes import standing_of
from cases.models import Subject
from dialogues import supervisions
from dialogues.log_api import (
    LONGEST,
    BodyField,
    LogFilter,
    LogViewSet,
    OwedSerializer,
    PromiseInput,
    RecommendationSerializer,
    promised,
)
from dialogues.meeting_codes import SupervisionForm, SupervisionKind
from dialogues.models import Supervision
from dialogues.supervision_papers import report_of
from dialogues.supervisions import Recommended


class SupervisionSerializer(serializers.ModelSerializer):
    chair = BodyField()
    partners = BodyField(many=True, required=False)
    about = BodyField(many=True, required=False)
    subject = serializers.SlugRelatedField(
        slug_field="code", queryset=Subject.objects.open_to_all(), required=False, allow_null=True
    )
    findings = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    recommendations = RecommendationSerializer(many=True, read_only=True)

    class Meta:
        model = Supervision
        fields = [
            "id", "kind", "form", "chair", "partners", "about", "subject", "day", "title", "findings", "recommendations",
            "recorded_at", "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = ["recorded_at", "struck_at", "struck_reason"]


class RecommendedInput(PromiseInput):
    sent_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day from which the reply is counted; by default today"
    )


class SupervisionFilter(LogFilter):
    kind = django_filters.MultipleChoiceFilter(choices=SupervisionKind.choices)
    form = django_filters.MultipleChoiceFilter(choices=SupervisionForm.choices)
    chair = django_filters.CharFilter(field_name="chair__code", max_length=60)
    partner = django_filters.CharFilter(method="joined", max_length=60)
    chair_or_partner = django_filters.CharFilter(method="chaired_or_joined", max_length=60)
    about = django_filters.CharFilter(method="about_body", max_length=60)
    subject = django_filters.CharFilter(field_name="subject__code", max_length=60)
    whose = "chair"

    class Meta:
        model = Supervision
        fields: list[str] = []

    # By the ids of sessions, so that a session is listed once however many bodies took part.

    def joined(self, rows: QuerySet[Supervision], name: str, value: str) -> QuerySet[Supervision]:
        return rows.filter(pk__in=_with("partners", value))

    def chaired_or_joined(self, rows: QuerySet[Supervision], name: str, value: str) -> QuerySet[Supervision]:
        return rows.filter(Q(chair__code=value) | Q(pk__in=_with("partners", value)))

    def about_body(self, rows: QuerySet[Supervision], name: str, value: str) -> QuerySet[Supervision]:
        return rows.filter(pk__in=_with("about", value))


def _with(link: str, code: str) -> QuerySet[Any]:
    return getattr(Supervision, link).through.objects.filter(body__code=code).values("supervision")


class SupervisionViewSet(LogViewSet):
    serializer_class = SupervisionSerializer
    filterset_class = SupervisionFilter
    queryset = Supervision.objects.none()
    strike_out = staticmethod(supervisions.strike_out)

    def get_queryset(self) -> QuerySet[Supervision]:
        if getattr(self, "swagger_fake_view", False):
            return Supervision.objects.none()
        return Supervision.objects.visible_to(self.standing).with_everything()

    @extend_schema(
        parameters=[submissions.PARAMETER],
        responses={201: SupervisionSerializer, 200: SupervisionSerializer},
        summary="Write a session down",
    )
    def create(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts: dict[str, Any] = dict(asked.validated_data)
        partners, about = facts.pop("partners", []), facts.pop("about", [])
        return self.written(
            lambda: supervisions.record(
                Supervision(**facts), partners=partners, about=about, by=request.user, at=self.now
            )
        )

    @extend_schema(
        request=RecommendedInput,
        parameters=[submissions.PARAMETER],
        responses={201: OwedSerializer, 200: OwedSerializer},
        summary="A recommendation, as a case with a reply clock",
    )
    @action(detail=True, methods=["post"])
    def recommendations(self, request: Request, pk: str) -> Response:
        session = self.get_object()
        asked = RecommendedInput(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        sent_on = facts.pop("sent_on", None)
        new = Recommended(what=promised(facts), sent_on=sent_on)
        subject, status = self.once(
            lambda: str(supervisions.recommend(session, new, by=request.user, at=self.now).pk)
        )
        row = session.recommendations.select_related("case__body").get(case=subject)
        return Response(OwedSerializer(row.case).data, status=status)


class SupervisionReportView(APIView):
    """The report of one session."""

    form = "pdf"

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY}, summary="The report of a session (PDF)")
    def get(self, request: Request, pk: str) -> HttpResponse:
        rows = Supervision.objects.visible_to(standing_of(request.user, timezone.localdate()))
        session = get_object_or_404(rows.select_related("chair__area", "chair__superior"), pk=pk)
        return file_of(report_of(session), f"supervision-{session.pk}-report", self.form)


class SupervisionDraftView(SupervisionReportView):
    form = "docx"

    @extend_schema(
        responses={(200, DOCX): OpenApiTypes.BINARY}, summary="The report of a session (Word draft)"
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        return super().get(request, pk)
