"""How plans, their lines and figures are asked for and answered over HTTP: shapes only."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers

from bodies.models import Body
from plans import measure_shapes
from plans.models import Measure, Milestone, Plan, Target, TypedFigure
from plans.progress import Progress, Question
from plans.telling import counted, rule_in_words
from plans.words import SHARES, Joint, Source, Span, ValueType


class QuestionSerializer(serializers.Serializer):
    """What is asked. Without a year: this one, or the plan's last. `body` alone, or with `subtree` all below it too."""

    year = serializers.IntegerField(min_value=1990, max_value=2100, required=False)
    quarter = serializers.IntegerField(min_value=1, max_value=4, required=False)
    body = serializers.SlugRelatedField(
        slug_field="code", queryset=Body.objects.select_related("area"), required=False
    )
    subtree = serializers.ChoiceField(choices=["superior", "area"], required=False)
    as_of = serializers.DateField(required=False)

    def to_internal_value(self, data: Any) -> Question:
        asked = super().to_internal_value(data)
        plan, today = self.context["plan"], self.context["today"]
        as_of = asked.get("as_of")
        if as_of and as_of > today:
            raise serializers.ValidationError({"as_of": [_("This lies in the future.")]})
        if as_of and as_of < plan.first_on:
            raise serializers.ValidationError({"as_of": [_("This lies before the plan.")]})
        day: date = as_of or today
        last = plan.last_on or day
        year = asked.get("year") or max(plan.first_on, min(day, last)).year
        if not plan.first_on.year <= year <= (plan.last_on.year if plan.last_on else 2100):
            raise serializers.ValidationError({"year": [_("This period lies outside the plan.")]})
        return Question(
            year=year,
            today=today,
            quarter=asked.get("quarter"),
            as_of=as_of,
            body=asked.get("body"),
            subtree=asked.get("subtree", ""),
        )


class MilestoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Milestone
        fields = ["year", "text"]


class PlanSerializer(serializers.ModelSerializer):
    """A plan as it was issued; `joint` says for whose head a joint dialogue counts."""

    title = serializers.SerializerMethodField()
    issuer = serializers.SlugRelatedField(slug_field="code", read_only=True)
    monitor = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    joint_counts_for = serializers.ChoiceField(choices=Joint.choices)
    joint = serializers.CharField(source="get_joint_counts_for_display", read_only=True)

    class Meta:
        model = Plan
        fields = [
            "key", "kind", "title", "number", "dated_on", "issuer", "issuer_words", "first_on", "last_on", "implements",
            "monitor", "monitor_words", "joint_counts_for", "joint", "note",
        ]  # fmt: skip

    def get_title(self, plan: Plan) -> str:
        return _own_language(plan.title, plan.title_en)


class PlanInFullSerializer(PlanSerializer):
    milestones = MilestoneSerializer(many=True)

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "milestones"]


class DeadlineSerializer(serializers.Serializer):
    """Before which day: of each year {month, day}, of each quarter {months, day}, or once {date}."""

    month = serializers.IntegerField(required=False)
    months = serializers.ListField(child=serializers.IntegerField(), required=False)
    day = serializers.IntegerField(required=False)
    date = serializers.DateField(required=False)
    # The plan names no day: this one is the product's.
    is_ours = serializers.BooleanField(required=False)
    # In these years the report looks back over the whole plan.
    reviews = serializers.ListField(child=serializers.IntegerField(), required=False)


class LineSerializer(serializers.ModelSerializer):
    """One target or duty as the plan says it. `is_default`: the threshold is the product's, the plan names none."""

    plan = serializers.SlugRelatedField(slug_field="key", read_only=True)
    text = serializers.SerializerMethodField()
    threshold = serializers.SerializerMethodField()
    is_default = serializers.SerializerMethodField()
    threshold_most = serializers.FloatField(allow_null=True)
    baseline = serializers.FloatField(allow_null=True)
    value_type = serializers.ChoiceField(choices=ValueType.choices)
    measured_by = serializers.ChoiceField(choices=Source.choices)
    periods = serializers.ListField(child=serializers.ChoiceField(choices=Span.choices))
    formula = serializers.SerializerMethodField()
    deadline = DeadlineSerializer(allow_null=True)
    to = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    via = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Target
        fields = [
            "plan", "code", "is_duty", "section", "text", "kinds", "levels", "per", "unit", "value_type", "comparator",
            "threshold", "is_default", "threshold_most", "baseline", "periods", "period_note", "measured_by", "formula", "evidence",
            "reminder", "deadline", "to", "to_words", "via", "via_words",
        ]  # fmt: skip

    def get_text(self, target: Target) -> str:
        return _own_language(target.text, target.text_en)

    def get_threshold(self, target: Target) -> float | None:
        return None if target.judged_by is None else float(target.judged_by)

    def get_is_default(self, target: Target) -> bool:
        return target.threshold is None and target.threshold_default is not None

    def get_formula(self, target: Target) -> str:
        return rule_in_words(target)


