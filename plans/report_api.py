"""Dated reports over HTTP: what is owed and was handed in, its words and figures, its paper; hand it in."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies.filters import path_of
from bodies.models import Area, Body
from bodies.scopes import Standing, standing_of
from cases.steps import Document
from plans import report_papers, reports
from plans.models import Report, Target
from plans.querysets import bodies_seen_by

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = [(name, name) for name in ("owed", "overdue", "in_time", "late")]


class ReportRowSerializer(serializers.ModelSerializer):
    """One report as it is listed: who owes what to whom through whom, until when, and what became of it."""

    plan = serializers.CharField(source="duty.plan.key")
    duty = serializers.CharField(source="duty.code")
    text = serializers.CharField(source="duty.text")
    body = serializers.CharField(source="body.code")
    to = serializers.CharField(source="duty.to.code", default=None, allow_null=True)
    via = serializers.CharField(source="duty.via.code", default=None, allow_null=True)
    # As the plan says it, where the body is none of the system.
    to_words = serializers.CharField(source="duty.to_words")
    via_words = serializers.CharField(source="duty.via_words")
    case = serializers.CharField(source="case.reference")
    due_is_ours = serializers.SerializerMethodField()
    was_in_time = serializers.BooleanField(allow_null=True)

    class Meta:
        model = Report
        fields = [
            "id", "plan", "duty", "text", "body", "to", "to_words", "via", "via_words", "period", "first_on", "last_on", "due_on", "due_is_ours",
            "is_review", "handed_in_on", "was_in_time", "case",
        ]  # fmt: skip
        read_only_fields = fields

    def get_due_is_ours(self, report: Report) -> bool:
        """Whether the plan names no day and the product proposes it."""
        return bool((report.duty.deadline or {}).get("is_ours"))


class ReportFigureSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()
    unit = serializers.CharField()
    period = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    comparator = serializers.CharField()
    threshold = serializers.CharField(allow_null=True)
    threshold_is_ours = serializers.BooleanField()
    is_share = serializers.BooleanField()
    is_typed = serializers.BooleanField()
    as_of = serializers.DateField()


class ReportSerializer(ReportRowSerializer):
    """With the words, and the figures: as they stand now, or as they were when it was handed in."""

    figures = serializers.SerializerMethodField()

    class Meta(ReportRowSerializer.Meta):
        fields = [*ReportRowSerializer.Meta.fields, "words", "words_version", "figures"]
        read_only_fields = fields

    @extend_schema_field(ReportFigureSerializer(many=True))
    def get_figures(self, report: Report) -> list[dict[str, Any]]:
        return reports.figures_of(report)


class AskedInput(serializers.Serializer):
    """Which dated duty, of which body, about which period."""

    plan = serializers.CharField(max_length=60)
    duty = serializers.CharField(max_length=30)
    body = serializers.SlugRelatedField(slug_field="code", queryset=Body.objects.open_to_all())
    period = serializers.CharField(max_length=8)


class WordsInput(serializers.Serializer):
    words = serializers.CharField(allow_blank=True, max_length=reports.WORDS_LENGTH, trim_whitespace=False)
    version = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class PaperInput(serializers.Serializer):
    number = serializers.CharField(max_length=60)
    date = serializers.DateField()
    signer = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class HandInInput(serializers.Serializer):
    document = PaperInput()
    on = serializers.DateField(required=False)


class ReportFilter(django_filters.FilterSet):
    plan = django_filters.CharFilter(field_name="duty__plan__key", max_length=60)
    duty = django_filters.CharFilter(field_name="duty__code", max_length=30)
    body = django_filters.CharFilter(field_name="body__code", max_length=60)
    period = django_filters.CharFilter(max_length=8)
    due_since = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_until = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state")
    body__within = django_filters.CharFilter(method="below", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)

    class Meta:
        model = Report
        fields: list[str] = []

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        match value:
            case "owed":
                return rows.owed()
            case "overdue":
                return rows.overdue(timezone.localdate())
            case "in_time":
                return rows.in_time()
        return rows.handed_in_late()

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(body__path__startswith=path_of(Body.objects.open_to_all(), name, value))

    def in_area(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(body__area__path__startswith=path_of(Area.objects.open_to_all(), name, value))


class NewestDue(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-due_on", "-id")


def reports_seen_by(standing: Standing) -> QuerySet[Report]:
    joined = ("duty__plan__issuer__area", "duty__to", "duty__via", "body__area", "body__superior", "case")
    return Report.objects.visible_to(standing).select_related(*joined)


class ReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = ReportFilter
    pagination_class = NewestDue
    serializer_class = ReportSerializer
    queryset = Report.objects.none()

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def get_queryset(self) -> QuerySet[Report]:
        if getattr(self, "swagger_fake_view", False):
            return Report.objects.none()
        return reports_seen_by(standing_of(self.request.user, timezone.localdate(self.now)))

    def get_serializer_class(self) -> type[ReportRowSerializer]:
        return ReportRowSerializer if self.action == "list" else ReportSerializer

    @extend_schema(
        request=AskedInput,
        responses={200: ReportSerializer, 201: ReportSerializer},
        summary="Open a report before it opens by itself, or one of a time before the plan was loaded",
    )
    def create(self, request: Request) -> Response:
        asked = AskedInput(data=request.data)
        asked.is_valid(raise_exception=True)
        given, standing = asked.validated_data, standing_of(request.user, timezone.localdate(self.now))
        if not bodies_seen_by(standing).filter(pk=given["body"].pk).exists():
            raise Http404
        lines = Target.objects.visible_to(standing).in_force().select_related("plan__issuer__area")
        duty = get_object_or_404(lines, plan__key=given["plan"], code=given["duty"])
        report, is_new = reports.ask_for(duty, given["body"], given["period"], by=request.user, at=self.now)
        seen = self.get_queryset().get(pk=report.pk)
        return Response(ReportSerializer(seen).data, status=201 if is_new else 200)

    @extend_schema(request=WordsInput, responses=ReportSerializer, summary="Write the words of a report")
    def partial_update(self, request: Request, pk: str) -> Response:
        report = self.get_object()
        asked = WordsInput(data=request.data)
        asked.is_valid(raise_exception=True)
        version = asked.validated_data.get("version")
        reports.write_words(
            report, asked.validated_data["words"], version=version, by=request.user, at=self.now
        )
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        request=HandInInput, responses=ReportSerializer, summary="Hand a report in: its figures are frozen"
    )
    @action(detail=True, methods=["post"], url_path="hand-in", pagination_class=None, filterset_class=None)
    def hand_in(self, request: Request, pk: str) -> Response:
        report = self.get_object()
        asked = HandInInput(data=request.data)
        asked.is_valid(raise_exception=True)
        on: date | None = asked.validated_data.get("on")
        paper = Document(**asked.validated_data["document"])
        reports.hand_in(report, document=paper, on=on, by=request.user, at=self.now)
        return Response(self.get_serializer(self.get_object()).data)


class _ReportFileView(APIView):
    def file(self, request: Request, pk: str, name: str) -> HttpResponse:
        seen = reports_seen_by(standing_of(request.user, timezone.localdate()))
        report = get_object_or_404(seen, pk=pk)
        figures = reports.figures_of(report)
        if name == "docx":
            content, kind = report_papers.docx_of(report, figures), DOCX
        else:
            content, kind = report_papers.sheet_of(figures), XLSX
        answer = HttpResponse(content, content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{report.case.reference}.{name}"'
        answer["Cache-Control"] = "no-store"
        return answer


class ReportDraftView(_ReportFileView):
    @extend_schema(responses={(200, DOCX): OpenApiTypes.BINARY}, summary="A report as a Word draft")
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.file(request, pk, "docx")


class ReportSheetView(_ReportFileView):
    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, summary="The figures of a report as XLSX")
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.file(request, pk, "xlsx")
