"""How figures are asked for and answered over HTTP: shapes only."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from bodies.models import Area, Body
from cases import figures
from cases.codes import PETITIONS, Channel, Flag, Kind
from cases.models import Subject
from cases.periods import Period, period_of
from cases.serializers import CodeField

# As links have them, and as people write them.
_DAYS = ["iso-8601", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"]


class QuestionSerializer(serializers.Serializer):
    """What is asked. Without a period: this year; without `as_of`: the period's last day, or today."""

    group_by = serializers.ChoiceField(choices=figures.GROUPINGS, default="body")
    period = serializers.CharField(max_length=20, required=False)
    vars()["from"] = serializers.DateField(required=False, input_formats=_DAYS)
    to = serializers.DateField(required=False, input_formats=_DAYS)
    as_of = serializers.DateField(required=False, input_formats=_DAYS)
    kind = serializers.ListField(
        child=serializers.ChoiceField(choices=Kind.choices), required=False, max_length=20
    )
    body = CodeField(Body.objects.select_related("area"), required=False)
    subtree = serializers.ChoiceField(choices=["superior", "area"], required=False)
    subject = CodeField(Subject.objects.all(), required=False)
    area = CodeField(Area.objects.all(), required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    flag = serializers.ChoiceField(choices=Flag.choices, required=False)
    against_body = CodeField(Body.objects.all(), required=False)
    without = serializers.ChoiceField(choices=figures.OPTIONAL, required=False)
    exact = serializers.BooleanField(default=False)
    imported = serializers.BooleanField(default=False)

    def to_internal_value(self, data: Any) -> figures.Question:
        asked = super().to_internal_value(data)
        today = self.context["today"]
        period = _period(asked, today)
        as_of = asked.get("as_of") or min(period.last, today)
        if as_of < period.first:
            raise serializers.ValidationError({"as_of": [_("This lies before the period.")]})
        if as_of > today:
            raise serializers.ValidationError({"as_of": [_("This lies in the future.")]})
        if asked["group_by"] == "month" and (period.last - period.first).days > 31 * figures.MOST_MONTHS:
            most = {"years": figures.MOST_MONTHS // 12}
            raise serializers.ValidationError(
                {"group_by": [_("A table by month shows %(years)d years at most.") % most]}
            )
        subject = asked.get("subject")
        return figures.Question(
            period=period,
            as_of=as_of,
            group_by=asked["group_by"],
            kinds=frozenset(asked.get("kind") or PETITIONS),
            subject=subject.code if subject else "",
            imported=asked["imported"],
            exact=asked["exact"],
            **{
                name: asked[name]
                for name in ("body", "subtree", "area", "channel", "flag", "against_body", "without")
                if name in asked
            },
        )


def _period(asked: dict[str, Any], today: date) -> Period:
    if "period" in asked:
        return period_of(asked["period"])
    first = asked.get("from") or date((asked.get("to") or today).year, 1, 1)
    return Period(first, asked.get("to") or max(today, first))


class FigureRowSerializer(serializers.Serializer):
    """The figures of one group. `links` lead to exactly the cases behind each count."""

    key = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    volume = serializers.ChoiceField(choices=[name for _least, name in figures.VOLUMES])
    received = serializers.IntegerField()
    closed = serializers.IntegerField()
    on_time = serializers.IntegerField()
    late = serializers.IntegerField()
    not_judged = serializers.IntegerField()
    open = serializers.IntegerField()
    open_overdue = serializers.IntegerField()
    on_time_share = serializers.FloatField(allow_null=True)
    share_of = serializers.IntegerField()
    median_days = serializers.FloatField(allow_null=True)
    p90_days = serializers.FloatField(allow_null=True)
    median_working_days = serializers.FloatField(allow_null=True)
    p90_working_days = serializers.FloatField(allow_null=True)
    group = serializers.IntegerField()
    hot_spot = serializers.IntegerField()
    reopened = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    terminated = serializers.IntegerField()
    joined = serializers.IntegerField()
    void = serializers.IntegerField()
    # What other rooms count of a body: verdicts of citizens, reception days of its head. Only by body.
    more = serializers.DictField(child=serializers.IntegerField())
    links = serializers.DictField(child=serializers.CharField())


class FiguresSerializer(serializers.Serializer):
    """The figures of every group that has any, and of all together (null where groups overlap)."""

    vars()["from"] = serializers.DateField()
    to = serializers.DateField()
    as_of = serializers.DateField()
    group_by = serializers.CharField()
    formulas = serializers.DictField(child=serializers.CharField())
    total = FigureRowSerializer(allow_null=True)
    results = FigureRowSerializer(many=True)


def flat(params: Any) -> dict[str, Any]:
    """The parameters of an address: one value each, but for the kinds. What is empty was not asked."""
    return {
        name: params.getlist(name) if name == "kind" else params[name]
        for name in params
        if params[name] != ""
    }
