"""The Idempotency-Key of a request: read, and bound to what was asked."""

from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from bodies.idempotency import fingerprint

HEADER = "Idempotency-Key"
PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description="The same key and body give the first answer again, with 200; another body is refused with 422.",
)


def key_of(request: Request) -> UUID | None:
    """The key, if one was sent. Raises ValidationError for what is no UUID."""
    typed = request.headers.get(HEADER)
    if not typed:
        return None
    try:
        return UUID(typed)
    except ValueError:
        raise ValidationError({HEADER: [_("Send a UUID, a new one for each thing you send.")]}) from None


def print_of(request: Request) -> bytes:
    """What the key is bound to: path and body, whatever the order of its fields."""
    data: Any = request.data
    body = orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return fingerprint(request.path.encode(), body)
