"""Attendance of committee members at meetings of cells and branches over HTTP."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bodies import submissions
from bodies.models import Area
from dialogues import attendances
from dialogues.log_api import BodyField, LogFilter, LogViewSet, StaffField
from dialogues.meeting_codes import AttendedKind
from dialogues.models import Attendance


class AttendanceSerializer(serializers.ModelSerializer):
    committee = BodyField()
    member = StaffField()
    area = serializers.SlugRelatedField(slug_field="code", queryset=Area.objects.open_to_all())

    class Meta:
        model = Attendance
        fields = [
            "id", "committee", "member", "kind", "day", "area", "attended", "recorded_at", "struck_at", "struck_reason",
        ]  # fmt: skip
        read_only_fields = ["recorded_at", "struck_at", "struck_reason"]
        # The database's word that a meeting is written down once is said by the room, as a refusal.
        validators: list[Any] = []


class AttendanceFilter(LogFilter):
    committee = django_filters.CharFilter(field_name="committee__code", max_length=60)
    member = django_filters.CharFilter(field_name="member__username", max_length=60)
    kind = django_filters.MultipleChoiceFilter(choices=AttendedKind.choices)
    whose = "committee"

    class Meta:
        model = Attendance
        fields: list[str] = []


class AttendanceViewSet(LogViewSet):
    serializer_class = AttendanceSerializer
    filterset_class = AttendanceFilter
    queryset = Attendance.objects.none()
    strike_out = staticmethod(attendances.strike_out)

    def get_queryset(self) -> QuerySet[Attendance]:
        if getattr(self, "swagger_fake_view", False):
            return Attendance.objects.none()
        rows = Attendance.objects.visible_to(self.standing)
        return rows.select_related("committee", "member", "area")

    @extend_schema(
        parameters=[submissions.PARAMETER],
        responses={201: AttendanceSerializer, 200: AttendanceSerializer},
        summary="Write down that a member attended",
    )
    def create(self, request: Request) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        return self.written(lambda: attendances.record(Attendance(**facts), by=request.user, at=self.now))
