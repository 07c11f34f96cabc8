"""Plans over HTTP: what was promised, how far it has come, and the rows behind every number."""

from datetime import date
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bodies import idempotency, submissions
from bodies.models import Body
from bodies.scopes import Standing, standing_of
from cases import files
from plans.behind import behind
from plans.filters import DutyFilter, MeasureFilter
from plans.freezing import correct
from plans.models import Measure, Plan, Target, TypedFigure
from plans.progress import Question, progress
from plans.querysets import bodies_seen_by
from plans.serializers import (
    BehindSerializer,
    CorrectionSerializer,
    LineSerializer,
    MeasureSerializer,
    PlanInFullSerializer,
    PlanSerializer,
    ProgressListSerializer,
    QuestionSerializer,
    RowsQuestionSerializer,
    TypedFigureSerializer,
    TypeInSerializer,
)
from plans.terms import term_of
from plans.typed_figures import New, type_in

_CODE = "(?P<code>[A-Za-z0-9.-]{1,30})"


class InOrder(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("id",)


class ByKey(InOrder):
    ordering = ("key",)


class _Seen:
    """Who asks, and on what day: once for each request."""

    request: Request

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)

    @property
    def is_schema(self) -> bool:
        return bool(getattr(self, "swagger_fake_view", False))

    def check_body(self, body: Body | None) -> None:
        """A body outside one's branch is as if it were not there."""
        if body is not None and not bodies_seen_by(self.standing).filter(pk=body.pk).exists():
            raise Http404


