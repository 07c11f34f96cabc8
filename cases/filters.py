"""What the work list can be asked for in its address: codes and days, nothing personal."""

from dataclasses import replace
from typing import Any, NamedTuple

import django_filters
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError

from bodies.filters import AskedFilters
from bodies.models import Area, Body, Role
from bodies.scopes import standing_of
from bodies.working_days import current_calendar
from cases import search
from cases.codes import Channel, Flag, Kind
from cases.counts import BEHIND, rows_behind
from cases.figure_serializers import QuestionSerializer, flat
from cases.figures import OPTIONAL
from cases.models import Case, Subject
from cases.queues import QUEUES
from cases.stages import Stage

# The heaps by due day that anybody's cases can be asked for.
DUE = ("late", "today", "soon", "paused")


class CaseFilter(AskedFilters):
    stage = django_filters.MultipleChoiceFilter(choices=Stage.choices)
    kind = django_filters.MultipleChoiceFilter(choices=Kind.choices)
    channel = django_filters.MultipleChoiceFilter(choices=Channel.choices)
    flag = django_filters.ChoiceFilter(choices=Flag.choices, method="with_flag")
    body = django_filters.CharFilter(
        method="of_body", max_length=60, label=gettext_lazy("Code of the responsible body")
    )
    body__within = django_filters.CharFilter(method="of_body_within", max_length=60)
    subtree = django_filters.ChoiceFilter(
        choices=[("superior", "superior"), ("area", "area")], method="nothing"
    )
    against_body = django_filters.CharFilter(method="against", max_length=60)
    concluded_by = django_filters.CharFilter(
        method="concluded", max_length=60, label=gettext_lazy("Code of the body whose head concluded")
    )
    handler = django_filters.CharFilter(method="of_handler", max_length=60)
    subject = django_filters.CharFilter(method="of_subject", max_length=40)
    area = django_filters.CharFilter(method="of_area", max_length=60)
    overdue = django_filters.BooleanFilter(method="is_overdue")
    due = django_filters.ChoiceFilter(
        choices=[(name, QUEUES[name].label) for name in DUE], method="due_in", label=gettext_lazy("Due")
    )
    open = django_filters.BooleanFilter(method="is_open")
    due_before = django_filters.DateFilter(field_name="due_on", lookup_expr="lt")
    followed = django_filters.BooleanFilter(method="is_followed")
    received_after = django_filters.DateFilter(field_name="received_on", lookup_expr="gte")
    received_before = django_filters.DateFilter(field_name="received_on", lookup_expr="lte")
    q = django_filters.CharFilter(method="search", max_length=200)
    # The cases behind one figure of response times; then `body` and `subtree` mean the body that it was counted for.
    figure = django_filters.ChoiceFilter(choices=[(name, name) for name in BEHIND], method="behind_figure")
    vars()["from"] = django_filters.DateFilter(method="nothing")
    to = django_filters.DateFilter(method="nothing")
    as_of = django_filters.DateFilter(method="nothing")
    period = django_filters.CharFilter(method="nothing", max_length=20)
    exact = django_filters.BooleanFilter(method="nothing")
    without = django_filters.ChoiceFilter(choices=[(name, name) for name in OPTIONAL], method="lacking")
    # Of the closed cases behind a figure: how many calendar days they took.
    days_from = django_filters.NumberFilter(method="nothing", min_value=0, max_value=100_000)
    days_to = django_filters.NumberFilter(method="nothing", min_value=0, max_value=100_000)
    imported = django_filters.BooleanFilter(field_name="is_imported")

    class Meta:
        model = Case
        fields: list[str] = []

    def with_flag(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._told(rows).filter(flags__contains=[value])

    def _told(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """The rows whose matter the reader sees: who only watches cannot ask what is in a denunciation.

        Behind a figure stand exactly the rows that it counts.
        """
        if self.data.get("figure"):
            return rows
        standing = standing_of(self.request.user, timezone.localdate())
        watching = [place for place in standing.places if place.role == Role.MONITOR]
        if not watching:
            return rows
        rest = replace(standing, places=tuple(place for place in standing.places if place not in watching))
        known = Case.objects.visible_to(rest).filter(kind=Kind.DENUNCIATION)
        return rows.filter(~Q(kind=Kind.DENUNCIATION) | Q(pk__in=known.values("pk")))

    def due_in(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        today = timezone.localdate()
        standing = standing_of(self.request.user, today)
        return QUEUES[value].rows(rows.open(), standing, today, current_calendar())  # type: ignore[attr-defined]

    def of_handler(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._told(rows).filter(handler__username=value)

    def nothing(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Says how another filter is meant (`subtree` how `body`, `from` how `figure`); alone it asks for nothing."""
        return rows

    def behind_figure(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        today = timezone.localdate()
        asked = QuestionSerializer(data=flat(self.data), context={"today": today})
        asked.is_valid(raise_exception=True)
        facts = rows_behind(asked.validated_data, standing_of(self.request.user, today), value)
        facts = facts.annotate(took=Coalesce("days", 0))
        for bound, test in (("days_from", "took__gte"), ("days_to", "took__lte")):
            if (days := self.form.cleaned_data.get(bound)) is not None:
                facts = facts.filter(**{test: days})
        return rows.filter(pk__in=facts.values("case"))

    def lacking(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return rows if self.data.get("figure") else self._told(rows).filter(**{value: None})

    def of_body(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        if self.data.get("figure"):
            return rows
        body = _spot(name, value)
        subtree = self.data.get("subtree")
        if subtree == "superior":
            return rows.filter(body__path__startswith=body.path)
        if subtree == "area":
            return rows.filter(body__area__path__startswith=body.area_path)
        return rows.filter(body=body.pk)

    def of_body_within(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return rows.filter(body__path__startswith=_spot(name, value).path)

    def against(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._told(rows).filter(against_body=_row(Body.objects, name, value))

    def concluded(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Conclusions that the head of a body gave, whoever carries them out."""
        return rows.filter(kind=Kind.CONCLUSION, received_by=_row(Body.objects, name, value))

    def of_subject(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        subject = _row(Subject.objects, name, value)
        return rows.filter(Q(subject=subject) | Q(subject__parent=subject))

    def of_area(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return rows.filter(area__path__startswith=_row(Area.objects, name, value).path)

    def is_overdue(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:  # noqa: FBT001
        today = timezone.localdate()
        if value:
            return rows.overdue(today)  # type: ignore[attr-defined]
        return rows.exclude(pk__in=Case.objects.overdue(today).values("pk"))

    def is_open(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:  # noqa: FBT001
        return rows.open() if value else rows.ended()  # type: ignore[attr-defined]

    def is_followed(self, rows: QuerySet[Case], name: str, value: bool) -> QuerySet[Case]:  # noqa: FBT001
        mine = Q(follows__user=self.request.user)
        return rows.filter(mine) if value else rows.exclude(mine)

    def search(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        query = search.query(value)
        return self._told(rows).filter(search=query) if query else rows.none()


class Spot(NamedTuple):
    """Where a body stands among its superiors and on the map."""

    pk: int
    path: str
    area_path: str


def _spot(name: str, code: str) -> Spot:
    """By hand, for nearly every page of the list begins with it; its twin is the row of the body and of its area."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, b.path, a.path FROM bodies_body b JOIN bodies_area a ON a.id = b.area_id WHERE b.code = %s",
            [code],
        )
        found = cursor.fetchone()
    if found is None:
        raise _unknown(name, code)
    return Spot(*found)


def _row(rows: Any, name: str, code: str) -> Any:
    found = rows.filter(code=code).first()
    if found is None:
        raise _unknown(name, code)
    return found


def _unknown(name: str, code: str) -> ValidationError:
    return ValidationError({name: [_("Unknown code: %(code)s.") % {"code": code}]})
