"""Petitions over HTTP for staff: log one, look for repeats, list, look, reprint, correct; and decide about reopening."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

import structlog
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bodies import submissions
from bodies.idempotency import once
from bodies.identity_facts import Identity
from bodies.models import Body
from bodies.refusals import BadInput
from bodies.scopes import Standing, standing_of
from cases.steps import Actor
from feedback import corrections, intake, repeats, showing, verdicts
from feedback.filters import PetitionFilter, VerdictFilter
from feedback.intake import NewPetition, Receipt
from feedback.models import Petition, Verdict
from feedback.permissions import receives_for
from feedback.repeats import Repeat, Sought
from feedback.serializers import (
    CorrectedSerializer,
    LoggedSerializer,
    PeopleInput,
    PetitionInput,
    PetitionRowSerializer,
    PetitionSerializer,
    ReceiptSerializer,
    ReopeningInput,
    SimilarInput,
    SimilarSerializer,
    VerdictSerializer,
    new_petition,
    shown_logged,
    shown_receipt,
    shown_repeat,
)

log = structlog.get_logger(__name__)


class NewestReceived(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-received_at", "-id")


class NewestGiven(NewestReceived):
    ordering = ("-given_at", "-id")


class _Standing:
    """How the caller stands, asked once for each request."""

    request: Request

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.request.user, self.today)  # type: ignore[arg-type]


class PetitionViewSet(_Standing, viewsets.GenericViewSet):
    lookup_field = "code"
    lookup_value_regex = "[0-9]{4}-[a-z0-9-]+"
    filterset_class = PetitionFilter
    pagination_class = NewestReceived
    serializer_class = PetitionSerializer
    queryset = Petition.objects.none()

    def get_queryset(self) -> QuerySet[Petition]:
        if getattr(self, "swagger_fake_view", False):
            return Petition.objects.none()
        return Petition.objects.visible_to(self.standing)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        # People and tracking codes stand in these answers: no browser and no proxy keeps them.
        answer["Cache-Control"] = "no-store"
        return answer

    @extend_schema(responses=PetitionRowSerializer(many=True), summary="Petitions, newest first")
    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset()).values("id", *showing.COLUMNS.values())
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([showing.line(row, self.standing) for row in page])

    @extend_schema(
        summary="A petition, its people as the caller may see them, and what the citizen said later"
    )
    def retrieve(self, request: Request, code: str) -> Response:
        return Response(showing.whole(self._petition(), self.standing, at=timezone.now()))

    @extend_schema(
        request=PetitionInput,
        responses={201: LoggedSerializer, 200: LoggedSerializer},
        parameters=[submissions.PARAMETER],
        summary="Log a petition: the case is opened, the receipt is the answer",
    )
    def create(self, request: Request) -> Response:
        mine = self._desks()
        asked = PetitionInput(data=request.data, context={"standing": self.standing})
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        new = new_petition(asked.validated_data, received_at=now)
        _check_desk(new.received_by, mine)
        checked = intake.check(new, recorded_at=now)
        # Asked before anything is written: an error here loses no receipt.
        similar = self._similar(_sought(new))
        made: list[Receipt] = []
        pk, by = uuid4(), Actor.staff(request.user)  # type: ignore[arg-type]

        def make() -> str:
            made.append(intake.take_in(checked, by=by, recorded_at=now, petition_id=pk))
            return str(pk)

        caller, key = f"user:{request.user.pk}", submissions.key_of(request)
        subject, is_new = once(caller, key, submissions.print_of(request), make, at=now, subject=str(pk))
        receipt = made[0] if made else intake.told_again(subject)
        others = [repeat for repeat in similar if repeat.case["reference"] != receipt.case.reference]
        return Response(shown_logged(receipt, others), status=201 if is_new else 200)

    @extend_schema(
        request=SimilarInput,
        responses=SimilarSerializer(many=True),
        filters=False,
        summary="Likely repeats, before saving: the same person, or the same place and similar words",
    )
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def similar(self, request: Request) -> Response:
        self._desks()
        asked = SimilarInput(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        known = {name: data.get(name, "") for name in ("name", "id_number", "phone")}
        sought = Sought(
            title=data.get("title", ""),
            content=data.get("content", ""),
            area=data["area"],
            body=data["received_by"],
            people=[Identity(**known)] if any(known.values()) else [],
        )
        return Response([shown_repeat(repeat) for repeat in self._similar(sought)])

    @extend_schema(
        request=None, responses=ReceiptSerializer, filters=False, summary="The slip again, with its code"
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def receipt(self, request: Request, code: str) -> Response:
        petition = self._petition()
        if petition.received_by_id not in receives_for(self.standing):
            raise PermissionDenied(_("Only the office that received the petition prints its slip again."))
        log.info("receipt told again", case=petition.code, user_id=request.user.pk)
        return Response(shown_receipt(Receipt(petition, petition.case)))

    @extend_schema(
        request=PeopleInput,
        responses=CorrectedSerializer,
        filters=False,
        summary="Correct what was written down of a petitioner",
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def people(self, request: Request, code: str) -> Response:
        petition = self._petition()
        asked = PeopleInput(data=request.data)
        asked.is_valid(raise_exception=True)
        changes = dict(asked.validated_data)
        place = changes.pop("position")
        petitioner = petition.petitioners.select_related("person").filter(position=place).first()
        if petitioner is None:
            raise BadInput.of("position", _("Nobody stands there on this petition."))
        petitioner.petition = petition
        event = corrections.correct_person(
            petitioner,
            changes,
            reason=changes.pop("reason"),
            version=changes.pop("version", None),
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        return Response(
            {"fields": event.details["fields"]["people"]["fields"], "version": event.case.version}
        )

    def _desks(self) -> frozenset[int]:
        mine = receives_for(self.standing)
        if not mine:
            raise PermissionDenied(_("You take no petitions in: this is for the people of a reception desk."))
        return mine

    def _petition(self) -> Petition:
        joined = (
            "case__body__area",
            "case__received_by",
            "received_by",
            "addressed_to",
            "sender_body",
            "recorded_by",
        )
        rows = self.get_queryset().select_related(*joined).prefetch_related("case__co_bodies")
        return get_object_or_404(rows, code=self.kwargs["code"])

    def _similar(self, sought: Sought) -> Sequence[Repeat]:
        return repeats.look(sought, self.standing, today=self.today)


def _check_desk(body: Body, mine: frozenset[int]) -> None:
    if body.pk not in mine:
        raise BadInput.of(
            "received_by",
            _("You take no petitions in for %(body)s: name your own office.") % {"body": body.name},
        )


def _sought(new: NewPetition) -> Sought:
    people = [each.identity for each in new.petitioners]
    return Sought(title=new.title, content=new.content, area=new.area, body=new.received_by, people=people)


class VerdictViewSet(_Standing, mixins.ListModelMixin, viewsets.GenericViewSet):
    """What citizens thought of answers, and who of them asks for reopening."""

    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = VerdictFilter
    pagination_class = NewestGiven
    serializer_class = VerdictSerializer
    queryset = Verdict.objects.none()

    def get_queryset(self) -> QuerySet[Verdict]:
        if getattr(self, "swagger_fake_view", False):
            return Verdict.objects.none()
        rows = Verdict.objects.visible_to(self.standing).select_related("case__body__area")
        return rows.prefetch_related("case__co_bodies")

    @extend_schema(summary="Verdicts, newest first")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([showing.verdict_to(row, self.standing) for row in page])

    @extend_schema(
        request=ReopeningInput,
        responses=VerdictSerializer,
        filters=False,
        summary="Reopen the case, or tell the citizen why not",
    )
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def decide(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        asked = ReopeningInput(data=request.data)
        asked.is_valid(raise_exception=True)
        decided = verdicts.decide(
            row,
            **asked.validated_data,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
        )
        return Response(showing.verdict_to(self.get_queryset().get(pk=decided.pk), self.standing))
