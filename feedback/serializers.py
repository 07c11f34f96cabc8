"""The shapes in which petitions come in and are shown to staff. Shape only: the rules are feedback.intake's."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from rest_framework import serializers

from bodies.id_numbers import IdKind
from bodies.identity_facts import Identity, PersonKind
from bodies.models import Area, Body
from bodies.shapes import FixedShape
from cases.codes import Channel, Flag, Instance, Kind
from cases.models import Case, Subject
from cases.stages import Stage
from feedback import naming
from feedback.intake import CONTENT_LENGTH, MOST_NAMED, MOST_PEOPLE, NewPetition, NewPetitioner, Receipt
from feedback.models import Verdict
from feedback.permissions import Shown
from feedback.repeats import Repeat

_CODE = {"max_length": 100, "required": False, "allow_null": True, "allow_blank": True}


class MomentField(serializers.DateTimeField):
    """An instant, or a local day: a letter's day is known, its hour seldom."""

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str) and len(value) == 10:
            try:
                day = parse_date(value)
            except ValueError:
                day = None
            if day is not None:
                return timezone.make_aware(datetime.combine(day, time.min))
        return super().to_internal_value(value)


class PetitionerInput(FixedShape):
    """One of those who petition. Which forms of a name or number are right, bodies.identity_facts says."""

    name = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=PersonKind.choices, required=False)
    id_number = serializers.CharField(max_length=100, required=False, allow_blank=True)
    id_kind = serializers.ChoiceField(choices=IdKind.choices, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=100, required=False, allow_blank=True)
    address = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    email = serializers.CharField(max_length=320, required=False, allow_blank=True)
    birth_year = serializers.IntegerField(min_value=0, max_value=9999, required=False, allow_null=True)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    is_representative = serializers.BooleanField(required=False)


def identity_of(data: dict[str, Any]) -> Identity:
    return Identity(**{name: value for name, value in data.items() if name != "is_representative"})


class MatterInput(FixedShape):
    """What every way in asks for: the desk's and the portal's."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    instance = serializers.ChoiceField(choices=Instance.choices, required=False, allow_blank=True)
    received_by = serializers.CharField(max_length=100)
    area = serializers.CharField(**_CODE)
    subject = serializers.CharField(**_CODE)
    against_body = serializers.CharField(**_CODE)
    addressed_to = serializers.CharField(**_CODE)
    title = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    content = serializers.CharField(max_length=CONTENT_LENGTH * 2, required=False, allow_blank=True)
    petitioners = PetitionerInput(many=True, required=False)
    people_count = serializers.IntegerField(
        min_value=1, max_value=MOST_PEOPLE, required=False, allow_null=True
    )
    anonymous = serializers.BooleanField(required=False)
    evidence = serializers.BooleanField(required=False)
    learned_on = serializers.DateField(required=False, allow_null=True)
    earlier_settled_by = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    bodies = ("received_by", "against_body", "addressed_to")

    def validate_petitioners(self, value: list[Any]) -> list[Any]:
        if len(value) > MOST_NAMED:
            sentence = _("Name at most %(most)d people; give the number of all in people_count.")
            raise serializers.ValidationError(sentence % {"most": MOST_NAMED})
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | rows_named(attrs, self.bodies)


class PetitionInput(MatterInput):
    """A petition logged at the desk."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    received_at = MomentField(required=False)
    sender_body = serializers.CharField(**_CODE)
    appeal_of = serializers.CharField(**_CODE)
    flags = serializers.ListField(
        child=serializers.ChoiceField(choices=Flag.choices), max_length=20, required=False
    )
    dated = serializers.BooleanField(required=False, allow_null=True, default=None)
    signed = serializers.BooleanField(required=False, allow_null=True, default=None)
    is_repeat = serializers.BooleanField(required=False)
    settled_before_count = serializers.IntegerField(min_value=0, max_value=1000, required=False)

    bodies = ("received_by", "against_body", "addressed_to", "sender_body")

    def validate_channel(self, value: str) -> str:
        if value == Channel.IMPORT:
            raise serializers.ValidationError(_("A book comes in by import_register."))
        return value

    def validate_appeal_of(self, reference: str | None) -> Case | None:
        """Only a case that the caller may know of: an unseen one is unknown."""
        if not reference:
            return None
        found = Case.objects.visible_to(self.context["standing"]).filter(reference=reference).first()
        if found is None:
            raise serializers.ValidationError(_("Unknown code: %(code)s.") % {"code": reference})
        return found


