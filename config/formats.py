"""JSON in and out: strict, bounded, tidied on the way in, fast on the way out."""

from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from bodies.text import tidy

# Deeper than any form of ours; deeper nesting is an attack on the parser.
_DEPTH = 20


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """Reads at most the allowed size; every text becomes NFC, without control signs, before anybody sees it."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        _refuse_longer(parser_context["request"], most)
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge(_too_large(most))
        try:
            return _clean(orjson.loads(raw), _DEPTH)
        except (orjson.JSONDecodeError, UnicodeDecodeError):
            raise ParseError(_("This is not JSON in UTF-8.")) from None


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


def _refuse_longer(request: Any, most: int) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise ParseError(_("The length of the request is not a number."))
    if int(length) > most:
        raise TooLarge(_too_large(most))


def _too_large(most: int) -> str:
    return _("A request may have %(most)s MB at most.") % {"most": most // 1024 // 1024}


def _clean(value: Any, depth: int) -> Any:
    if depth < 0:
        raise ParseError(_("The JSON is nested too deeply."))
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list):
        return [_clean(each, depth - 1) for each in value]
    if isinstance(value, dict):
        # The name of a field of ours is tidy.
        return {
            name if name.isidentifier() and name.isascii() else tidy(name): _clean(each, depth - 1)
            for name, each in value.items()
        }
    return value
