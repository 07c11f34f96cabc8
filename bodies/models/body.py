"""Bodies, the posts of their heads, and the acts that merge or dissolve them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.kinds import FAMILY, BodyKind, Family, Level
from bodies.models.area import Area
from bodies.querysets import BodyQuerySet, PostQuerySet


class Body(models.Model):
    """A party committee, people's committee, front or office that can hold a case or must be told of one."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=24, choices=BodyKind)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("area"))
    superior = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("superior"),
    )
    # Ids from the topmost superior down, "/1/5/9/"; written by a trigger from `superior`.
    path = models.CharField(max_length=200, editable=False, default="")
    # Where several bodies of one kind serve one area: which of them.
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    is_training = models.BooleanField(_("training data"), default=False)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="body_kind_is_known", condition=Q(kind__in=BodyKind.values)),
            models.CheckConstraint(name="body_level_is_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="body_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="body_successor_needs_an_end", condition=Q(successor=None) | Q(valid_to__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["path"], name="body_path", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    @property
    def family(self) -> Family:
        return FAMILY[BodyKind(self.kind)]

    def name_on(self, day: date) -> str:
        """Its name on a local day: papers and reports of old days keep old names."""
        former = [row for row in self.former_names.all() if row.valid_to >= day]
        return min(former, key=lambda row: row.valid_to).name if former else self.name

    def is_open_on(self, day: date) -> bool:
        # The same rule as BodyQuerySet.open_on
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class BodyName(models.Model):
    """A former name of a body, with its last day: reports of old days keep old names."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=200)
    valid_to = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "valid_to"], name="one_former_name_per_day")]

    def __str__(self) -> str:
        return self.name


class Duty(models.TextChoices):
    HEAD = "head", _("Head")
    STANDING_MEMBER = "standing_member", _("Standing member")
    MEMBER = "member", _("Member")
    MASS_MOBILISATION = "mass_mobilisation", _("In charge of mass mobilisation")


class Post(models.Model):
    """Who was head of a body, or in charge of its mass mobilisation, from when to when (local days, both inclusive).

    A vacant post is a post without a row for the day.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="posts")
    duty = models.CharField(_("duty"), max_length=20, choices=Duty)
    # Code of the post in the plans' words: chu_tich_ubnd, bi_thu ... (seed posts); reception minimums hang on it.
    title = models.CharField(_("title"), max_length=40)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                name="one_present_head_per_body", fields=["body"], condition=Q(duty="head", valid_to=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.duty}"


class ReceptionMinimum(models.Model):
    """How many days a post must receive citizens, by the law of the day (law.md 1.4): dated, with basis and mark."""

    class Per(models.TextChoices):
        WEEK = "week", _("week")
        MONTH = "month", _("month")

    title = models.CharField(max_length=40)
    level = models.CharField(max_length=12, choices=Level)
    amount = models.PositiveSmallIntegerField(help_text=_("Days"))
    per = models.CharField(max_length=5, choices=Per)
    basis = models.CharField(max_length=200)
    mark = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["title", "level", "valid_from"], name="one_minimum_per_post_and_day"
            ),
            models.CheckConstraint(name="minimum_per_is_known", condition=Q(per__in=["week", "month"])),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.amount}/{self.per}"


class StructureAct(models.Model):
    """One merger or dissolution, with its document: what moved, and how far the moving has come."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merger")
        DISSOLVE = "dissolve", _("Dissolution")
        RENAME = "rename", _("New name")

    kind = models.CharField(max_length=10, choices=Kind)
    bodies = models.ManyToManyField(Body, related_name="acts")
    into = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="acts_into")
    # The first day of the new order (local day).
    takes_effect_on = models.DateField()
    document = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    # Counts of what was moved so far, by what it is: {"posts": 3, "memberships": 12}.
    progress = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="act_kind_is_known", condition=Q(kind__in=["merge", "dissolve", "rename"])
            ),
            models.CheckConstraint(
                name="act_merger_names_the_successor", condition=~Q(kind="merge") | Q(into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.takes_effect_on}"