def rows_named(attrs: dict[str, Any], bodies: Iterable[str]) -> dict[str, Any]:
    """The rows that the codes name, in one query."""
    codes = {name: attrs.get(name) or None for name in (*bodies, "area", "subject")}
    found = naming.named(
        bodies={code for name, code in codes.items() if code and name not in {"area", "subject"}},
        area=codes["area"],
        subject=codes["subject"],
    )
    table = {"area": Area, "subject": Subject}
    rows = {name: found.get((table.get(name, Body), code)) if code else None for name, code in codes.items()}
    missing = {
        name: [_("Unknown code: %(code)s.") % {"code": code}]
        for name, code in codes.items()
        if code and rows[name] is None
    }
    if missing:
        raise serializers.ValidationError(missing)
    return rows


# Where the field of the API and of the rules have different names.
_RENAMED = {
    "anonymous": "is_anonymous",
    "evidence": "has_evidence",
    "dated": "is_dated",
    "signed": "is_signed",
}


def new_petition(data: dict[str, Any], *, received_at: datetime, **given: Any) -> NewPetition:
    """What the rules take, from what was typed. `given` is what the way in itself decides."""
    facts = {_RENAMED.get(name, name): value for name, value in data.items()} | given
    facts["kind"] = Kind(facts["kind"])
    facts["flags"] = frozenset(facts.get("flags", ()))
    facts["received_at"] = facts.get("received_at") or received_at
    facts["petitioners"] = tuple(
        NewPetitioner(identity=identity_of(each), is_representative=each.get("is_representative", False))
        for each in facts.get("petitioners", ())
    )
    return NewPetition(**facts)


# --- Answers --------------------------------------------------------------------------------------------------------


class CaseBriefSerializer(serializers.Serializer):
    reference = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    responsible_body = serializers.CharField(required=False)
    due_on = serializers.DateField(allow_null=True)


class ReceiptSerializer(serializers.Serializer):
    """What is printed on the slip."""

    tracking_code = serializers.CharField()
    number = serializers.CharField()
    received_at = serializers.DateTimeField()
    office = serializers.CharField()


class SimilarSerializer(serializers.Serializer):
    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    stage = serializers.ChoiceField(choices=Stage.choices)
    title = serializers.CharField()
    received_on = serializers.DateField()
    responsible_body = serializers.CharField()
    why = serializers.ListField(child=serializers.ChoiceField(choices=["id_number", "phone", "name", "text"]))
    score = serializers.FloatField()


class WarningSerializer(serializers.Serializer):
    field = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()


class LoggedSerializer(serializers.Serializer):
    """The answer to a petition that was logged."""

    code = serializers.CharField()
    case = CaseBriefSerializer()
    receipt = ReceiptSerializer()
    similar = SimilarSerializer(many=True)
    warnings = WarningSerializer(many=True)


def shown_receipt(receipt: Receipt) -> dict[str, Any]:
    petition = receipt.petition
    return {
        "tracking_code": receipt.tracking_code,
        "number": petition.code,
        "received_at": petition.received_at,
        "office": petition.received_by.name,
    }


def shown_logged(receipt: Receipt, similar: Iterable[Repeat]) -> dict[str, Any]:
    case = receipt.case
    return {
        "code": receipt.petition.code,
        "case": {
            "reference": case.reference,
            "stage": case.stage,
            "responsible_body": case.body.code,
            "due_on": case.due_on,
        },
        "receipt": shown_receipt(receipt),
        "similar": [shown_repeat(repeat) for repeat in similar],
        "warnings": [{"field": told.field, "sentence": told.sentence} for told in receipt.notices],
    }


