"""The shapes in which strangers lodge and follow petitions. Nothing internal has a field here."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from bodies.models import Area
from cases.codes import Kind
from feedback.serializers import MatterInput, WarningSerializer


class CodeInput(serializers.Serializer):
    """The tracking code, in any writing; only ever in a body."""

    tracking_code = serializers.CharField(max_length=100)


class LodgeInput(MatterInput):
    """A petition through the portal; who is not sure which kind it is leaves the kind out."""

    kind = serializers.ChoiceField(choices=Kind.choices, required=False, default=Kind.FEEDBACK)


class LodgedSerializer(serializers.Serializer):
    code = serializers.CharField()
    tracking_code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    received_on = serializers.DateField()
    office = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    notice = serializers.CharField()
    warnings = WarningSerializer(many=True)


class StepSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()
    done_on = serializers.DateField(allow_null=True)
    is_now = serializers.BooleanField()
    is_needed = serializers.BooleanField()


class NextSerializer(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    by = serializers.DateField(allow_null=True)
    office = serializers.CharField()


class CountedSerializer(serializers.Serializer):
    vars()["from"] = serializers.DateField()
    to = serializers.DateField(allow_null=True)
    counted = serializers.IntegerField()
    why = serializers.CharField()


class DueSerializer(serializers.Serializer):
    due_on = serializers.DateField(allow_null=True)
    original_due_on = serializers.DateField(allow_null=True)
    basis = serializers.CharField()
    explanation = CountedSerializer(many=True)


class AnswerSerializer(serializers.Serializer):
    answered_on = serializers.DateField()
    number = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class RatingSerializer(serializers.Serializer):
    """Whether the answer can be rated now, and what became of the rating."""

    can_rate = serializers.BooleanField()
    score = serializers.IntegerField(allow_null=True)
    reopening = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class TrackedSerializer(serializers.Serializer):
    """Where a petition stands, in plain words."""

    code = serializers.CharField()
    kind = serializers.CharField()
    received_on = serializers.DateField()
    office = serializers.CharField()
    followed = serializers.CharField(allow_null=True)
    withdrawn_on = serializers.DateField(allow_null=True)
    steps = StepSerializer(many=True)
    next = NextSerializer()
    to_do = serializers.ListField(child=serializers.CharField())
    due = DueSerializer(allow_null=True)
    late = serializers.BooleanField()
    why_longer = serializers.ListField(child=serializers.CharField())
    answer = AnswerSerializer(allow_null=True)
    can_add = serializers.BooleanField()
    can_withdraw = serializers.BooleanField()
    rating = RatingSerializer()


class SupplementInput(CodeInput):
    text = serializers.CharField(max_length=50_000)
    # Only as multipart/form-data, repeated for each.
    files = serializers.ListField(
        child=serializers.FileField(max_length=255, allow_empty_file=True), required=False, default=list
    )


class WithdrawInput(CodeInput):
    whole = serializers.BooleanField()
    text = serializers.CharField(max_length=50_000, required=False, allow_blank=True, default="")


class VerdictInput(CodeInput):
    score = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class DoneSerializer(serializers.Serializer):
    """It was taken down; what it says now."""

    message = serializers.CharField()


class ChoiceInput(serializers.Serializer):
    area = serializers.CharField(max_length=100, required=False)

    def validate_area(self, code: str) -> Area:
        found = Area.objects.open_to_all().filter(code=code).first()
        if found is None:
            raise serializers.ValidationError(_("Unknown code: %(code)s.") % {"code": code})
        return found


class OfferedSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class OfferedKindSerializer(OfferedSerializer):
    explanation = serializers.CharField()


class ChoicesSerializer(serializers.Serializer):
    kinds = OfferedKindSerializer(many=True)
    areas = OfferedSerializer(many=True)
    offices = OfferedSerializer(many=True)
