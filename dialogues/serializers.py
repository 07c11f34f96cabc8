"""The shapes of dialogues over HTTP. Shape only: what is refused is refused by the rules."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bodies.models import Area
from cases.codes import Kind
from cases.models import Case, Subject
from cases.steps import Document
from dialogues.codes import Brought, DialogueKind, Participants, QuestionState
from dialogues.entries import NewDialogue
from dialogues.log_api import BodyField, OwedSerializer, PromiseInput, StaffField
from dialogues.models import Comment, Conclusion, Dialogue, DialogueEvent, Minutes
from dialogues.moves import MOVES


class AreaField(serializers.SlugRelatedField):
    def __init__(self, **facts: Any) -> None:
        super().__init__(slug_field="code", queryset=Area.objects.open_to_all(), **facts)


class SubjectField(serializers.SlugRelatedField):
    def __init__(self, **facts: Any) -> None:
        super().__init__(slug_field="code", queryset=Subject.objects.open_to_all(), **facts)


class PaperSerializer(serializers.Serializer):
    """The paper that an act rests on."""

    number = serializers.CharField(max_length=60)
    date = serializers.DateField()
    signer = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Document:
        return Document(**super().to_internal_value(data))


# --- Dialogues ------------------------------------------------------------------------------------------------------


class JointHostSerializer(serializers.Serializer):
    body = serializers.CharField(source="body.code")
    head_was_present = serializers.BooleanField(allow_null=True)


class DialogueRowSerializer(serializers.ModelSerializer):
    """A line of the list."""

    host = serializers.CharField(source="host.code")
    subject = serializers.CharField(source="subject.code", allow_null=True, default=None)
    area = serializers.CharField(source="area.code")
    chaired_by = serializers.CharField(source="chaired_by.username", allow_null=True, default=None)
    joint_hosts = JointHostSerializer(many=True)
    due_on = serializers.DateField(
        source="duties.due_on",
        allow_null=True,
        default=None,
        help_text="The nearest day by which the notice or the results are due.",
    )

    class Meta:
        model = Dialogue
        fields = [
            "code", "host", "title", "kind", "participants", "subject", "area", "planned_year", "planned_quarter", "starts_at",
            "place", "online_at", "stage", "chair", "chaired_by", "delegate_reason", "invited_count", "present_count",
            "party_invited", "government_invited", "announced_on", "announced_in_time", "held_on", "signed_on",
            "published_on", "published_in_time", "cancelled_on", "joint_hosts", "due_on", "version",
        ]  # fmt: skip


class MinutesSerializer(serializers.ModelSerializer):
    drafted_by = serializers.CharField(source="drafted_by.username")

    class Meta:
        model = Minutes
        fields = [
            "text", "draft", "drafted_by", "drafted_at", "has_no_conclusions", "document", "locked_at",
        ]  # fmt: skip


class MoveOpenSerializer(serializers.Serializer):
    """A move that the caller could make now."""

    name = serializers.CharField()
    label = serializers.CharField()
    needs = serializers.ListField(child=serializers.CharField())
    takes = serializers.ListField(child=serializers.CharField())
    needs_reason = serializers.BooleanField()


class DialogueSerializer(DialogueRowSerializer):
    """A dialogue with its papers, its duties and the moves open to the caller."""

    duties = serializers.CharField(source="duties.reference", allow_null=True, default=None)
    minutes = serializers.SerializerMethodField()
    questions_count = serializers.SerializerMethodField()
    conclusions_count = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    class Meta(DialogueRowSerializer.Meta):
        fields = [
            *DialogueRowSerializer.Meta.fields,
            "announcement", "how_to_attend", "results", "duties", "minutes", "questions_count", "conclusions_count", "moves",
        ]  # fmt: skip

    @extend_schema_field(MinutesSerializer(allow_null=True))
    def get_minutes(self, row: Dialogue) -> Any:
        minutes = getattr(row, "minutes", None)
        return MinutesSerializer(minutes).data if minutes else None

    def get_questions_count(self, row: Dialogue) -> int:
        return row.questions.count()

    def get_conclusions_count(self, row: Dialogue) -> int:
        return row.conclusions.count()

    @extend_schema_field(MoveOpenSerializer(many=True))
    def get_moves(self, row: Dialogue) -> Any:
        return [
            {
                "name": move.name,
                "label": str(move.label),
                "needs": sorted(move.needs),
                "takes": sorted(move.takes),
                "needs_reason": move.needs_reason,
            }
            for move in self.context.get("moves", [])
        ]


class DialogueInput(serializers.Serializer):
    """A line of the yearly plan of a body, or a dialogue outside it with its day."""

    host = BodyField()
    title = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(choices=DialogueKind.choices)
    participants = serializers.ChoiceField(choices=Participants.choices)
    area = AreaField()
    subject = SubjectField(required=False, allow_null=True)
    year = serializers.IntegerField(required=False, allow_null=True)
    quarter = serializers.IntegerField(required=False, allow_null=True)
    joint_hosts = BodyField(many=True, required=False)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    place = serializers.CharField(max_length=300, required=False, allow_blank=True)
    online_at = serializers.URLField(max_length=300, required=False, allow_blank=True)

    def new(self) -> NewDialogue:
        return NewDialogue(**self.validated_data)


class DialogueMoveInput(serializers.Serializer):
    """One step; which fields it needs and takes is told with each dialogue."""

    move = serializers.ChoiceField(choices=[(name, move.label) for name, move in MOVES.items()])
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    version = serializers.IntegerField(required=False, min_value=1)
    day = serializers.DateField(required=False)
    document = PaperSerializer(required=False)
    starts_at = serializers.DateTimeField(required=False)
    place = serializers.CharField(max_length=300, required=False, allow_blank=True)
    online_at = serializers.URLField(max_length=300, required=False, allow_blank=True)
    announcement = serializers.CharField(max_length=50_000, required=False)
    how_to_attend = serializers.CharField(max_length=10_000, required=False)
    chaired_by = StaffField(required=False)
    delegate_reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    present_count = serializers.IntegerField(required=False)
    invited_count = serializers.IntegerField(required=False)
    party_invited = serializers.BooleanField(required=False)
    government_invited = serializers.BooleanField(required=False)
    heads_present = BodyField(many=True, required=False)
    text = serializers.CharField(max_length=200_000, required=False)
    files = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)
    no_conclusions = serializers.BooleanField(required=False)
    results = serializers.CharField(max_length=100_000, required=False)
    fields = serializers.DictField(child=serializers.JSONField(allow_null=True), required=False)


class DialogueEventSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.username", allow_null=True, default=None)
    from_stage = serializers.CharField(allow_blank=True)
    to_stage = serializers.CharField()
    details = serializers.JSONField()

    class Meta:
        model = DialogueEvent
        fields = ["seq", "move", "from_stage", "to_stage", "by", "at", "reason", "details"]


# --- The yearly plan ------------------------------------------------------------------------------------------------


class PlanQuerySerializer(serializers.Serializer):
    year = serializers.IntegerField(min_value=2016, max_value=2100)
    host = serializers.CharField(max_length=60, required=False)


class PlanQuarterSerializer(serializers.Serializer):
    quarter = serializers.IntegerField()
    planned = serializers.IntegerField()
    held = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    postponed = serializers.IntegerField()


class PlanOfHostSerializer(serializers.Serializer):
    """What one body planned for the year and held of it, and what it held besides."""

    host = serializers.CharField()
    planned = serializers.IntegerField()
    held = serializers.IntegerField()
    by_the_head = serializers.IntegerField()
    by_delegate = serializers.IntegerField()
    unplanned_held = serializers.IntegerField()
    quarters = PlanQuarterSerializer(many=True)


# --- Questions ------------------------------------------------------------------------------------------------------


class AskerInput(serializers.Serializer):
    """Who asks; sealed at once. All of it may be left out."""

    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    id_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    address = serializers.CharField(max_length=500, required=False, allow_blank=True)


class QuestionInput(serializers.Serializer):
    text = serializers.CharField(max_length=10_000)
    brought = serializers.ChoiceField(
        choices=[choice for choice in Brought.choices if choice[0] != Brought.PUBLIC]
    )
    subject = SubjectField(required=False, allow_null=True)
    collected_by = BodyField(required=False, allow_null=True)
    asker = AskerInput(required=False)


class AskerSerializer(serializers.Serializer):
    """As much of who asked as may stand in a list; `person` is the handle for asking to read the identity."""

    person = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    id_number = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)


class QuestionCaseSerializer(serializers.Serializer):
    """The case it became; `joined_to` the one that was open already."""

    reference = serializers.CharField()
    stage = serializers.CharField()
    responsible_body = serializers.CharField(source="body.code")
    due_on = serializers.DateField(allow_null=True)
    joined_to = serializers.CharField(source="joined_to.reference", allow_null=True, default=None)


class QuestionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    text = serializers.CharField()
    subject = serializers.CharField(source="subject.code", allow_null=True, default=None)
    brought = serializers.ChoiceField(choices=Brought.choices)
    collected_by = serializers.CharField(source="collected_by.code", allow_null=True, default=None)
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=QuestionState.choices)
    answer = serializers.CharField()
    answered_by = serializers.CharField(source="answered_by.code", allow_null=True, default=None)
    case = QuestionCaseSerializer(allow_null=True)
    asker = serializers.SerializerMethodField()

    @extend_schema_field(AskerSerializer(allow_null=True))
    def get_asker(self, row: Any) -> Any:
        """Null where nobody gave a name, and for those who only watch."""
        return self.context.get("askers", {}).get(row.asker_id)


class AskedSerializer(QuestionSerializer):
    """The question as it was taken down, with the code by which its asker follows it."""

    tracking_code = serializers.CharField()


class SettleInput(serializers.Serializer):
    """What becomes of a question: answered {text, answered_by}, taken_away {kind, body, ...}, set_aside {text}."""

    outcome = serializers.ChoiceField(
        choices=[choice for choice in QuestionState.choices if choice[0] != QuestionState.OPEN]
    )
    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    answered_by = BodyField(required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    body = BodyField(required=False, allow_null=True)
    title = serializers.CharField(max_length=300, required=False, allow_blank=True)
    subject = SubjectField(required=False, allow_null=True)
    area = AreaField(required=False, allow_null=True)
    into = serializers.SlugRelatedField(
        slug_field="reference", queryset=Case.objects.none(), required=False, allow_null=True
    )
    is_other = serializers.BooleanField(required=False, default=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        # Only cases that the caller may know of can be named.
        fields["into"].queryset = self.context.get("visible", Case.objects.none())
        return fields


# --- Conclusions and comments ---------------------------------------------------------------------------------------


class DialogueConclusionInput(PromiseInput):
    """A conclusion of the chair: what, by which body, until when (none: the house rule), shown by what."""

    body = BodyField(required=False, allow_null=True)
    questions = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=200
    )


class DialogueConclusionSerializer(serializers.ModelSerializer):
    case = OwedSerializer()
    questions = serializers.SlugRelatedField(slug_field="number", many=True, read_only=True)

    class Meta:
        model = Conclusion
        fields = ["position", "text", "proof", "questions", "case"]


class CommentInput(serializers.Serializer):
    text = serializers.CharField(max_length=10_000)
    spoken_for = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CommentSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = Comment
        fields = ["draft", "text", "spoken_for", "by", "at"]
