"""Dialogues over HTTP for staff: plan, move, questions, conclusions, comments. Each view is a query and one call."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bodies import submissions, tracking
from bodies.idempotency import once
from bodies.identity_facts import Identity
from bodies.refusals import BadInput
from bodies.scopes import Standing, standing_of
from cases.conclusions import Promise
from cases.models import Case
from dialogues import concluding, duties, minutes, questions, settling, showing, workflow
from dialogues.filters import DialogueFilter
from dialogues.models import Conclusion, Dialogue, Question
from dialogues.questions import NewQuestion
from dialogues.serializers import (
    AskedSerializer,
    CommentInput,
    CommentSerializer,
    DialogueConclusionInput,
    DialogueConclusionSerializer,
    DialogueEventSerializer,
    DialogueInput,
    DialogueMoveInput,
    DialogueRowSerializer,
    DialogueSerializer,
    PlanOfHostSerializer,
    PlanQuerySerializer,
    QuestionInput,
    QuestionSerializer,
    SettleInput,
)
from dialogues.yearly_plan import plan_of


class NewestPlanned(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-created_at", "-id")


class ByNumber(NewestPlanned):
    ordering = ("number",)


class ByPosition(NewestPlanned):
    ordering = ("position",)


class InOrder(NewestPlanned):
    ordering = ("id",)


class DialogueViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    lookup_field = "code"
    lookup_value_regex = "[0-9]{4}-[a-z0-9-]+"
    filterset_class = DialogueFilter
    pagination_class = NewestPlanned
    serializer_class = DialogueSerializer
    queryset = Dialogue.objects.none()

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)

    def get_queryset(self) -> QuerySet[Dialogue]:
        if getattr(self, "swagger_fake_view", False):
            return Dialogue.objects.none()
        joined = ("host__area", "area", "subject", "chaired_by", "duties", "minutes__drafted_by")
        rows = Dialogue.objects.visible_to(self.standing).select_related(*joined)
        return rows.prefetch_related("joint_hosts__body")

    def get_serializer_class(self) -> type[DialogueRowSerializer]:
        return DialogueRowSerializer if self.action == "list" else DialogueSerializer

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        # Those who asked and tracking codes stand in these answers: no browser and no proxy keeps them.
        answer["Cache-Control"] = "no-store"
        return answer

    @extend_schema(summary="Dialogues, the newest in the plan first")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="A dialogue, its papers and the moves open to the caller")
    def retrieve(self, request: Request, code: str) -> Response:
        return Response(self._shown(self.get_object()))

    @extend_schema(
        request=DialogueInput,
        parameters=[submissions.PARAMETER],
        responses={201: DialogueSerializer, 200: DialogueSerializer},
        summary="Write a dialogue into the plan of its host",
    )
    def create(self, request: Request) -> Response:
        asked = DialogueInput(data=request.data)
        asked.is_valid(raise_exception=True)
        code, status = self._once(
            lambda: workflow.plan(asked.new(), by=request.user, recorded_at=self.now).code
        )
        return Response(self._shown(self.get_queryset().get(code=code)), status=status)

    @extend_schema(
        request=DialogueMoveInput, responses=DialogueSerializer, summary="Move a dialogue one step"
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def moves(self, request: Request, code: str) -> Response:
        dialogue = self.get_object()
        asked = DialogueMoveInput(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        if "files" in facts:
            facts["files"] = duties.files_named(dialogue, facts["files"])
        workflow.move(
            dialogue,
            facts.pop("move"),
            by=request.user,
            recorded_at=self.now,
            reason=facts.pop("reason", ""),
            version=facts.pop("version", None),
            facts=facts,
        )
        return Response(self._shown(self.get_queryset().get(pk=dialogue.pk)))

    @extend_schema(
        responses=DialogueEventSerializer(many=True), filters=False, summary="The history, oldest first"
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def events(self, request: Request, code: str) -> Response:
        lines = self.get_object().events.select_related("by").order_by("seq")
        return Response(DialogueEventSerializer(lines, many=True).data)

    @extend_schema(
        parameters=[PlanQuerySerializer],
        responses=PlanOfHostSerializer(many=True),
        filters=False,
        summary="The yearly plans: planned and held, by host and quarter",
    )
    @action(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def plan(self, request: Request) -> Response:
        asked = PlanQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Dialogue.objects.visible_to(self.standing)
        if host := asked.validated_data.get("host"):
            rows = rows.filter(host__code=host)
        plans = plan_of(rows, asked.validated_data["year"])
        return Response(PlanOfHostSerializer(plans, many=True).data)

    # --- questions ------------------------------------------------------------------------------------------------

    @extend_schema(
        methods=["GET"],
        responses=QuestionSerializer(many=True),
        filters=False,
        summary="Questions, in their order",
    )
    @extend_schema(
        methods=["POST"],
        request=QuestionInput,
        parameters=[submissions.PARAMETER],
        responses={201: AskedSerializer, 200: AskedSerializer},
        summary="Take a question down",
    )
    @action(detail=True, methods=["get", "post"], pagination_class=ByNumber, filterset_class=None)
    def questions(self, request: Request, code: str) -> Response:
        dialogue = self.get_object()
        if request.method == "POST":
            return self._ask(dialogue)
        page = self.paginate_queryset(self._questions(dialogue)) or []
        return self.get_paginated_response(self._told(page, dialogue))

    def _ask(self, dialogue: Dialogue) -> Response:
        asked = QuestionInput(data=self.request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        asker = told.pop("asker", None)
        new = NewQuestion(**told, asker=Identity(**asker) if asker else None)
        pk = uuid4()

        def make() -> str:
            questions.ask(dialogue, new, by=self.request.user, at=self.now, question_id=pk)
            return str(pk)

        subject, status = self._once(make, subject=str(pk))
        question = self._questions(dialogue).get(pk=subject)
        question.tracking_code = tracking.code_of(question.pk)
        context = {"askers": showing.askers_of([question], self.standing, dialogue)}
        return Response(AskedSerializer(question, context=context).data, status=status)

    @extend_schema(
        operation_id="v1_dialogues_questions_settle",
        request=SettleInput,
        responses=QuestionSerializer,
        filters=False,
        summary="What becomes of a question: answered, taken away as a case, set aside",
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="questions/(?P<number>[0-9]{1,5})",
        pagination_class=None,
        filterset_class=None,
    )
    def settle(self, request: Request, code: str, number: str) -> Response:
        dialogue = self.get_object()
        question = get_object_or_404(self._questions(dialogue), number=int(number))
        asked = SettleInput(data=request.data, context={"visible": Case.objects.visible_to(self.standing)})
        asked.is_valid(raise_exception=True)
        settling.settle(question, asked.validated_data, by=request.user, at=self.now)
        (told,) = self._told([self._questions(dialogue).get(pk=question.pk)], dialogue)
        return Response(told)

    def _questions(self, dialogue: Dialogue) -> QuerySet[Question]:
        joined = ("subject", "collected_by", "answered_by", "asker", "case__body", "case__joined_to")
        rows = Question.objects.visible_to(self.standing).filter(dialogue=dialogue)
        return rows.select_related(*joined)

    def _told(self, rows: Any, dialogue: Dialogue) -> Any:
        context = {"askers": showing.askers_of(rows, self.standing, dialogue)}
        return QuestionSerializer(rows, many=True, context=context).data

    # --- conclusions and comments ---------------------------------------------------------------------------------

    @extend_schema(
        methods=["GET"],
        responses=DialogueConclusionSerializer(many=True),
        filters=False,
        summary="Conclusions of the chair, each with its case",
    )
    @extend_schema(
        methods=["POST"],
        request=DialogueConclusionInput,
        parameters=[submissions.PARAMETER],
        responses={201: DialogueConclusionSerializer, 200: DialogueConclusionSerializer},
        summary="Write a conclusion down: the case is opened",
    )
    @action(detail=True, methods=["get", "post"], pagination_class=ByPosition, filterset_class=None)
    def conclusions(self, request: Request, code: str) -> Response:
        dialogue = self.get_object()
        rows = Conclusion.objects.visible_to(self.standing).filter(dialogue=dialogue)
        rows = rows.select_related("case__body").prefetch_related("questions")
        if request.method == "GET":
            page = self.paginate_queryset(rows) or []
            return self.get_paginated_response(DialogueConclusionSerializer(page, many=True).data)
        asked = DialogueConclusionInput(data=request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        named = self._named(dialogue, told.pop("questions", []))
        new = Promise(**{"body": None} | {name: value for name, value in told.items() if value is not None})
        pk, status = self._once(
            lambda: str(concluding.conclude(dialogue, new, questions=named, by=request.user, at=self.now).pk)
        )
        return Response(DialogueConclusionSerializer(rows.get(pk=pk)).data, status=status)

    def _named(self, dialogue: Dialogue, numbers: Any) -> Any:
        found = {row.number: row for row in self._questions(dialogue).filter(number__in=numbers)}
        if missing := sorted(set(numbers) - set(found)):
            raise BadInput.of("questions", concluding.no_such_question(missing[0]))
        return [found[number] for number in numbers]

    @extend_schema(
        methods=["GET"],
        responses=CommentSerializer(many=True),
        filters=False,
        summary="What those present said of the minutes",
    )
    @extend_schema(
        methods=["POST"],
        request=CommentInput,
        parameters=[submissions.PARAMETER],
        responses={201: CommentSerializer, 200: CommentSerializer},
        summary="Comment on the minutes while they are open for it",
    )
    @action(detail=True, methods=["get", "post"], pagination_class=InOrder, filterset_class=None)
    def comments(self, request: Request, code: str) -> Response:
        dialogue = self.get_object()
        rows = dialogue.comments.select_related("by")
        if request.method == "GET":
            page = self.paginate_queryset(rows) or []
            return self.get_paginated_response(CommentSerializer(page, many=True).data)
        asked = CommentInput(data=request.data)
        asked.is_valid(raise_exception=True)
        pk, status = self._once(
            lambda: str(minutes.comment(dialogue, **asked.validated_data, by=request.user, at=self.now).pk)
        )
        return Response(CommentSerializer(rows.get(pk=pk)).data, status=status)

    # --- what they share ------------------------------------------------------------------------------------------

    def _once(self, make: Callable[[], str], *, subject: str = "") -> tuple[str, int]:
        """What this Idempotency-Key made, and the status to answer with."""
        caller, key = f"user:{self.request.user.pk}", submissions.key_of(self.request)
        print_ = submissions.print_of(self.request)
        with transaction.atomic():
            made, is_new = once(caller, key, print_, make, at=self.now, subject=subject)
        return made, 201 if is_new else 200

    def _shown(self, dialogue: Dialogue) -> Any:
        moves = workflow.moves_open_to(self.standing, dialogue)
        return DialogueSerializer(dialogue, context={"moves": moves}).data
