"""Areas, bodies, sealed identities, one's own messages and jobs, and the way in with a token."""

from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed, NotFound, Throttled
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bodies import identities, reveals
from bodies.filters import AreaFilter, BodyFilter, MessageFilter
from bodies.limits import allow
from bodies.models import Area, Body, Job, Message, Person, Reveal
from bodies.serializers import (
    AreaSerializer,
    BodySerializer,
    ConsentInput,
    FoundSerializer,
    IdentitySerializer,
    JobSerializer,
    MembershipSerializer,
    MeSerializer,
    MessageSerializer,
    ReasonInput,
    RevealSerializer,
    SearchInput,
    SignInSerializer,
    TokenSerializer,
)
from bodies.sign_in import check_second_factor
from bodies.throttles import RevealsByPerson, SignInByAddress
from bodies.tokens import forget_ended

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
        user = authenticate(request, username=name, password=asked.validated_data["password"])
        if user is None:
            raise AuthenticationFailed(_("The user name or the password is wrong."))
        check_second_factor(user, asked.validated_data["code"], on=timezone.localdate())
        forget_ended(user, timezone.now())
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


class _Guarded(APIView):
    """Views of sealed identities: what they answer is kept by no browser and no proxy."""

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class PeopleSearchView(_Guarded):
    """People by an equal value. It stands in the body: addresses end up in logs."""

    @extend_schema(
        request=SearchInput,
        responses=FoundSerializer(many=True),
        summary="People whom the caller may learn of, masked, by one id number, phone or full name",
    )
    def post(self, request: Request) -> Response:
        asked = SearchInput(data=request.data)
        asked.is_valid(raise_exception=True)
        found = identities.search(request.user, at=timezone.now(), **asked.validated_data)  # type: ignore[arg-type]
        shown = [{"token": each.person.token, **vars(each.masked)} for each in found]
        return Response(FoundSerializer(shown, many=True).data)


class RevealView(_Guarded):
    throttle_classes = [RevealsByPerson]

    @extend_schema(
        request=ReasonInput,
        responses={200: IdentitySerializer, 202: RevealSerializer},
        summary="Read one identity for a reason; 202 where another person must consent first, who is then asked",
    )
    def post(self, request: Request, token: UUID) -> Response:
        asked = ReasonInput(data=request.data)
        asked.is_valid(raise_exception=True)
        now, facts = timezone.now(), {"by": request.user, "reason": asked.validated_data["reason"]}
        try:
            person = identities.person_for(request.user, token, at=now)  # type: ignore[arg-type]
        except Person.DoesNotExist:
            raise NotFound(_("There is no such person.")) from None
        try:
            identity = reveals.reveal(person, **facts, at=now)
        except reveals.ConsentNeeded:
            waiting = reveals.ask_reveal(person, **facts, at=now)
            return Response(RevealSerializer(waiting).data, status=202)
        return Response(IdentitySerializer(identity).data)


class RevealViewSet(_Guarded, viewsets.GenericViewSet):
    """Readings of identities that wait for a second person."""

    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = RevealSerializer
    pagination_class = None
    filter_backends: list[Any] = []
    queryset = Reveal.objects.none()

    @extend_schema(responses=RevealSerializer(many=True), summary="Requests that the caller may decide")
    def list(self, request: Request) -> Response:
        waiting = reveals.reveals_to_decide(request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(RevealSerializer(waiting, many=True).data)

    @extend_schema(
        request=ConsentInput,
        responses=RevealSerializer,
        summary="Consent to one reading within 24 hours, or refuse it",
    )
    @action(detail=True, methods=["post"])
    def decision(self, request: Request, pk: str) -> Response:
        asked = ConsentInput(data=request.data)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        try:
            row = reveals.reveal_for(request.user, int(pk), at=now)  # type: ignore[arg-type]
        except Reveal.DoesNotExist:
            raise NotFound(_("There is no such request.")) from None
        decided = reveals.decide_reveal(row, by=request.user, grant=asked.validated_data["grant"], at=now)  # type: ignore[arg-type]
        return Response(RevealSerializer(decided).data)
