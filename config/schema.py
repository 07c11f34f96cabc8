"""The API's description: every operation tells its errors, in the shapes that config.errors gives them."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.openapi import AutoSchema as SpectacularSchema

_DETAIL = {"type": "object", "properties": {"detail": {"type": "string"}}}
_FIELDS = {
    "type": "object",
    "description": "Field name to sentences; `detail` for what is no field's.",
    "additionalProperties": {},
}
_REFUSED = {
    "type": "object",
    "required": ["refused"],
    "properties": {"refused": {"type": "string"}, "field": {"type": "string"}},
}
_ERRORS: dict[str, tuple[str, dict[str, Any]]] = {
    "400": ("Bad input: the field is named", _FIELDS),
    "401": ("Not signed in, or the token has ended", _DETAIL),
    "403": ("Not for this person", _DETAIL),
    "404": ("There is no such thing, or none that the caller may know of", _DETAIL),
    "405": ("No such method here", _DETAIL),
    "406": ("No such format here", _DETAIL),
    "409": ("Refused by the rules, with the reason", _REFUSED),
    "413": ("Larger than allowed", _DETAIL),
    "415": ("Not a format that is read here", _DETAIL),
    "422": ("The same Idempotency-Key came with another body", _DETAIL),
    "429": ("Too often; Retry-After tells when again", _DETAIL),
}
_READ = {"400", "401", "403", "404", "405", "406", "429"}


class AutoSchema(SpectacularSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        wanted = set(_ERRORS) if self.method in {"POST", "PUT", "PATCH", "DELETE"} else _READ
        for status in sorted(wanted):
            text, shape = _ERRORS[status]
            operation["responses"].setdefault(
                status, {"description": text, "content": {"application/json": {"schema": shape}}}
            )
        return operation


class TokenScheme(KnoxTokenScheme):
    target_class = "bodies.tokens.TokenAuthentication"
