"""The conclusions of a reception day as a paper over HTTP, for the body that held it."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.views import APIView

from bodies.paper_files import DOCX, PDF, file_of
from bodies.scopes import standing_of
from feedback.models import Reception
from feedback.reception_papers import conclusions_of


class ReceptionConclusionsView(APIView):
    """The notice of what the head concluded."""

    form = "pdf"

    @extend_schema(
        responses={(200, PDF): OpenApiTypes.BINARY}, summary="The conclusions of a reception day (PDF)"
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        standing = standing_of(request.user, timezone.localdate())
        # What was concluded is for the host's own people until it is sent; others see that, not the words.
        rows = Reception.objects.visible_to(standing).hosted_by(standing.bodies())
        rows = rows.select_related("host__area", "host__superior", "received_by")
        reception = get_object_or_404(rows, pk=pk)
        return file_of(conclusions_of(reception), f"reception-{reception.pk}-conclusions", self.form)


class ReceptionConclusionsDraftView(ReceptionConclusionsView):
    form = "docx"

    @extend_schema(
        responses={(200, DOCX): OpenApiTypes.BINARY},
        summary="The conclusions of a reception day (Word draft)",
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        return super().get(request, pk)
