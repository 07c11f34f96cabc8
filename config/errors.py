"""The one shape of errors: bad input names the field, a refusal is a sentence, the unseen does not exist."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated
from rest_framework.response import Response
from rest_framework.views import exception_handler

from bodies.refusals import BadInput, Refused, Unprocessable
from cases.time_limits import BadQuestion


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn refusals of the domain into answers; everything else is DRF's."""
    if isinstance(error, Refused):
        body = {"refused": error.sentence} | ({"field": error.field} if error.field else {})
        return Response(body, status=status.HTTP_409_CONFLICT)
    if isinstance(error, BadInput):
        return Response(error.errors, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, BadQuestion):
        return Response({error.field: [error.message]}, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, Unprocessable):
        return Response({"detail": str(error)}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent)):
        return Response({"detail": _("The request is too large.")}, status=413)
    answer = exception_handler(error, context)
    if answer is not None and isinstance(error, APIException) and isinstance(answer.data, list):
        answer.data = {"detail": answer.data}
    if isinstance(error, (AuthenticationFailed, NotAuthenticated)) and answer is not None:
        answer.status_code = status.HTTP_401_UNAUTHORIZED
    return answer
