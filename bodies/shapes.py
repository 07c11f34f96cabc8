"""Shapes of what comes in that never differ from one request to the next: their fields are made once, not for each request."""

from functools import lru_cache

from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.utils.serializer_helpers import BindingDict


class FixedShape(serializers.Serializer):
    """A serializer whose fields nobody changes. They are shared: they know no request and no context, the shape itself does."""

    @property
    def fields(self) -> BindingDict:
        return _fields(type(self), get_language())


@lru_cache(maxsize=100)
def _fields(shape: type[FixedShape], language: str | None) -> BindingDict:
    """Once for each language: the sentences of a validator keep the first language in which they were read."""
    made = BindingDict(shape())
    for name, field in made.serializer.get_fields().items():
        made[name] = field
    return made
