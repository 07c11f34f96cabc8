"""The shapes in which strangers read of dialogues, ask and follow. Nothing internal has a field here."""

from rest_framework import serializers

from dialogues.codes import QuestionState
from dialogues.models import Dialogue
from dialogues.serializers import AskerInput, SubjectField


class PublicDialogueSerializer(serializers.ModelSerializer):
    """What was announced of a dialogue."""

    host = serializers.CharField(source="host.name")
    area = serializers.CharField(source="area.name")
    subject = serializers.CharField(allow_null=True, default=None)

    class Meta:
        model = Dialogue
        fields = [
            "code", "host", "title", "kind", "participants", "subject", "area", "starts_at", "place", "online_at",
            "announcement", "how_to_attend", "stage", "held_on", "published_on",
        ]  # fmt: skip


class StandingSerializer(serializers.Serializer):
    """Where a case stands, for those outside."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    office = serializers.CharField()
    stage = serializers.CharField()
    result = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    late = serializers.BooleanField()


class HowFarSerializer(serializers.Serializer):
    percent = serializers.IntegerField()
    on = serializers.DateField()


class PromisedSerializer(StandingSerializer):
    text = serializers.CharField()
    progress = HowFarSerializer(allow_null=True)


class PublicDialogueInFullSerializer(PublicDialogueSerializer):
    """With the results and what became of each conclusion, once they are published; before that both are empty."""

    present_count = serializers.IntegerField(allow_null=True)
    results = serializers.CharField(allow_blank=True)
    takes_questions = serializers.BooleanField()
    conclusions = PromisedSerializer(source="conclusions_told", many=True)

    class Meta(PublicDialogueSerializer.Meta):
        fields = [
            *PublicDialogueSerializer.Meta.fields,
            "present_count", "results", "takes_questions", "conclusions",
        ]  # fmt: skip


class PublicQuestionInput(serializers.Serializer):
    text = serializers.CharField(max_length=10_000)
    subject = SubjectField(required=False, allow_null=True)
    asker = AskerInput(required=False)


class PublicAskedSerializer(serializers.Serializer):
    """The receipt: with the code its asker follows the question."""

    number = serializers.IntegerField()
    tracking_code = serializers.CharField()
    notice = serializers.CharField()


class QuestionCodeInput(serializers.Serializer):
    """The tracking code, in any writing; only ever in a body."""

    tracking_code = serializers.CharField(max_length=100)


class AskedAtSerializer(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    host = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    stage = serializers.CharField()


class FollowedQuestionSerializer(serializers.Serializer):
    """What became of a question, and of what was promised on it."""

    dialogue = AskedAtSerializer()
    number = serializers.IntegerField()
    text = serializers.CharField()
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=QuestionState.choices)
    state_text = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    answered_by = serializers.CharField(allow_null=True)
    case = StandingSerializer(allow_null=True)
    conclusions = PromisedSerializer(many=True)
