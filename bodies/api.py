"""Areas, bodies, one's own messages and jobs, and the way in with a token."""

from typing import Any

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies.filters import AreaFilter, BodyFilter, MessageFilter
from bodies.limits import allow
from bodies.models import Area, Body, Job, Message
from bodies.serializers import (
    AreaSerializer,
    BodySerializer,
    JobSerializer,
    MembershipSerializer,
    MeSerializer,
    MessageSerializer,
    SignInSerializer,
    TokenSerializer,
)
from bodies.throttles import SignInByAddress

# Wrong passwords for one account, whoever types them; then five minutes of rest, never a lasting lock.
_TRIES_PER_ACCOUNT, _REST = 5, 300


class ByCode(CursorPagination):
    page_size = 100
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "code"


class Newest(ByCode):
    page_size = 50
    ordering = ("-created_at", "-id")


class AreaViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Places, by code."""

    lookup_field = "code"
    lookup_value_regex = "[a-z0-9-]+"
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    pagination_class = ByCode

    def get_queryset(self) -> QuerySet[Area]:
        return Area.objects.open_to_all().select_related("parent")


class BodyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Bodies, by code; `within` is the superior-subtree, `area__within` the area-subtree."""

    lookup_field = "code"
    lookup_value_regex = "[a-z0-9-]+"
    serializer_class = BodySerializer
    filterset_class = BodyFilter
    pagination_class = ByCode

    def get_queryset(self) -> QuerySet[Body]:
        return Body.objects.open_to_all().select_related("area", "superior", "successor")


class MessageViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What the caller was told."""

    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    pagination_class = Newest
    queryset = Message.objects.none()

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.visible_to(self.request.user)  # type: ignore[arg-type]

    @extend_schema(request=None, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        message = self.get_object()
        message.mark_opened(timezone.now())
        return Response(MessageSerializer(message).data)


class JobViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Long work that the caller started."""

    serializer_class = JobSerializer
    lookup_value_regex = "[0-9a-f-]{36}"
    queryset = Job.objects.none()
    filter_backends: list[Any] = []

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)  # type: ignore[arg-type]


class TokenView(APIView):
    """Sign in for the API, and out again."""

    throttle_classes = [SignInByAddress]

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    def get_authenticators(self) -> list[Any]:
        # A stale token must not keep anybody from signing in anew.
        return (
            [] if self.request is not None and self.request.method == "POST" else super().get_authenticators()
        )

    @extend_schema(request=SignInSerializer, responses=TokenSerializer, auth=[])
    def post(self, request: Request) -> Response:
        asked = SignInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        name = asked.validated_data["username"]
        wait = allow(
            f"account:{name.lower()}", most=_TRIES_PER_ACCOUNT, per_seconds=_REST, now=timezone.now()
        )
        if wait:
            raise Throttled(wait)
        user = authenticate(request, **asked.validated_data)
        if user is None:
            raise AuthenticationFailed(_("The user name or the password is wrong."))
        row, token = AuthToken.objects.create(user=user)
        return Response({"token": token, "expiry": row.expiry})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        if request.auth is not None:
            request.auth.delete()
        return Response(status=204)


class MeView(APIView):
    """Who the caller is, and in which bodies they work today."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        mine = request.user.memberships.on(timezone.localdate()).select_related("body")
        shown = MembershipSerializer(mine, many=True).data
        return Response(
            {"username": request.user.username, "full_name": request.user.full_name, "memberships": shown}
        )