class PlanViewSet(_Seen, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = PlanSerializer
    pagination_class = ByKey
    queryset = Plan.objects.none()
    lookup_field = "key"
    lookup_value_regex = "[a-z0-9_-]{1,60}"

    def get_queryset(self) -> QuerySet[Plan]:
        if self.is_schema:
            return Plan.objects.none()
        rows = Plan.objects.visible_to(self.standing).select_related("issuer__area", "monitor")
        return rows.prefetch_related("milestones") if self.action == "retrieve" else rows

    def get_serializer_class(self) -> Any:
        return PlanInFullSerializer if self.action == "retrieve" else PlanSerializer

    @extend_schema(
        parameters=[QuestionSerializer],
        responses=ProgressListSerializer,
        filters=False,
        summary="The targets of a plan with their figures",
    )
    @action(detail=True, pagination_class=None)
    def targets(self, request: Request, key: str) -> Response:
        return self._progress(request, is_duty=False)

    @extend_schema(
        parameters=[QuestionSerializer],
        responses=ProgressListSerializer,
        filters=False,
        summary="The duties that a plan lays on bodies, with their figures",
    )
    @action(detail=True, pagination_class=None)
    def duties(self, request: Request, key: str) -> Response:
        return self._progress(request, is_duty=True)

    def _progress(self, request: Request, *, is_duty: bool) -> Response:
        plan = self.get_object()
        context = {"plan": plan, "today": self.today}
        asked = QuestionSerializer(data=request.query_params, context=context)
        asked.is_valid(raise_exception=True)
        question: Question = asked.validated_data
        self.check_body(question.body)
        lines = Target.objects.visible_to(self.standing).in_force().filter(plan=plan, is_duty=is_duty)
        found = progress(plan, lines.select_related("to", "via"), question, self.standing)
        page = {"next": None, "previous": None, "results": found}
        return Response(ProgressListSerializer(page, context={"question": question}).data)

    @extend_schema(
        parameters=[RowsQuestionSerializer],
        responses=BehindSerializer,
        filters=False,
        summary="Exactly what the numerator, the denominator or a counter of a figure counts",
    )
    @action(
        detail=True,
        pagination_class=None,
        url_path=f"targets/{_CODE}/rows",
        url_name="rows",
    )
    def rows(self, request: Request, key: str, code: str) -> Response:
        plan = self.get_object()
        target = get_object_or_404(Target.objects.visible_to(self.standing), plan=plan, code=code)
        asked = RowsQuestionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        self.check_body(wanted.get("body"))
        term = term_of(plan, wanted["period"])
        question = Question(
            year=term.first.year,
            today=self.today,
            as_of=wanted.get("as_of"),
            body=wanted.get("body"),
            subtree=wanted.get("subtree", ""),
        )
        found = behind(plan, target, term, wanted["part"], question, self.standing, after=wanted["after"])
        here = request.build_absolute_uri()
        following = replace_query_param(here, "after", found.next_after) if found.next_after else None
        return Response(BehindSerializer({**vars(found), "next": following}).data)

    # --- What is typed in -------------------------------------------------------------------------------------------

    def line(self, code: str) -> Target:
        plan = self.get_object()
        rows = Target.objects.visible_to(self.standing).in_force().select_related("plan")
        return get_object_or_404(rows, plan=plan, code=code)

    @extend_schema(
        methods=["get"],
        responses=TypedFigureSerializer(many=True),
        filters=False,
        summary="The figures typed in for a target, newest first",
    )
    @extend_schema(
        methods=["post"],
        parameters=[submissions.PARAMETER],
        request={"multipart/form-data": TypeInSerializer},
        responses={200: TypedFigureSerializer, 201: TypedFigureSerializer},
        filters=False,
        summary="Type a figure in, with the file that proves it",
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        parser_classes=[MultiPartParser],
        url_path=f"targets/{_CODE}/figures",
        url_name="figures",
    )
    def figures(self, request: Request, key: str, code: str) -> Response:
        target = self.line(code)
        if request.method == "GET":
            rows = TypedFigure.objects.visible_to(self.standing).filter(target=target).order_by("-at", "-id")
            rows = rows.select_related("target__plan", "body", "by")[:200]
            return Response(TypedFigureSerializer(rows, many=True).data)
        asked = TypeInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        self.check_body(given["body"])
        evidence = given.pop("evidence").read(files.MAX_SIZE + 1)
        at, user = timezone.now(), request.user
        said = repr(sorted((name, str(value)) for name, value in given.items())).encode()
        new = New(target=target, evidence=evidence, **given)
        with transaction.atomic():
            pk, is_new = idempotency.once(
                f"user:{user.pk}",
                submissions.key_of(request),
                idempotency.fingerprint(request.path.encode(), said, evidence),
                lambda: str(type_in(new, by=user, at=at).pk),
                at=at,
            )
        row = (
            TypedFigure.objects.visible_to(self.standing)
            .select_related("target__plan", "body", "by")
            .get(pk=pk)
        )
        return Response(TypedFigureSerializer(row).data, status=201 if is_new else 200)

    @extend_schema(
        request=CorrectionSerializer,
        responses={201: MeasureSerializer(many=True)},
        filters=False,
        summary="Count a fixed period again: what differs becomes a new version",
    )
    @action(
        detail=True,
        methods=["post"],
        pagination_class=None,
        url_path=f"targets/{_CODE}/corrections",
        url_name="corrections",
    )
    def corrections(self, request: Request, key: str, code: str) -> Response:
        target = self.line(code)
        asked = CorrectionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        fixed = correct(target, **asked.validated_data, by=request.user, at=timezone.now())
        rows = Measure.objects.visible_to(self.standing).filter(pk__in=[each.measure_id for each in fixed])
        rows = rows.select_related("target__plan", "body", "freeze").order_by("pk")
        return Response(MeasureSerializer(rows, many=True).data, status=201)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        filters=False,
        summary="The file that proves a typed figure",
    )
    @action(
        detail=True,
        pagination_class=None,
        url_path=f"targets/{_CODE}/figures/(?P<number>[0-9]{{1,18}})/evidence",
        url_name="evidence",
    )
    def evidence(self, request: Request, key: str, code: str, number: str) -> FileResponse:
        rows = TypedFigure.objects.visible_to(self.standing)
        row = get_object_or_404(rows, pk=number, target=self.line(code))
        try:
            content = files.opened(row.evidence_path)
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(
            content, as_attachment=True, filename=row.evidence_name, content_type=row.evidence_type
        )


class DutyViewSet(_Seen, mixins.ListModelMixin, viewsets.GenericViewSet):
    """The duties of all plans of one's branch: who owes what, by when, to whom, through whom."""

    serializer_class = LineSerializer
    filterset_class = DutyFilter
    pagination_class = InOrder
    queryset = Target.objects.none()

    def get_queryset(self) -> QuerySet[Target]:
        if self.is_schema:
            return Target.objects.none()
        rows = Target.objects.visible_to(self.standing).in_force().duties()
        return rows.select_related("plan", "to", "via")


class MeasureViewSet(_Seen, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Kept figures: the newest version of each, or with `versions` also what a correction has replaced."""

    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    pagination_class = InOrder
    queryset = Measure.objects.none()

    def get_queryset(self) -> QuerySet[Measure]:
        if self.is_schema:
            return Measure.objects.none()
        rows = Measure.objects.visible_to(self.standing)
        return rows.select_related("target__plan", "body", "freeze")
