"""The portal over HTTP, for strangers: lodge, follow, add, withdraw, rate. The code stands in the body, never in an address.

A wrong code gets one answer whatever is wrong with it, and counts against the limits. Nothing here is kept by a browser.
"""

from typing import Any
from uuid import uuid4

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from bodies import submissions
from bodies.idempotency import once
from cases.codes import Channel
from cases.files import MAX_SIZE
from cases.steps import CITIZEN
from feedback import intake, portal, throttles, tracked, verdicts, words
from feedback.following import NO_SUCH_CODE, petition_of
from feedback.intake import Receipt
from feedback.models import Petition, Verdict
from feedback.public_serializers import (
    ChoiceInput,
    ChoicesSerializer,
    CodeInput,
    DoneSerializer,
    LodgedSerializer,
    LodgeInput,
    SupplementInput,
    TrackedSerializer,
    VerdictInput,
    WithdrawInput,
)
from feedback.serializers import new_petition


class _Public(APIView):
    """Open to all: who is signed in is not asked, so that a stale token shuts nobody out."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer


class _ByCode(_Public):
    """What the holder of a tracking code can do."""

    throttle_classes = [throttles.Codes]

    def asked(self, shape: Any, request: Request) -> tuple[Petition, dict[str, Any]]:
        """The petition of the code in the body. Raises NotFound, the same for every wrong code."""
        told = shape(data=request.data)
        told.is_valid(raise_exception=True)
        data = dict(told.validated_data)
        petition = petition_of(data.pop("tracking_code"))
        if petition is None:
            raise NotFound(NO_SUCH_CODE)
        throttles.was_right()
        return petition, data


class LodgeView(_Public):
    throttle_classes = [throttles.Lodging]

    @extend_schema(
        request=LodgeInput,
        responses={201: LodgedSerializer, 200: LodgedSerializer},
        parameters=[submissions.PARAMETER],
        auth=[],
        summary="Lodge a petition; the answer is the receipt",
    )
    def post(self, request: Request) -> Response:
        asked = LodgeInput(data=request.data)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        new = new_petition(asked.validated_data, received_at=now, channel=Channel.PORTAL)
        portal.check(new)
        made: list[Receipt] = []
        pk = uuid4()

        def make() -> str:
            made.append(intake.receive(new, by=CITIZEN, recorded_at=now, petition_id=pk))
            return str(pk)

        key, asked_for = submissions.key_of(request), submissions.print_of(request)
        subject, is_new = once("public", key, asked_for, make, at=now, subject=str(pk))
        receipt = made[0] if made else intake.told_again(subject)
        return Response(_lodged(receipt), status=201 if is_new else 200)


def _lodged(receipt: Receipt) -> dict[str, Any]:
    petition, case = receipt.petition, receipt.case
    return {
        "code": petition.code,
        "tracking_code": receipt.tracking_code,
        "kind": case.kind,
        "received_on": timezone.localdate(petition.received_at),
        "office": case.body.name,
        "due_on": case.due_on,
        "notice": portal.notice(case.kind),
        "warnings": [{"field": told.field, "sentence": told.sentence} for told in receipt.notices],
    }


class TrackView(_ByCode):
    @extend_schema(
        request=CodeInput,
        responses={200: TrackedSerializer},
        auth=[],
        summary="Where a petition stands, in plain words",
    )
    def post(self, request: Request) -> Response:
        petition, _data = self.asked(CodeInput, request)
        return Response(tracked.tell(petition, today=timezone.localdate()))


class SupplementView(_ByCode):
    parser_classes = [*api_settings.DEFAULT_PARSER_CLASSES, MultiPartParser]

    @extend_schema(
        request={"application/json": SupplementInput, "multipart/form-data": SupplementInput},
        responses={201: DoneSerializer},
        auth=[],
        summary="Add something to a petition",
    )
    def post(self, request: Request) -> Response:
        # Before a byte of it is read.
        if int(request.META.get("CONTENT_LENGTH") or 0) > words.MOST_BYTES + 64 * 1024:
            raise RequestDataTooBig
        petition, data = self.asked(SupplementInput, request)
        files = [file.read(MAX_SIZE + 1) for file in data.pop("files")]
        words.supplement(petition, **data, files=files, at=timezone.now())
        return Response({"message": _("Thank you. The office has what you sent.")}, status=201)


class WithdrawView(_ByCode):
    @extend_schema(
        request=WithdrawInput,
        responses={201: DoneSerializer},
        auth=[],
        summary="Take a petition back, whole or in part",
    )
    def post(self, request: Request) -> Response:
        petition, data = self.asked(WithdrawInput, request)
        words.withdraw(petition, **data, at=timezone.now())
        done = (
            _("The petition is withdrawn.") if data["whole"] else _("The part that you named is withdrawn.")
        )
        return Response({"message": done}, status=201)


class VerdictView(_ByCode):
    @extend_schema(
        request=VerdictInput,
        responses={201: DoneSerializer},
        auth=[],
        summary="Rate the answer, once, from 1 to 5",
    )
    def post(self, request: Request) -> Response:
        petition, data = self.asked(VerdictInput, request)
        verdict = verdicts.give(petition, **data, at=timezone.now())
        done = _("Thank you for your verdict.")
        if verdict.reopening == Verdict.Reopening.WAITING:
            done = _(
                "Thank you for your verdict. The head of the office decides whether the matter is reopened."
            )
        return Response({"message": done}, status=201)


class ChoicesView(_Public):
    throttle_classes = [throttles.LookByAddress]

    @extend_schema(
        parameters=[ChoiceInput],
        responses=ChoicesSerializer,
        auth=[],
        summary="Kinds in plain words; places, and the offices of one that take petitions online",
    )
    def get(self, request: Request) -> Response:
        asked = ChoiceInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(portal.choices(asked.validated_data.get("area"), on=timezone.localdate()))
