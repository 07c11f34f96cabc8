"""Plans over HTTP: what was promised, how far it has come, and the rows behind every number."""

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bodies.models import Body
from bodies.scopes import Standing, standing_of
from plans.behind import behind
from plans.filters import DutyFilter, MeasureFilter
from plans.models import Measure, Plan, Target
from plans.progress import Question, progress
from plans.querysets import bodies_seen_by
from plans.serializers import (
    BehindSerializer,
    LineSerializer,
    MeasureSerializer,
    PlanInFullSerializer,
    PlanSerializer,
    ProgressSerializer,
    QuestionSerializer,
    RowsQuestionSerializer,
)
from plans.terms import term_of


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
        responses=ProgressSerializer(many=True),
        filters=False,
        summary="The targets of a plan with their figures",
    )
    @action(detail=True, pagination_class=None)
    def targets(self, request: Request, key: str) -> Response:
        return self._progress(request, is_duty=False)

    @extend_schema(
        parameters=[QuestionSerializer],
        responses=ProgressSerializer(many=True),
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
        return Response(ProgressSerializer(found, many=True, context={"question": question}).data)

    @extend_schema(
        parameters=[RowsQuestionSerializer],
        responses=BehindSerializer,
        filters=False,
        summary="Exactly what the numerator, the denominator or a counter of a figure counts",
    )
    @action(
        detail=True,
        pagination_class=None,
        url_path="targets/(?P<code>[A-Za-z0-9.-]{1,30})/rows",
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
        return Response(
            BehindSerializer(behind(plan, target, term, wanted["part"], question, self.standing)).data
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
    """Kept figures: the newest version of each."""

    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    pagination_class = InOrder
    queryset = Measure.objects.none()

    def get_queryset(self) -> QuerySet[Measure]:
        if self.is_schema:
            return Measure.objects.none()
        rows = Measure.objects.visible_to(self.standing).newest()
        return rows.select_related("target__plan", "body")
