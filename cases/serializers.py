"""The shapes of cases in the API. Shape only: rules and rights are asked of cases.workflow and cases.visibility."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from bodies.models import Body, User
from cases import climbing, notices
from cases import clocks as clock_rules
from cases.codes import Channel, Duty, Flag, Instance, Kind, Result
from cases.law import Law
from cases.models import Case, CaseFile, Clock, Event, Subject
from cases.moves import MOVES, Move
from cases.stages import Stage
from cases.steps import Document


class CaseRowSerializer(serializers.Serializer):
    """One line of the work list, read straight from the columns: fields that the reader may not see are absent."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    instance = serializers.ChoiceField(choices=Instance.choices, allow_blank=True)
    subject = serializers.CharField(allow_null=True)
    area = serializers.CharField(allow_null=True)
    stage = serializers.ChoiceField(choices=Stage.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    received_on = serializers.DateField()
    first_received_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    title = serializers.CharField(required=False)
    responsible_body = serializers.CharField(required=False)
    handler = serializers.CharField(required=False, allow_null=True)
    flags = serializers.ListField(child=serializers.ChoiceField(choices=Flag.choices), required=False)
    people_count = serializers.IntegerField(required=False)
    received_at = serializers.DateTimeField(required=False)
    result = serializers.ChoiceField(choices=Result.choices, required=False, allow_blank=True)


class StretchSerializer(serializers.Serializer):
    vars()["from"] = serializers.DateField()
    to = serializers.DateField(allow_null=True)
    counted = serializers.IntegerField()
    why = serializers.CharField()


class ClockSerializer(serializers.Serializer):
    """A clock with its law and why its due day is that day."""

    rule = serializers.CharField()
    basis = serializers.CharField()
    mark = serializers.CharField()
    is_deciding = serializers.BooleanField()
    situation = serializers.ListField(child=serializers.CharField())
    started_on = serializers.DateField()
    original_due_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    met_on = serializers.DateField(allow_null=True)
    stopped_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=Clock.State.choices)
    explanation = StretchSerializer(many=True)


def shown_clock(clock: Clock, law: Law) -> dict[str, Any]:
    rule = law.rule_of(clock.limit_id) if clock.limit_id else None
    return {
        "rule": clock.rule,
        "basis": rule.basis if rule else clock.fixed_by,
        "mark": rule.mark if rule else "",
        "is_deciding": clock.is_deciding,
        "situation": clock.situation,
        "started_on": clock.started_on,
        "original_due_on": clock.original_due_on,
        "due_on": clock.due_on,
        "met_on": clock.met_on,
        "stopped_on": clock.stopped_on,
        "state": clock.state,
        "explanation": clock_rules.explain(clock, law),
    }


class EventSerializer(serializers.Serializer):
    """A line of history. Readers who see only the outline get neither reason nor details."""

    seq = serializers.IntegerField()
    move = serializers.CharField()
    from_stage = serializers.CharField(allow_blank=True)
    to_stage = serializers.ChoiceField(choices=Stage.choices)
    actor = serializers.CharField()
    by = serializers.CharField(allow_null=True, required=False)
    body = serializers.CharField(required=False)
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    reason = serializers.CharField(required=False, allow_blank=True)
    details = serializers.DictField(required=False)
    hash = serializers.CharField()


def shown_event(event: Event, *, in_full: bool) -> dict[str, Any]:
    shown = {
        "seq": event.seq,
        "move": event.move,
        "from_stage": event.from_stage,
        "to_stage": event.to_stage,
        "actor": event.actor,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "hash": bytes(event.hash).hex(),
    }
    if in_full:
        shown |= {
            "by": event.by.full_name if event.by else None,
            "body": event.body.code,
            "reason": event.reason,
            "details": event.details,
        }
    return shown


class FileSerializer(serializers.ModelSerializer):
    class Meta:
        model = CaseFile
        fields = ["id", "name", "content_type", "size", "event_seq", "scan", "uploaded_at"]
        read_only_fields = fields


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class NoticeSerializer(serializers.Serializer):
    """That a body was made to know of the case, why, when, and whether it looked."""

    body = serializers.CharField(source="body.code")
    why = serializers.CharField()
    at = serializers.DateTimeField()
    people = serializers.IntegerField()
    opened_at = serializers.DateTimeField(allow_null=True)


