"""What cases are about: the tree of subjects, as data (cases/data/subjects.yaml)."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.querysets import SubjectQuerySet


class Subject(models.Model):
    """A subject such as land, with narrower ones below it (compensation). Names are data, in both languages."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_vi = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="narrower"
    )
    is_active = models.BooleanField(default=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_vi
