"""Sealed identities: the only place where a resident's name, id number, phone or address is kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.querysets import PersonQuerySet


class Person(models.Model):
    """A resident or organisation that petitions or asks. What is known of them is one sealed box.

    `box` is AES-256-GCM over a JSON object (name, id_number, phone, address ...), made with the key `key_id`;
    the row's token is bound in, so that a box cannot be moved to another row.
    The indexes are keyed hashes: they find an equal value and tell nothing else.
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("Resident")
        ORGANISATION = "organisation", _("Organisation")

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


class Reveal(models.Model):
    """A request to read one sealed identity: who, why, for which case, and who consented where consent is needed."""

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
    state = models.CharField(max_length=8, choices=State)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    # A consent is for one reading within the day.
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reveal_state_is_known", condition=Q(state__in=["waiting", "granted", "refused"])
            ),
            models.CheckConstraint(name="reveal_needs_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="reveal_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="reveal_decided_at_iff_decided_by",
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"reveal {self.pk}"


class IdentityRead(models.Model):
    """One line for each time somebody read a sealed identity. Never changed, never deleted (trigger and role)."""

    append_only = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    case_reference = models.CharField(max_length=80, blank=True)
    reveal = models.ForeignKey(Reveal, on_delete=models.PROTECT, null=True, related_name="reads")

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="identity_read_person")]

    def __str__(self) -> str:
        return f"read {self.pk}"