def shown_repeat(repeat: Repeat) -> dict[str, Any]:
    return {**repeat.case, "why": list(repeat.why), "score": repeat.score}


class SimilarInput(serializers.Serializer):
    title = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    content = serializers.CharField(max_length=CONTENT_LENGTH * 2, required=False, allow_blank=True)
    name = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    id_number = serializers.CharField(max_length=100, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=100, required=False, allow_blank=True)
    area = serializers.CharField(**_CODE)
    received_by = serializers.CharField(**_CODE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | rows_named(attrs, ["received_by"])


class PetitionRowSerializer(serializers.Serializer):
    """One line of the list: how it came. Of a denunciation a monitor sees the outline only."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    instance = serializers.CharField(allow_blank=True)
    channel = serializers.ChoiceField(choices=Channel.choices)
    received_at = serializers.DateTimeField(required=False)
    received_on = serializers.DateField()
    received_by = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    people_count = serializers.IntegerField(required=False)
    case = CaseBriefSerializer()


class PetitionerSerializer(serializers.Serializer):
    """A petitioner as this reader may see them: open, masked, or only that there is one."""

    position = serializers.IntegerField()
    is_representative = serializers.BooleanField()
    shown = serializers.ChoiceField(choices=[each.value for each in Shown])
    person = serializers.UUIDField(required=False)
    kind = serializers.CharField(required=False)
    name = serializers.CharField(required=False, allow_blank=True)
    id_number = serializers.CharField(required=False, allow_blank=True)
    id_kind = serializers.CharField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    address = serializers.CharField(required=False, allow_blank=True)
    email = serializers.CharField(required=False, allow_blank=True)
    birth_year = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True)


class WordSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    kind = serializers.CharField()
    is_whole = serializers.BooleanField(allow_null=True)
    text = serializers.CharField()
    given_at = serializers.DateTimeField()


class VerdictSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    case = serializers.CharField()
    score = serializers.IntegerField()
    comment = serializers.CharField(required=False)
    given_at = serializers.DateTimeField()
    reopening = serializers.ChoiceField(choices=Verdict.Reopening.choices, allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(required=False)


class PetitionSerializer(PetitionRowSerializer):
    """A petition, its people as the reader may see them, and what the citizen said later."""

    addressed_to = serializers.CharField(required=False, allow_null=True)
    sender_body = serializers.CharField(required=False, allow_null=True)
    recorded_by = serializers.CharField(required=False, allow_null=True)
    recorded_at = serializers.DateTimeField(required=False)
    dated = serializers.BooleanField(required=False, allow_null=True)
    signed = serializers.BooleanField(required=False, allow_null=True)
    has_name = serializers.BooleanField(required=False)
    has_address = serializers.BooleanField(required=False)
    evidence = serializers.BooleanField(required=False)
    learned_on = serializers.DateField(required=False, allow_null=True)
    withdrawn_at = serializers.DateTimeField(required=False, allow_null=True)
    petitioners = PetitionerSerializer(many=True, required=False)
    words = WordSerializer(many=True, required=False)
    verdicts = VerdictSerializer(many=True, required=False)


class PeopleInput(serializers.Serializer):
    """A correction of one petitioner: the fields to change, and why."""

    position = serializers.IntegerField(min_value=0, max_value=MOST_NAMED)
    reason = serializers.CharField(max_length=5000)
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    name = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    id_number = serializers.CharField(max_length=100, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=100, required=False, allow_blank=True)
    address = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    email = serializers.CharField(max_length=320, required=False, allow_blank=True)
    birth_year = serializers.IntegerField(min_value=0, max_value=9999, required=False, allow_null=True)
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class CorrectedSerializer(serializers.Serializer):
    """What was changed, by the names of the fields."""

    fields_ = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields


class ReopeningInput(serializers.Serializer):
    reopen = serializers.BooleanField()
    reason = serializers.CharField(max_length=5000)
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
