"""The one place where every room's HTTP API is plugged in."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from bodies.api import (
    AreaViewSet,
    BodyViewSet,
    JobViewSet,
    MessageViewSet,
    MeView,
    PeopleSearchView,
    RevealView,
    RevealViewSet,
    TokenView,
)
from cases.api import CaseViewSet, ChannelViewSet, RuleViewSet, SubjectViewSet
from cases.export_api import CaseExportViewSet
from cases.monitor_api import ResponseTimesSheetView, ResponseTimesView
from dialogues.api import DialogueViewSet
from dialogues.attendance_api import AttendanceViewSet
from dialogues.document_api import VIEWS as DIALOGUE_PAPERS
from dialogues.meeting_api import MeetingViewSet
from dialogues.public_api import FollowQuestionView, PublicDialogueViewSet
from dialogues.supervision_api import SupervisionDraftView, SupervisionReportView, SupervisionViewSet
from feedback.api import PetitionViewSet, VerdictViewSet
from feedback.public_api import (
    ChoicesView,
    LodgeView,
    SupplementView,
    TrackView,
    VerdictView,
    WithdrawView,
)
from feedback.reception_api import ReceptionViewSet
from feedback.reception_months_api import ReceptionMonthsView
from feedback.reception_paper_api import ReceptionConclusionsDraftView, ReceptionConclusionsView
from feedback.register_api import ReceptionBookView, RegisterViewSet
from plans.api import DutyViewSet, MeasureViewSet, PlanViewSet
from plans.report_api import ReportDraftView, ReportSheetView, ReportViewSet

router = SimpleRouter()
router.register("areas", AreaViewSet, basename="area")
router.register("bodies", BodyViewSet, basename="body")
router.register("messages", MessageViewSet, basename="message")
router.register("reveals", RevealViewSet, basename="reveal")
router.register("jobs", JobViewSet, basename="job")
router.register("cases", CaseViewSet, basename="case")
router.register("subjects", SubjectViewSet, basename="subject")
router.register("channels", ChannelViewSet, basename="channel")
router.register("rules", RuleViewSet, basename="rule")
router.register("dialogues", DialogueViewSet, basename="dialogue")
router.register("public/dialogues", PublicDialogueViewSet, basename="public-dialogue")
router.register("petitions", PetitionViewSet, basename="petition")
router.register("registers", RegisterViewSet, basename="register")
router.register("receptions", ReceptionViewSet, basename="reception")
router.register("verdicts", VerdictViewSet, basename="verdict")
router.register("meetings", MeetingViewSet, basename="meeting")
router.register("supervisions", SupervisionViewSet, basename="supervision")
router.register("attendances", AttendanceViewSet, basename="attendance")
router.register("reports", ReportViewSet, basename="report")
router.register("plans", PlanViewSet, basename="plan")
router.register("duties", DutyViewSet, basename="duty")
router.register("measures", MeasureViewSet, basename="measure")

urlpatterns = [
    path(
        "v1/",
        include(
            [
                path("token/", TokenView.as_view(), name="token"),
                path("me/", MeView.as_view(), name="me"),
                path("people/search/", PeopleSearchView.as_view(), name="people-search"),
                path("people/<uuid:token>/reveal/", RevealView.as_view(), name="people-reveal"),
                path("public/choices/", ChoicesView.as_view(), name="public-choices"),
                path("public/petitions/", LodgeView.as_view(), name="public-petitions"),
                path("public/track/", TrackView.as_view(), name="public-track"),
                path("public/supplement/", SupplementView.as_view(), name="public-supplement"),
                path("public/withdraw/", WithdrawView.as_view(), name="public-withdraw"),
                path("public/questions/track/", FollowQuestionView.as_view(), name="public-questions-track"),
                path("public/verdict/", VerdictView.as_view(), name="public-verdict"),
                path("receptions/months/", ReceptionMonthsView.as_view(), name="reception-months"),
                path("receptions/book.xlsx", ReceptionBookView.as_view(), name="reception-book"),
                path("cases/export.csv", CaseExportViewSet.as_view({"get": "csv"}), name="cases-csv"),
                path("cases/export.xlsx", CaseExportViewSet.as_view({"get": "xlsx"}), name="cases-xlsx"),
                path("monitor/response-times/", ResponseTimesView.as_view(), name="response-times"),
                path(
                    "monitor/response-times.xlsx",
                    ResponseTimesSheetView.as_view(),
                    name="response-times-sheet",
                ),
                *(
                    path(f"dialogues/<str:code>/{file}", view.as_view(), name=f"dialogue-{file}")
                    for file, view in DIALOGUE_PAPERS.items()
                ),
                path("reports/<str:pk>/report.docx", ReportDraftView.as_view(), name="report-docx"),
                path("reports/<str:pk>/report.xlsx", ReportSheetView.as_view(), name="report-xlsx"),
                path(
                    "supervisions/<str:pk>/report.pdf",
                    SupervisionReportView.as_view(),
                    name="supervision-report",
                ),
                path(
                    "supervisions/<str:pk>/report.docx",
                    SupervisionDraftView.as_view(),
                    name="supervision-draft",
                ),
                path(
                    "receptions/<str:pk>/conclusions.pdf",
                    ReceptionConclusionsView.as_view(),
                    name="reception-conclusions-pdf",
                ),
                path(
                    "receptions/<str:pk>/conclusions.docx",
                    ReceptionConclusionsDraftView.as_view(),
                    name="reception-conclusions-docx",
                ),
                *router.urls,
            ]
        ),
    ),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # Its script comes in an answer of its own: the proxy's content policy forbids scripts inside a page.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
