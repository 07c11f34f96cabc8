"""Response times over HTTP: what the Fatherland Front, superiors and offices themselves look at, each figure with its rows."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies.scopes import Standing, standing_of
from cases.figure_pages import spread
from cases.figure_serializers import FiguresSerializer, QuestionSerializer, flat
from cases.figure_sheets import sheet
from cases.figure_tables import table
from cases.figures import Question

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@extend_schema(parameters=[QuestionSerializer])
class ResponseTimesView(APIView):
    """How long cases took, and how many in time."""

    @extend_schema(responses=FiguresSerializer, summary="Response times, with the cases behind each figure")
    def get(self, request: Request) -> Response:
        return Response(table(*self.asked(request)))

    def asked(self, request: Request) -> tuple[Question, Standing]:
        today = timezone.localdate()
        asked = QuestionSerializer(data=flat(request.query_params), context={"today": today})
        asked.is_valid(raise_exception=True)
        return asked.validated_data, standing_of(request.user, today)  # type: ignore[return-value, arg-type]


@extend_schema(parameters=[QuestionSerializer])
class ResponseTimesSheetView(ResponseTimesView):
    """The same as a workbook: values only, no formula is live."""

    @extend_schema(
        responses={(200, XLSX): OpenApiTypes.BINARY}, summary="Response times as a workbook (XLSX)"
    )
    def get(self, request: Request) -> HttpResponse:
        question, standing = self.asked(request)
        days = [(each["words"], each["number"]) for each in spread(question, standing)["classes"]]
        answer = HttpResponse(sheet(table(question, standing), days), content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="response-times.xlsx"'
        return answer
