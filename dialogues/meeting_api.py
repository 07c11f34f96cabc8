"""Briefings and working sessions over HTTP, with what was agreed there."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bodies import submissions
from dialogues import meetings
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
from dialogues.meeting_codes import MeetingKind, Rhythm
from dialogues.models import Meeting


class MeetingSerializer(serializers.ModelSerializer):
    host = BodyField()
    chaired_by = BodyField()
    participants = BodyField(many=True, required=False)
    agreed = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)
    recommendations = RecommendationSerializer(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields = [
            "id", "host", "chaired_by", "kind", "rhythm", "day", "title", "participants", "present_count", "agreed",
            "recommendations", "recorded_at", "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = ["recorded_at", "struck_at", "struck_reason"]


class MeetingFilter(LogFilter):
    host = django_filters.CharFilter(field_name="host__code", max_length=60)
    chaired_by = django_filters.CharFilter(field_name="chaired_by__code", max_length=60)
    kind = django_filters.MultipleChoiceFilter(choices=MeetingKind.choices)
    rhythm = django_filters.MultipleChoiceFilter(choices=Rhythm.choices)
    whose = "host"

    class Meta:
        model = Meeting
        fields: list[str] = []


class MeetingViewSet(LogViewSet):
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter
    queryset = Meeting.objects.none()
    strike_out = staticmethod(meetings.strike_out)

    def get_queryset(self) -> QuerySet[Meeting]:
        if getattr(self, "swagger_fake_view", False):
            return Meeting.objects.none()
        return Meeting.objects.visible_to(self.standing).with_everything()

    @extend_schema(
        parameters=[submissions.PARAMETER],
        responses={201: MeetingSerializer, 200: MeetingSerializer},
        summary="Write a meeting down",
    )
    def create(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts: dict[str, Any] = dict(asked.validated_data)
        participants = facts.pop("participants", [])
        return self.written(
            lambda: meetings.record(Meeting(**facts), participants=participants, by=request.user, at=self.now)
        )

    @extend_schema(
        request=PromiseInput,
        parameters=[submissions.PARAMETER],
        responses={201: OwedSerializer, 200: OwedSerializer},
        summary="Something agreed there, as a case of the body that must act",
    )
    @action(detail=True, methods=["post"])
    def recommendations(self, request: Request, pk: str) -> Response:
        meeting = self.get_object()
        asked = PromiseInput(data=request.data)
        asked.is_valid(raise_exception=True)
        new = promised(asked.validated_data)
        subject, status = self.once(
            lambda: str(meetings.agree(meeting, new, by=request.user, at=self.now).pk)
        )
        row = meeting.recommendations.select_related("case__body").get(case=subject)
        return Response(OwedSerializer(row.case).data, status=status)
