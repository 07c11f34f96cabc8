"""Cases over HTTP: look, list, move, read the history, bring and fetch files. Each view is a query and one call."""

from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bodies.scopes import Standing, standing_of
from cases import files, notices, workflow
from cases.codes import Channel
from cases.filters import CaseFilter
from cases.law import current_law
from cases.models import Case, Event, Subject
from cases.paging import CasePagination
from cases.serializers import (
    CaseRowSerializer,
    CaseSerializer,
    ClockSerializer,
    CodeSerializer,
    EventSerializer,
    FileSerializer,
    MoveSerializer,
    NoticeSerializer,
    RuleSerializer,
    SubjectSerializer,
    UploadSerializer,
    shown_case,
    shown_clock,
    shown_event,
)
from cases.steps import Actor
from cases.visibility import Viewer, cut, sees_history_in_full, viewer_of

# The columns of a line of the work list, by the name they are shown under.
LISTED = {
    "id": "id",
    "reference": "reference",
    "kind": "kind",
    "instance": "instance",
    "subject": "subject__code",
    "area": "area__code",
    "stage": "stage",
    "channel": "channel",
    "received_on": "received_on",
    "first_received_on": "first_received_on",
    "due_on": "due_on",
    "ended_on": "ended_on",
    "title": "title",
    "responsible_body": "body__code",
    "handler": "handler__username",
    "flags": "flags",
    "people_count": "people_count",
    "received_at": "received_at",
    "result": "result",
}
# What is read beside them to know how the reader stands towards each line.
_STANDING = ["body_id", "body__path", "body__area__path", "received_by_id"]


class CaseViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    lookup_field = "reference"
    lookup_value_regex = "[0-9]{4}-[a-z0-9-]+"
    filterset_class = CaseFilter
    pagination_class = CasePagination
    serializer_class = CaseSerializer

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)  # type: ignore[arg-type]

    def get_queryset(self) -> QuerySet[Case]:
        if getattr(self, "swagger_fake_view", False):
            return Case.objects.none()
        if self.action == "list":
            return Case.objects.visible_to(self.standing, as_list=True)
        joined = (
            "subject",
            "area",
            "body__area",
            "received_by",
            "handler",
            "standing_member",
            "against_body",
            "joined_to",
            "appeal_of",
        )
        return Case.objects.visible_to(self.standing).select_related(*joined).prefetch_related("co_bodies")

    @extend_schema(responses=CaseRowSerializer(many=True), summary="The work list")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset()).values(*LISTED.values(), *_STANDING)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response([self._line(row) for row in page or []])

    @extend_schema(summary="A case, its clocks and the moves open to the caller")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        case = self.get_object()
        notices.opened(self.standing.user, case.reference, timezone.now(), self.standing.bodies())
        return Response(self._shown(case))

    @extend_schema(
        responses=NoticeSerializer(many=True), filters=False, summary="Who was made to know of it, and when"
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def notices(self, request: Request, reference: str) -> Response:
        told = self.get_object().notices.select_related("body").order_by("at", "id")
        return Response(NoticeSerializer(told, many=True).data)

    @extend_schema(request=MoveSerializer, responses=CaseSerializer, summary="Move a case one step")
    @action(detail=True, methods=["post"])
    def moves(self, request: Request, reference: str) -> Response:
        case = self.get_object()
        asked = MoveSerializer(
            data=request.data, context={"case": case, "visible": Case.objects.visible_to(self.standing)}
        )
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        workflow.move(
            case,
            data["move"],
            by=Actor.staff(request.user),  # type: ignore[arg-type]
            at=data.get("at"),
            recorded_at=timezone.now(),
            reason=data.get("reason", ""),
            version=data.get("version"),
            facts=MoveSerializer.facts(data),
        )
        moved = self.get_queryset().filter(pk=case.pk).first()
        # A move can take the case out of the caller's sight (a transfer): what is left is its outline.
        return Response(
            self._shown(moved) if moved else cut(self._shown(case), Viewer.MONITOR, "denunciation")
        )

    @extend_schema(responses=EventSerializer(many=True), filters=False, summary="The history, oldest first")
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def events(self, request: Request, reference: str) -> Response:
        case = self.get_object()
        in_full = sees_history_in_full(self._viewer(case), case.kind)
        events = Event.objects.filter(case=case).select_related("by", "body").order_by("seq")
        return Response([shown_event(event, in_full=in_full) for event in events])

    @extend_schema(
        responses=ClockSerializer(many=True),
        filters=False,
        summary="Every legal date, and why it is that day",
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def clocks(self, request: Request, reference: str) -> Response:
        law = current_law()
        return Response([shown_clock(clock, law) for clock in self.get_object().clocks.all()])

    @extend_schema(
        request=UploadSerializer,
        responses={201: FileSerializer},
        summary="Bring a file; its id goes into a move",
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def files(self, request: Request, reference: str) -> Response:
        case = self.get_object()
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        content = asked.validated_data["file"].read(files.MAX_SIZE + 1)
        row = files.receive(case, content, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(FileSerializer(row).data, status=201)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("file_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        filters=False,
        summary="Fetch a file",
    )
    @action(
        detail=True,
        methods=["get"],
        url_path="files/(?P<file_id>[0-9a-f-]{36})",
        pagination_class=None,
        filterset_class=None,
    )
    def file(self, request: Request, reference: str, file_id: str) -> FileResponse:
        case = self.get_object()
        row = (
            case.files.filter(pk=file_id).first()
            if sees_history_in_full(self._viewer(case), case.kind)
            else None
        )
        if row is None:
            raise NotFound(_("There is no such file."))
        answer = FileResponse(
            files.open_file(row), as_attachment=True, filename=row.name, content_type=row.content_type
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox"
        return answer

    def _viewer(self, case: Case) -> Viewer:
        return viewer_of(
            self.standing,
            body_id=case.body_id,
            body_path=case.body.path,
            area_path=case.body.area.path,
            received_by_id=case.received_by_id,
            is_co_body=any(body.pk in self.standing.bodies() for body in case.co_bodies.all()),
        )

    def _shown(self, case: Case) -> dict[str, Any]:
        moves = workflow.moves_open_to(self.standing, case)
        return cut(shown_case(case, current_law(), moves), self._viewer(case), case.kind)

    def _line(self, row: dict[str, Any]) -> dict[str, Any]:
        shown = {name: row[column] for name, column in LISTED.items() if name != "id"}
        if row["kind"] != "denunciation":
            return shown
        viewer = viewer_of(
            self.standing,
            body_id=row["body_id"],
            body_path=row["body__path"],
            area_path=row["body__area__path"],
            received_by_id=row["received_by_id"],
            is_co_body=False,
        )
        return cut(shown, viewer, row["kind"])


class SubjectViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What cases can be about."""

    serializer_class = SubjectSerializer
    pagination_class = None
    queryset = Subject.objects.none()

    def get_queryset(self) -> QuerySet[Subject]:
        return Subject.objects.open_to_all().filter(is_active=True).select_related("parent").order_by("code")


class ChannelViewSet(viewsets.GenericViewSet):
    """The ways in which matters arrive."""

    serializer_class = CodeSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=CodeSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response([{"code": channel.value, "name": str(channel.label)} for channel in Channel])


class RuleViewSet(viewsets.GenericViewSet):
    """The time limits, dated, each with its basis and how sure it is."""

    serializer_class = RuleSerializer
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=RuleSerializer(many=True))
    def list(self, request: Request) -> Response:
        rules = [rule for rules in current_law().rules.values() for rule in rules if rule.body is None]
        names = RuleSerializer().fields
        shown = [
            {name: getattr(rule, name) for name in names} | {"situation": sorted(rule.situation)}
            for rule in rules
        ]
        return Response(sorted(shown, key=lambda rule: (rule["code"], rule["situation"], rule["valid_from"])))
