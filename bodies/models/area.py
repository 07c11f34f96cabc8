"""Places. An area lies in a wider one; bodies serve an area."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.kinds import Level
from bodies.querysets import AreaQuerySet


class Area(models.Model):
    """A province, district, commune or village: what a matter is about, and what a monitor watches.

    Areas end (the district level ended on 30/6/2025) but are never deleted: old cases keep old names.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200, help_text=_("With its type: Xã Thi Sơn"))
    level = models.CharField(_("level"), max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("lies in"),
    )
    # Ids from the widest area down, "/1/5/9/"; written by a trigger from `parent`, so it is never wrong.
    path = models.CharField(max_length=200, editable=False, default="")
    key_area = models.BooleanField(_("key area (địa bàn trọng điểm)"), default=False)
    remote = models.BooleanField(_("remote area"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    is_training = models.BooleanField(_("training data"), default=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="area_level_is_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="area_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["path"], name="area_path", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )
