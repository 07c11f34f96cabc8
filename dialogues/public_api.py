"""Dialogues for everybody: what is announced, ask beforehand, follow a question. The code stands in the body only."""

from typing import Any
from uuid import uuid4

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies import limits, submissions, tracking
from bodies.filters import path_of
from bodies.idempotency import once
from bodies.identity_facts import Identity
from bodies.models import Area
from bodies.throttles import PublicInAll
from dialogues import following, questions, throttles
from dialogues.codes import Brought, DialogueKind
from dialogues.models import Dialogue, Question
from dialogues.public_serializers import (
    FollowedQuestionSerializer,
    PublicAskedSerializer,
    PublicDialogueInFullSerializer,
    PublicDialogueSerializer,
    PublicQuestionInput,
    QuestionCodeInput,
)
from dialogues.questions import NewQuestion
from dialogues.stages import Stage


class _Public:
    """Open to all: who is signed in is not asked, so that a stale token shuts nobody out."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


class NextFirst(CursorPagination):
    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering = ("-starts_at", "-id")


class PublicDialogueFilter(django_filters.FilterSet):
    host = django_filters.CharFilter(field_name="host__code", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)
    kind = django_filters.MultipleChoiceFilter(choices=DialogueKind.choices)
    since = django_filters.DateFilter(field_name="starts_at", lookup_expr="date__gte")
    until = django_filters.DateFilter(field_name="starts_at", lookup_expr="date__lte")

    class Meta:
        model = Dialogue
        fields: list[str] = []

    def in_area(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(area__path__startswith=path_of(Area.objects.open_to_all(), name, value))


class PublicDialogueViewSet(_Public, viewsets.GenericViewSet):
    lookup_field = "code"
    lookup_value_regex = "[0-9]{4}-[a-z0-9-]+"
    filterset_class = PublicDialogueFilter
    pagination_class = NextFirst
    serializer_class = PublicDialogueSerializer
    throttle_classes = [throttles.LookByAddress]
    queryset = Dialogue.objects.none()

    def get_queryset(self) -> QuerySet[Dialogue]:
        return Dialogue.objects.open_to_all().select_related("host", "area", "subject")

    @extend_schema(
        responses=PublicDialogueSerializer(many=True),
        auth=[],
        summary="Dialogues that were announced, the latest first",
    )
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(PublicDialogueSerializer(page, many=True).data)

    @extend_schema(
        responses=PublicDialogueInFullSerializer, auth=[], summary="A dialogue, and what was promised at it"
    )
    def retrieve(self, request: Request, code: str) -> Response:
        row = self.get_object()
        now = timezone.now()
        is_told = row.stage == Stage.PUBLISHED
        row.conclusions_told = following.promised_at(row, today=timezone.localdate(now)) if is_told else []
        row.takes_questions = questions.takes_from_outside(row, now)
        return Response(PublicDialogueInFullSerializer(row).data)

    @extend_schema(
        request=PublicQuestionInput,
        responses={201: PublicAskedSerializer, 200: PublicAskedSerializer},
        parameters=[submissions.PARAMETER],
        auth=[],
        filters=False,
        summary="Ask beforehand; the answer is the receipt",
    )
    @action(
        detail=True,
        methods=["post"],
        throttle_classes=[throttles.Asking],
        pagination_class=None,
        filterset_class=None,
    )
    def questions(self, request: Request, code: str) -> Response:
        row = self.get_object()
        asked = PublicQuestionInput(data=request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        asker = told.pop("asker", None)
        new = NewQuestion(**told, brought=Brought.PUBLIC, asker=Identity(**asker) if asker else None)
        now, pk = timezone.now(), uuid4()

        def make() -> str:
            return str(questions.ask(row, new, by=None, at=now, question_id=pk).pk)

        key, print_ = submissions.key_of(request), submissions.print_of(request)
        with transaction.atomic():
            subject, is_new = once("public", key, print_, make, at=now, subject=str(pk))
        question = following.asked_before(row, subject)
        return _private(Response(_receipt(question), status=201 if is_new else 200))


def _receipt(question: Question) -> dict[str, Any]:
    return {
        "number": question.number,
        "tracking_code": tracking.code_of(question.pk),
        "notice": _("Keep the code: with it you can follow what becomes of your question."),
    }


class FollowQuestionView(_Public, APIView):
    throttle_classes = [throttles.Codes]

    @extend_schema(
        request=QuestionCodeInput,
        responses={200: FollowedQuestionSerializer},
        auth=[],
        summary="What became of a question, and of what was promised on it",
    )
    def post(self, request: Request) -> Response:
        asked = QuestionCodeInput(data=request.data)
        asked.is_valid(raise_exception=True)
        question = following.question_of(asked.validated_data["tracking_code"])
        if question is None:
            raise NotFound(
                _(
                    "There is no question with this code. Look at it again: three groups of four letters and digits."
                )
            )
        now = timezone.now()
        # The code was no guess: those who follow their own question do not use up the limit on guesses.
        limits.give_back(f"{PublicInAll.name}:all", per_seconds=PublicInAll.per_seconds, now=now)
        told = following.tell(question, today=timezone.localdate(now))
        return _private(Response(FollowedQuestionSerializer(told).data))


def _private(answer: Response) -> Response:
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