class PartSerializer(serializers.Serializer):
    """One counter behind a figure: how many, and how many it takes (null: it is shown, not judged)."""

    name = serializers.CharField()
    label = serializers.CharField()
    n = serializers.IntegerField()
    of = serializers.IntegerField(allow_null=True)
    kept = serializers.BooleanField(allow_null=True)
    link = serializers.CharField()


class ProgressSerializer(LineSerializer):
    """A target with its figure of one period. `links` lead to exactly what numerator and denominator count."""

    period = serializers.CharField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    value = serializers.FloatField(allow_null=True)
    is_percent = serializers.BooleanField()
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    parts = PartSerializer(many=True)
    as_of = serializers.DateField(allow_null=True)
    measured_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    frozen_at = serializers.DateTimeField(allow_null=True)
    links = serializers.DictField(child=serializers.CharField())

    class Meta(LineSerializer.Meta):
        fields = [
            *LineSerializer.Meta.fields,
            *(
                "period",
                "first_on",
                "last_on",
                "value",
                "is_percent",
                "numerator",
                "denominator",
                "passed",
                "parts",
            ),
            *("as_of", "measured_at", "version", "frozen_at", "links"),
        ]

    def to_representation(self, each: Progress) -> dict[str, Any]:
        said = LineSerializer(each.target).data
        question: Question = self.context["question"]
        figure = each.figure
        links = {
            part: rows_link(each, question, part)
            for part in ("numerator", "denominator")
            if each.target.measure is not None and getattr(figure, part) is not None
        }
        return {
            **said,
            "period": each.term.code,
            "first_on": each.term.first.isoformat(),
            "last_on": each.term.last.isoformat(),
            **{
                name: None if getattr(figure, name) is None else float(getattr(figure, name))
                for name in ("value", "numerator", "denominator")
            },
            "is_percent": is_percent(each.target, figure.denominator),
            "passed": figure.passed,
            "parts": _parts(each, question),
            "as_of": each.as_of and each.as_of.isoformat(),
            "measured_at": each.measured_at and each.measured_at.isoformat(),
            "version": each.version,
            "frozen_at": each.frozen_at and each.frozen_at.isoformat(),
            "links": links,
        }


