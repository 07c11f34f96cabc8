"""What lists of areas and bodies can be asked for."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from bodies.kinds import BodyKind, Level
from bodies.models import Area, Body, Message


class AskedFilters(django_filters.FilterSet):
    """A set of filters of which only those asked for are made: each costs a copy of itself and a field of a form."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        # The class keeps all of them, for the API's description.
        self.base_filters = {name: each for name, each in self.base_filters.items() if name in (data or ())}
        super().__init__(data, *args, **kwargs)


class AreaFilter(AskedFilters):
    within = django_filters.CharFilter(method="in_area", max_length=60)
    level = django_filters.ChoiceFilter(choices=Level.choices)
    parent = django_filters.CharFilter(field_name="parent__code", max_length=60)

    class Meta:
        model = Area
        fields: list[str] = []

    def in_area(self, rows: QuerySet[Area], name: str, value: str) -> QuerySet[Area]:
        return rows.filter(path__startswith=path_of(Area.objects, name, value))


class BodyFilter(AskedFilters):
    kind = django_filters.MultipleChoiceFilter(choices=BodyKind.choices)
    level = django_filters.ChoiceFilter(choices=Level.choices)
    area = django_filters.CharFilter(field_name="area__code", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)
    within = django_filters.CharFilter(method="below", max_length=60)
    open_on = django_filters.DateFilter(method="is_open_on")

    class Meta:
        model = Body
        fields: list[str] = []

    def in_area(self, rows: QuerySet[Body], name: str, value: str) -> QuerySet[Body]:
        return rows.filter(area__path__startswith=path_of(Area.objects, name, value))

    def below(self, rows: QuerySet[Body], name: str, value: str) -> QuerySet[Body]:
        return rows.filter(path__startswith=path_of(Body.objects, name, value))

    def is_open_on(self, rows: QuerySet[Body], name: str, value: Any) -> QuerySet[Body]:
        return rows.open_on(value)  # type: ignore[attr-defined]


class MessageFilter(AskedFilters):
    unopened = django_filters.BooleanFilter(field_name="opened_at", lookup_expr="isnull")
    subject = django_filters.CharFilter(max_length=80)

    class Meta:
        model = Message
        fields: list[str] = []


def path_of(rows: Any, name: str, code: str) -> str:
    path = rows.filter(code=code).values_list("path", flat=True).first()
    if path is None:
        raise ValidationError({name: [_("Unknown code: %(code)s.") % {"code": code}]})
    return str(path)
