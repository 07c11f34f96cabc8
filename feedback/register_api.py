"""Old reception books over HTTP: hand one in, see what was read of it, confirm, fetch the copy with what is wrong."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import IO, Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies.models import Body, Job
from bodies.scopes import Standing, standing_of
from bodies.submissions import PARAMETER, key_of
from feedback import register_jobs
from feedback.models import RegisterFile
from feedback.reception_book import book_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkSerializer(serializers.ModelSerializer):
    """One of the two jobs of a book. Its result: how many lines were imported, unchanged, changed and rejected, and why."""

    class Meta:
        model = Job
        fields = ["id", "state", "done", "total", "result", "error", "created_at", "finished_at"]
        read_only_fields = fields


class RegisterFileSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    body = serializers.CharField(source="body.code")
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()
    reading = WorkSerializer(allow_null=True)
    importing = WorkSerializer(allow_null=True)
    has_copy = serializers.BooleanField()


class HandInSerializer(serializers.Serializer):
    body = serializers.SlugRelatedField(slug_field="code", queryset=Body.objects.open_to_all())
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class RegisterViewSet(viewsets.GenericViewSet):
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = RegisterFileSerializer
    pagination_class = None
    filter_backends: list[Any] = []
    parser_classes = [MultiPartParser]
    queryset = RegisterFile.objects.none()

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)

    def get_queryset(self) -> QuerySet[RegisterFile]:
        if getattr(self, "swagger_fake_view", False):
            return RegisterFile.objects.none()
        rows = RegisterFile.objects.visible_to(self.standing).select_related("body", "by")
        return rows.defer("box", "copy_box")

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    @extend_schema(
        responses=RegisterFileSerializer(many=True), summary="Books handed in of late, newest first"
    )
    def list(self, request: Request) -> Response:
        return Response(_shown(list(self.get_queryset().order_by("-at", "id")[:50])))

    @extend_schema(summary="A book: what was read of it, and how far its import is")
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_shown([self.get_object()])[0])

    @extend_schema(
        request={"multipart/form-data": HandInSerializer},
        responses={201: RegisterFileSerializer},
        parameters=[PARAMETER],
        summary="Hand in a reception book (Form 03, XLSX); it is read, and nothing is written yet",
    )
    def create(self, request: Request) -> Response:
        asked = HandInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        file = register_jobs.hand_in(
            asked.validated_data["file"].read(register_jobs.MOST_BYTES + 1),
            asked.validated_data["body"],
            by=request.user,
            key=key_of(request),
            at=timezone.now(),
        )
        return Response(_shown([file])[0], status=201)

    @extend_schema(
        request=None,
        responses={202: RegisterFileSerializer},
        summary="Import what was read; asked again, it is the same import",
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        file = self.get_object()
        register_jobs.confirm(file, by=request.user, at=timezone.now())
        return Response(_shown([file])[0], status=202)

    @extend_schema(
        responses={(200, XLSX): OpenApiTypes.BINARY},
        summary="The book again, with what is wrong beside each line",
    )
    @action(detail=True, methods=["get"])
    def copy(self, request: Request, pk: str) -> HttpResponse:
        content = register_jobs.copy_of(self.get_object())
        if content is None:
            raise NotFound(_("Nothing was wrong with this book."))
        answer = HttpResponse(content, content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="so-tiep-cong-dan-loi.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class BookInput(serializers.Serializer):
    body = serializers.SlugRelatedField(slug_field="code", queryset=Body.objects.open_to_all())
    vars()["from"] = serializers.DateField()
    to = serializers.DateField()


class ReceptionBookView(APIView):
    """The book of the days that the product knows, on the form that inspectors ask for."""

    @extend_schema(
        parameters=[BookInput],
        responses={(200, XLSX): OpenApiTypes.BINARY},
        summary="The reception book (Form 03) of a body and a span of days, without names",
    )
    def get(self, request: Request) -> HttpResponseBase:
        asked = BookInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        standing = standing_of(request.user, timezone.localdate())
        file = book_of(told["body"], standing, first=told["from"], last=told["to"])
        answer = StreamingHttpResponse(_read(file), content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="so-tiep-cong-dan.xlsx"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _read(file: IO[bytes]) -> Iterator[bytes]:
    """The file to its end, and no longer."""
    with file:
        while block := file.read(64 * 1024):
            yield block


def _shown(files: list[RegisterFile]) -> Any:
    """The books with their jobs, read in one query."""
    known = register_jobs.jobs_of(files)
    rows = [
        {
            "id": file.pk,
            "body": file.body,
            "by": file.by,
            "at": file.at,
            "reading": known.get(file.reading),
            "importing": known.get(file.taking_in),
            "has_copy": file.copy_size is not None,
        }
        for file in files
    ]
    return RegisterFileSerializer(rows, many=True).data
