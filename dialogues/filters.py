"""What a list of dialogues can be cut to."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from bodies.filters import path_of
from bodies.models import Area, Body
from dialogues.codes import Chair, DialogueKind, Participants
from dialogues.models import Dialogue
from dialogues.stages import Stage


class DialogueFilter(django_filters.FilterSet):
    host = django_filters.CharFilter(field_name="host__code", max_length=60)
    body__within = django_filters.CharFilter(method="below", max_length=60)
    area__within = django_filters.CharFilter(method="in_area", max_length=60)
    kind = django_filters.MultipleChoiceFilter(choices=DialogueKind.choices)
    stage = django_filters.MultipleChoiceFilter(choices=Stage.choices)
    participants = django_filters.MultipleChoiceFilter(choices=Participants.choices)
    subject = django_filters.CharFilter(method="in_field", max_length=40)
    chair = django_filters.ChoiceFilter(choices=Chair.choices)
    year = django_filters.NumberFilter(field_name="planned_year", min_value=2016, max_value=2100)
    quarter = django_filters.NumberFilter(field_name="planned_quarter", min_value=1, max_value=4)
    held_since = django_filters.DateFilter(field_name="held_on", lookup_expr="gte")
    held_until = django_filters.DateFilter(field_name="held_on", lookup_expr="lte")
    case = django_filters.CharFilter(method="behind", max_length=80)
    announced_in_time = django_filters.BooleanFilter()
    published_in_time = django_filters.BooleanFilter()

    class Meta:
        model = Dialogue
        fields: list[str] = []

    def below(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        path = path_of(Body.objects.open_to_all(), name, value)
        return rows.filter(host__path__startswith=path)

    def in_area(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        path = path_of(Area.objects.open_to_all(), name, value)
        return rows.filter(host__area__path__startswith=path)

    def behind(self, rows: Any, name: str, value: str) -> Any:
        """The dialogue whose question, conclusion or duties became this case."""
        return rows.behind(value)

    def in_field(self, rows: Any, name: str, value: str) -> Any:
        return rows.in_fields([value])