class RungSerializer(serializers.Serializer):
    """A level of the ladder: reached, or coming and when."""

    clock = serializers.CharField()
    level = serializers.IntegerField()
    due_on = serializers.DateField()
    at = serializers.DateTimeField()
    bodies = serializers.ListField(child=serializers.CharField())
    reached = serializers.BooleanField()


class OpenMoveSerializer(serializers.Serializer):
    """A move the caller could make now, and the fields it takes."""

    name = serializers.CharField()
    label = serializers.CharField()
    needs = serializers.ListField(child=serializers.CharField())
    takes = serializers.ListField(child=serializers.CharField())
    needs_reason = serializers.BooleanField()


def shown_move(move: Move) -> dict[str, Any]:
    return {
        "name": move.name,
        "label": str(move.label),
        "needs": sorted(move.needs),
        "takes": sorted(move.takes),
        "needs_reason": move.needs_reason,
    }


class CaseSerializer(CaseRowSerializer):
    """A case with its clocks, the moves open to the caller, and its files; hidden fields are absent."""

    content = serializers.CharField(required=False)
    version = serializers.IntegerField()
    deciding_due_on = serializers.DateField(allow_null=True)
    ended_on_time = serializers.BooleanField(allow_null=True)
    days_taken = serializers.IntegerField(allow_null=True)
    working_days_taken = serializers.IntegerField(allow_null=True)
    reopened_count = serializers.IntegerField()
    transfers_count = serializers.IntegerField()
    is_imported = serializers.BooleanField()
    received_by = serializers.CharField(required=False)
    standing_member = serializers.CharField(required=False, allow_null=True)
    co_bodies = serializers.ListField(child=serializers.CharField(), required=False)
    against_body = serializers.CharField(required=False, allow_null=True)
    letters_count = serializers.IntegerField(required=False)
    is_repeat = serializers.BooleanField(required=False)
    settled_before_count = serializers.IntegerField(required=False)
    earlier_settled_by = serializers.CharField(required=False, allow_blank=True)
    addressed_to_party_head = serializers.BooleanField(required=False)
    joined_to = serializers.CharField(required=False, allow_null=True)
    appeal_of = serializers.CharField(required=False, allow_null=True)
    files = FileSerializer(many=True, required=False)
    clocks = ClockSerializer(many=True)
    ladder = RungSerializer(many=True)
    needs_direction = serializers.BooleanField()
    moves = OpenMoveSerializer(many=True)


_PLAIN = [
    "reference", "kind", "instance", "stage", "channel", "received_on", "first_received_on", "due_on", "ended_on", "title",
    "flags", "people_count", "received_at", "result", "content", "version", "deciding_due_on", "ended_on_time", "days_taken",
    "working_days_taken", "reopened_count", "transfers_count", "is_imported", "letters_count", "is_repeat",
    "settled_before_count", "earlier_settled_by", "addressed_to_party_head",
]  # fmt: skip


def shown_case(case: Case, law: Law, moves: list[Move]) -> dict[str, Any]:
    """The whole case; cases.visibility.cut takes away what the reader does not see."""
    return {
        **{name: getattr(case, name) for name in _PLAIN},
        "subject": case.subject.code if case.subject else None,
        "area": case.area.code if case.area else None,
        "responsible_body": case.body.code,
        "received_by": case.received_by.code,
        "handler": case.handler.username if case.handler else None,
        "standing_member": case.standing_member.username if case.standing_member else None,
        "co_bodies": [body.code for body in case.co_bodies.all()],
        "against_body": case.against_body.code if case.against_body else None,
        "joined_to": case.joined_to.reference if case.joined_to else None,
        "appeal_of": case.appeal_of.reference if case.appeal_of else None,
        "files": FileSerializer(case.files.all(), many=True).data,
        "clocks": [shown_clock(clock, law) for clock in case.clocks.all()],
        "ladder": climbing.ladder_of(case, law),
        "needs_direction": notices.needs_direction(case),
        "moves": [shown_move(move) for move in moves],
    }


class DocumentSerializer(serializers.Serializer):
    number = serializers.CharField(max_length=60)
    date = serializers.DateField()
    signer = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Document:  # type: ignore[override]
        return Document(**super().to_internal_value(data))


