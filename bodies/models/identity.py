"""Sealed identities: the only place where a resident's name, id number, phone or address is kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.identity_facts import PersonKind
from bodies.querysets import PersonQuerySet, RevealQuerySet

# A consent is for one reading, within a day of its giving.
CONSENT_LASTS = timedelta(hours=24)


class Person(models.Model):
    """A resident or organisation that petitions or asks. What is known of them is one sealed box.

    `box` is AES-256-GCM over a JSON object (name, id_number, phone, address ...), made with the key `key_id`;
    the row's token is bound in, so that a box cannot be moved to another row (bodies.sealing).
    The indexes are keyed hashes: they find an equal value and tell nothing else.
    Written only by bodies.identities and bodies.key_rotation.
    """

    Kind = PersonKind

    token = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.RESIDENT)
    box = models.BinaryField()
    key_id = models.CharField(max_length=20)
    id_number_index = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    name_index = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_kind_is_known", condition=Q(kind__in=["resident", "organisation"])
            ),
        ]
        indexes = [
            models.Index(
                fields=["id_number_index"],
                name="person_id_number",
                condition=Q(id_number_index__isnull=False),
            ),
            models.Index(fields=["phone_index"], name="person_phone", condition=Q(phone_index__isnull=False)),
            models.Index(fields=["name_index"], name="person_name", condition=Q(name_index__isnull=False)),
            models.Index(fields=["key_id"], name="person_key"),
        ]

    def __str__(self) -> str:
        # Never a name: this text lands in logs and error pages.
        return f"person {self.token}"


class FormerIdentity(models.Model):
    """What was known of a person before a correction: still sealed, in a box of its own. History says only which fields changed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_identities")
    token = models.UUIDField(unique=True)
    box = models.BinaryField()
    key_id = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # When it was replaced
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key_id"], name="former_identity_key")]

    def __str__(self) -> str:
        return f"former identity {self.token}"


class Reveal(models.Model):
    """A request to read one sealed identity: who, why, for which case, and who consented where consent is needed.

    Once decided it stays as it is (trigger). A consent is spent by the one reading that names it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for consent")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField(_("reason"))
    # As text: lower rooms know no cases.
    case_reference = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = RevealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reveal_state_is_known", condition=Q(state__in=["waiting", "granted", "refused"])
            ),
            models.CheckConstraint(name="reveal_needs_a_reason", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="reveal_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="reveal_decided_iff_not_waiting",
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="reveal_consent_lasts_a_day",
                condition=Q(
                    Q(state="granted"),
                    # NULL would pass the comparisons
                    Q(expires_at__isnull=False),
                    Q(expires_at__gt=F("decided_at")),
                    Q(expires_at__lte=F("decided_at") + CONSENT_LASTS),
                )
                | (~Q(state="granted") & Q(expires_at=None)),
            ),
            models.UniqueConstraint(
                name="one_waiting_reveal_per_reader",
                fields=["person", "asked_by", "case_reference"],
                condition=Q(state="waiting"),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="reveal_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"reveal {self.pk}"

    def is_in_force(self, at: datetime) -> bool:
        """Consent was given and is not too old. Whether it was spent already, the lines of IdentityRead tell."""
        # The same rule as the trigger bodies_identity_read_has_consent
        if self.state != self.State.GRANTED or self.decided_at is None or self.expires_at is None:
            return False
        return self.decided_at <= at < self.expires_at


class IdentityRead(models.Model):
    """One line for each time somebody read a sealed identity. Never changed, never deleted (trigger and role)."""

    append_only = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    case_reference = models.CharField(max_length=80, blank=True)
    # One to one: a consent is for one reading, whoever races for it.
    reveal = models.OneToOneField(Reveal, on_delete=models.PROTECT, null=True, related_name="reading")

    class Meta:
        constraints = [
            models.CheckConstraint(name="identity_read_needs_a_reason", condition=Q(reason__regex=r"\S")),
        ]
        indexes = [models.Index(fields=["person", "at"], name="identity_read_person")]

    def __str__(self) -> str:
        return f"read {self.pk}"
