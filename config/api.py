"""The one place where every room's HTTP API is plugged in."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from bodies.api import AreaViewSet, BodyViewSet, JobViewSet, MessageViewSet, MeView, TokenView
from cases.api import CaseViewSet, ChannelViewSet, RuleViewSet, SubjectViewSet

router = SimpleRouter()
router.register("areas", AreaViewSet, basename="area")
router.register("bodies", BodyViewSet, basename="body")
router.register("messages", MessageViewSet, basename="message")
router.register("jobs", JobViewSet, basename="job")
router.register("cases", CaseViewSet, basename="case")
router.register("subjects", SubjectViewSet, basename="subject")
router.register("channels", ChannelViewSet, basename="channel")
router.register("rules", RuleViewSet, basename="rule")

urlpatterns = [
    path(
        "v1/",
        include(
            [
                path("token/", TokenView.as_view(), name="token"),
                path("me/", MeView.as_view(), name="me"),
                *router.urls,
            ]
        ),
    ),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]