class CodeField(serializers.SlugRelatedField[Any]):
    """A row named by its code. Unknown codes are refused with the code in the sentence."""

    default_error_messages = {"does_not_exist": _("Unknown code: {value}."), "invalid": _("Unknown code.")}

    def __init__(self, queryset: Any, slug_field: str = "code", **options: Any) -> None:
        super().__init__(slug_field=slug_field, queryset=queryset, **options)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) > 100:
            self.fail("invalid")
        return super().to_internal_value(data)


class MoveSerializer(serializers.Serializer):
    """A move and its fields; which of them it needs is the arrow table's affair (GET of the case lists them)."""

    move = serializers.ChoiceField(choices=sorted(set(MOVES) - {"escalate", "import"}))
    reason = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    at = serializers.DateTimeField(required=False)
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    note = serializers.CharField(max_length=5000, required=False)
    document = DocumentSerializer(required=False)

    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    instance = serializers.ChoiceField(choices=Instance.choices, required=False, allow_blank=True)
    subject = CodeField(Subject.objects.filter(is_active=True), required=False)
    flags = serializers.ListField(
        child=serializers.ChoiceField(choices=Flag.choices), max_length=20, required=False
    )
    eligible = serializers.BooleanField(required=False)
    competent = serializers.BooleanField(required=False)
    body = CodeField(Body.objects.select_related("area"), required=False)
    instruction = serializers.CharField(max_length=5000, required=False)
    person = CodeField(User.objects.filter(is_active=True), slug_field="username", required=False)
    co_bodies = serializers.ListField(child=CodeField(Body.objects.all()), max_length=20, required=False)
    ground = serializers.CharField(max_length=2000, required=False)
    right_address = serializers.CharField(max_length=500, required=False)
    address = serializers.CharField(max_length=500, required=False)
    what = serializers.CharField(max_length=5000, required=False)
    files = serializers.ListField(child=serializers.UUIDField(), max_length=50, required=False)
    clock = serializers.CharField(max_length=60, required=False)
    days = serializers.IntegerField(min_value=1, max_value=365, required=False)
    situation = serializers.ListField(
        child=serializers.ChoiceField(choices=Flag.choices), max_length=5, required=False
    )
    text = serializers.CharField(max_length=50000, required=False)
    day = serializers.DateField(required=False)
    dialogue = serializers.CharField(max_length=80, required=False)
    draft = serializers.CharField(max_length=50000, required=False)
    result = serializers.ChoiceField(choices=Result.choices, required=False)
    percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    whole = serializers.BooleanField(required=False)
    part = serializers.CharField(max_length=5000, required=False)
    into = CodeField(Case.objects.none(), slug_field="reference", required=False)
    to = serializers.CharField(max_length=200, required=False)
    standing_member = CodeField(User.objects.filter(is_active=True), slug_field="username", required=False)
    petition = serializers.CharField(max_length=80, required=False)
    fields_ = serializers.DictField(required=False)
    duty = serializers.ChoiceField(choices=Duty.choices, required=False)
    visible_to = serializers.CharField(max_length=40, required=False)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        # Only a case that the caller may know of can be joined into.
        fields["into"].queryset = self.context.get("visible", Case.objects.none())
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        case: Case | None = self.context.get("case")
        if "files" in attrs and case is not None:
            attrs["files"] = _files(case, attrs["files"])
        return attrs

    @staticmethod
    def facts(data: dict[str, Any]) -> dict[str, Any]:
        """What is left when the move itself, its reason, time and version are taken out."""
        return {
            name: value for name, value in data.items() if name not in {"move", "reason", "at", "version"}
        }


def _files(case: Case, ids: list[Any]) -> list[CaseFile]:
    found = list(CaseFile.objects.filter(case=case, pk__in=ids, event_seq=None))
    if len(found) != len(set(ids)):
        raise serializers.ValidationError(
            {"files": [_("A file was not uploaded to this case, or belongs to an earlier act.")]}
        )
    return found


class SubjectSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="__str__")
    parent = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Subject
        fields = ["code", "name", "parent"]
        read_only_fields = fields


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class RuleSerializer(serializers.Serializer):
    """A time limit as it stands in the law's own words."""

    code = serializers.CharField()
    situation = serializers.ListField(child=serializers.CharField())
    amount = serializers.IntegerField()
    unit = serializers.CharField()
    counted_from = serializers.CharField()
    met_by = serializers.CharField()
    extendable_times = serializers.IntegerField()
    extension_amount = serializers.IntegerField(allow_null=True)
    basis = serializers.CharField()
    mark = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