class ProgressListSerializer(serializers.Serializer):
    """All lines of the plan in one page."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ProgressSerializer(many=True)


def _parts(each: Progress, question: Question) -> list[dict[str, Any]]:
    if each.target.measure is None:
        return []
    shape = measure_shapes.read(each.target.measure, joint=each.target.plan.joint_counts_for)
    return [
        {
            "name": ask.counter,
            "label": counted(ask),
            "n": part.n,
            "of": part.of,
            "kept": part.kept,
            "link": rows_link(each, question, str(place)),
        }
        for place, (ask, part) in enumerate(zip(shape.asks, each.figure.parts, strict=False))
    ]


def rows_link(each: Progress, question: Question, part: str) -> str:
    """Where the rows behind a part of a figure are, asked as the figure was asked."""
    asked = {"period": each.term.code, "part": part}
    if each.as_of:
        asked["as_of"] = each.as_of.isoformat()
    if question.body is not None:
        asked["body"] = question.body.code
    if question.subtree:
        asked["subtree"] = question.subtree
    address = reverse("plan-rows", kwargs={"key": each.target.plan.key, "code": each.target.code})
    return f"{address}?{urlencode(asked)}"


def is_percent(target: Target, denominator: Any) -> bool:
    return target.value_type in SHARES or (
        target.value_type == ValueType.COUNT_PER_BODY
        and denominator is not None
        and target.measure is not None
    )


def _own_language(vietnamese: str, english: str) -> str:
    return english if english and (get_language() or "").startswith("en") else vietnamese


class RowSerializer(serializers.Serializer):
    """One thing that a figure counts: its code where it is found, whose it is, its day."""

    code = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    day = serializers.DateField(required=False, allow_null=True)


class BehindSerializer(serializers.Serializer):
    """A page of the rows behind a part of a figure. `withheld`: counted, but not for the caller to see."""

    kind = serializers.ChoiceField(
        choices=["body", "case", "dialogue", "reception", "supervision", "meeting", "attendance"]
    )
    count = serializers.IntegerField()
    withheld = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    rows = RowSerializer(many=True)


class RowsQuestionSerializer(serializers.Serializer):
    """Of which figure, which part of it, and after which code the page begins."""

    period = serializers.CharField(max_length=8)
    part = serializers.CharField(max_length=12)
    after = serializers.CharField(max_length=80, required=False, default="")
    as_of = serializers.DateField(required=False)
    body = serializers.SlugRelatedField(
        slug_field="code", queryset=Body.objects.select_related("area"), required=False
    )
    subtree = serializers.ChoiceField(choices=["superior", "area"], required=False)


class MeasureSerializer(serializers.ModelSerializer):
    """One kept figure: of a body, or without one of the whole plan; in a version once it is frozen."""

    plan = serializers.SlugRelatedField(source="target.plan", slug_field="key", read_only=True)
    target = serializers.SlugRelatedField(slug_field="code", read_only=True)
    body = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    is_percent = serializers.SerializerMethodField()
    is_typed = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)

    class Meta:
        model = Measure
        fields = [
            "id", "plan", "target", "body", "period", "first_on", "last_on", "value", "is_percent", "numerator",
            "denominator", "passed", "is_typed", "as_of", "measured_at", "version", "is_newest", "frozen_at", "reason",
            "changes",
        ]  # fmt: skip

    def get_reason(self, row: Measure) -> str:
        """Why it was fixed, or corrected."""
        return row.freeze.reason if hasattr(row, "freeze") else ""

    def get_changes(self, row: Measure) -> dict[str, Any]:
        """Of a correction: the figure before and after."""
        return row.freeze.changes if hasattr(row, "freeze") else {}

    def get_is_percent(self, row: Measure) -> bool:
        return is_percent(row.target, row.denominator)

    def get_is_typed(self, row: Measure) -> bool:
        return row.target.measured_by == Source.MANUAL


class TypeInSerializer(serializers.Serializer):
    """A figure typed in: part and whole of a share, a number, or words; always with the file that proves it."""

    body = serializers.SlugRelatedField(slug_field="code", queryset=Body.objects.all())
    period = serializers.CharField(max_length=8)
    is_for_whole_plan = serializers.BooleanField(default=False)
    value = serializers.DecimalField(max_digits=14, decimal_places=4, required=False)
    numerator = serializers.DecimalField(max_digits=14, decimal_places=4, required=False)
    denominator = serializers.DecimalField(max_digits=14, decimal_places=4, required=False)
    text = serializers.CharField(max_length=4000, required=False, default="", allow_blank=True)
    evidence = serializers.FileField()


class TypedFigureSerializer(serializers.ModelSerializer):
    """What was typed in, by whom and when; the newest of a body and period counts."""

    body = serializers.SlugRelatedField(slug_field="code", read_only=True)
    by = serializers.SlugRelatedField(slug_field="username", read_only=True)
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)
    evidence = serializers.SerializerMethodField()

    class Meta:
        model = TypedFigure
        fields = [
            "id", "body", "is_for_whole_plan", "period", "value", "numerator", "denominator", "text", "evidence", "by", "at",
        ]  # fmt: skip

    def get_evidence(self, row: TypedFigure) -> str:
        kwargs = {"key": row.target.plan.key, "code": row.target.code, "number": row.pk}
        return reverse("plan-evidence", kwargs=kwargs)


class CorrectionSerializer(serializers.Serializer):
    """Which fixed period is counted again, and why."""

    period = serializers.CharField(max_length=8)
    reason = serializers.CharField(max_length=500)
