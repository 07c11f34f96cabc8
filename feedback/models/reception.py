"""The days on which a head receives citizens in person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from cases.models import Case
from feedback.models.petition import Petition
from feedback.querysets import ReceptionQuerySet


class Reception(models.Model):
    """One reception day: who received, how many came, what was taken in and concluded. `day` is a local day."""

    class Kind(models.TextChoices):
        REGULAR = "regular", _("Regular reception")
        PERIODIC = "periodic", _("Periodic reception by the head")
        AD_HOC = "ad_hoc", _("Ad hoc reception by the head")

    host = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="receptions")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Why the head did not come; empty: the head received in person.
    delegate_reason = models.CharField(max_length=500, blank=True, default="")
    turns = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    groups = models.PositiveIntegerField(default=0)
    petitions = models.ManyToManyField(Petition, related_name="receptions", blank=True)
    conclusions = models.ManyToManyField(Case, related_name="+", blank=True)

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reception_kind_is_known", condition=Q(kind__in=["regular", "periodic", "ad_hoc"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"

    @property
    def is_in_person(self) -> bool:
        # The same rule as ReceptionQuerySet.by_the_head
        return self.delegate_reason == ""

    @property
    def is_periodic(self) -> bool:
        return self.kind == self.Kind.PERIODIC
