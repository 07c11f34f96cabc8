"""The shapes of areas, bodies, people, messages and jobs in the API."""

from rest_framework import serializers

from bodies.identity_facts import NAME_LENGTH, PersonKind
from bodies.models import Area, Body, Job, Membership, Message, Reveal
from bodies.reveals import REASON_LENGTH


class AreaSerializer(serializers.ModelSerializer):
    parent = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Area
        fields = ["code", "name", "level", "parent", "key_area", "remote", "valid_from", "valid_to"]
        read_only_fields = fields


class BodySerializer(serializers.ModelSerializer):
    area = serializers.SlugRelatedField(slug_field="code", read_only=True)
    superior = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    successor = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Body
        fields = [
            "code",
            "name",
            "kind",
            "level",
            "area",
            "superior",
            "number",
            "valid_from",
            "valid_to",
            "successor",
        ]
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Message
        fields = ["id", "topic", "title", "text", "subject", "is_urgent", "created_at", "opened_at"]
        read_only_fields = fields


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = ["id", "kind", "state", "done", "total", "result", "error", "created_at", "finished_at"]
        read_only_fields = fields


class SignInSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    # Of the authenticator app, or a recovery code: asked of whoever has set one up.
    code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class MembershipSerializer(serializers.ModelSerializer):
    body = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = Membership
        fields = ["body", "role", "valid_from", "valid_to"]
        read_only_fields = fields


class MeSerializer(serializers.Serializer):
    username = serializers.CharField()
    full_name = serializers.CharField()
    memberships = MembershipSerializer(many=True)


class SearchInput(serializers.Serializer):
    """Exactly one of these."""

    id_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    name = serializers.CharField(max_length=NAME_LENGTH, required=False, allow_blank=True)


class FoundSerializer(serializers.Serializer):
    """As much of a person as may stand in a list."""

    token = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=PersonKind.choices)
    name = serializers.CharField(allow_blank=True)
    id_number = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)


class IdentitySerializer(serializers.Serializer):
    """All that is known of a person; empty: not known."""

    kind = serializers.ChoiceField(choices=PersonKind.choices)
    name = serializers.CharField(allow_blank=True)
    id_number = serializers.CharField(allow_blank=True)
    id_kind = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    birth_year = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=REASON_LENGTH)


class RevealSerializer(serializers.ModelSerializer):
    """A reading that waits for consent: who asks, why, for which case. Never who it is about."""

    asked_by = serializers.CharField(source="asked_by.full_name", read_only=True)

    class Meta:
        model = Reveal
        fields = ["id", "state", "asked_by", "asked_at", "reason", "case_reference", "expires_at"]
        read_only_fields = fields


class ConsentInput(serializers.Serializer):
    grant = serializers.BooleanField()
