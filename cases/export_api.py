"""The work list as a file over HTTP: the same filters, the same table of what is seen."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from bodies.scopes import standing_of
from cases.exports import XLSX, as_csv, as_sheet, export_of
from cases.filters import CaseFilter
from cases.models import Case
from cases.serializers import CaseRowSerializer

_BLOCK = 64 * 1024


class Whatever(BaseContentNegotiation):
    """The address names the kind of file; what goes wrong is told as everywhere."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class CaseExportViewSet(viewsets.GenericViewSet):
    filterset_class = CaseFilter
    pagination_class = None
    content_negotiation_class = Whatever
    serializer_class = CaseRowSerializer

    def get_queryset(self) -> QuerySet[Case]:
        if getattr(self, "swagger_fake_view", False):
            return Case.objects.none()
        return Case.objects.visible_to(standing_of(self.request.user, timezone.localdate()))

    @extend_schema(
        filters=True,
        responses={(200, "text/csv"): OpenApiTypes.STR},
        summary="The work list as CSV, however long",
    )
    def csv(self, request: Request) -> HttpResponseBase:
        answer = StreamingHttpResponse(as_csv(self._export()), content_type="text/csv; charset=utf-8")
        return _named(answer, "csv")

    @extend_schema(
        filters=True,
        responses={(200, XLSX): OpenApiTypes.BINARY},
        summary="The work list as a workbook (XLSX)",
    )
    def xlsx(self, request: Request) -> HttpResponseBase:
        answer = StreamingHttpResponse(_read(as_sheet(self._export())), content_type=XLSX)
        return _named(answer, "xlsx")

    def _export(self) -> Any:
        standing = standing_of(self.request.user, timezone.localdate())
        return export_of(self.filter_queryset(self.get_queryset()), standing)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    """The file to its end, and no longer."""
    with file:
        while block := file.read(_BLOCK):
            yield block


def _named(answer: HttpResponseBase, kind: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="cases-{timezone.localdate()}.{kind}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
