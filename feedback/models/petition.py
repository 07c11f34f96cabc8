"""What a citizen brought in, through one channel, and the sealed people behind it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body, Person
from cases.codes import Channel, Instance, Kind
from cases.models import Case
from feedback.querysets import PetitionerQuerySet, PetitionQuerySet


class Petition(models.Model):
    """One letter, visit, call or form, as it came: what the case says now may have been corrected since.

    It belongs to the case it opened for good; that case may be joined to another. The tracking code is a keyed function
    of the id, so it can be told again; the row holds only what finds it (bodies.tracking).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # The reference of the case it opened: the number on the receipt. Never a key to anything.
    code = models.CharField(_("code"), max_length=80, unique=True)
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, related_name="petition", verbose_name=_("case")
    )
    tracking_hash = models.BinaryField(unique=True)

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    instance = models.CharField(_("instance"), max_length=12, choices=Instance, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    received_by = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="petitions", verbose_name=_("received by")
    )
    received_at = models.DateTimeField(_("received at"))
    addressed_to = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("addressed to")
    )
    # A household cluster or another body that brought it in the residents' name.
    sender_body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    # Null: a citizen, or the importer of a book.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    people_count = models.PositiveIntegerField(_("people"), default=1)
    # Whether it meets the conditions for handling (feedback.eligibility); null: nobody looked.
    is_dated = models.BooleanField(_("dated"), null=True)
    is_signed = models.BooleanField(_("signed"), null=True)
    has_name = models.BooleanField(_("with a name"), default=True)
    has_address = models.BooleanField(_("with an address"), default=True)
    has_evidence = models.BooleanField(_("with evidence"), default=False)
    # The local day on which the citizen learned of the decision complained of: their own limit runs from it.
    learned_on = models.DateField(_("learned on"), null=True)
    # The holder of the code took the whole of it back, though the case it was joined to goes on.
    withdrawn_at = models.DateTimeField(null=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        constraints = [
            models.CheckConstraint(name="petition_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="petition_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="petition_instance_is_known", condition=Q(instance__in=["", *Instance.values])
            ),
            models.CheckConstraint(name="petition_of_somebody", condition=Q(people_count__gte=1)),
        ]
        indexes = [models.Index(fields=["-received_at", "-id"], name="petition_received")]

    def __str__(self) -> str:
        return self.code


class Petitioner(models.Model):
    """One of those who petition. Who they are is sealed in bodies; `position` is their place on the paper, from 0."""

    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="petitioners")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="petitions")
    position = models.PositiveSmallIntegerField()
    is_representative = models.BooleanField(_("representative"), default=False)

    objects = PetitionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("petitioner")
        verbose_name_plural = _("petitioners")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "position"], name="one_petitioner_per_position")
        ]

    def __str__(self) -> str:
        # Never a name: this text lands in logs and error pages.
        return f"petitioner {self.position} of {self.petition_id}"
