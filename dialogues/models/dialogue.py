"""What a dialogue is. How it moves is in `dialogues.workflow`; how to ask for dialogues, in `dialogues.querysets`."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Area, Body
from cases.models import Case, Subject
from dialogues.codes import Chair, DialogueKind, Participants
from dialogues.querysets import DialogueQuerySet
from dialogues.stages import WAS_HELD, Stage


class Dialogue(models.Model):
    """A meeting of a head with residents: planned, announced, held, concluded. Who hosts it decides what it counts for.

    Days are local days of Asia/Ho_Chi_Minh. What is marked "by a move" is written by dialogues.workflow only.
    """

    # Year, host and number: "2026-kim-bang-ubnd-dt-003". Never changes.
    code = models.CharField(_("code"), max_length=80, unique=True)
    host = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="dialogues", verbose_name=_("host"))
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=DialogueKind)
    participants = models.CharField(_("group of participants"), max_length=10, choices=Participants)
    # The field it is about; none: anything.
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="dialogues")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="dialogues", verbose_name=_("area"))

    # The quarter of the yearly plan; none: it was not in the plan.
    planned_year = models.PositiveSmallIntegerField(null=True)
    planned_quarter = models.PositiveSmallIntegerField(null=True)
    # By a move: the day, the place or where online, how to attend.
    starts_at = models.DateTimeField(_("starts at"), null=True)
    place = models.CharField(_("place"), max_length=300, blank=True, default="")
    online_at = models.URLField(_("online at"), max_length=300, blank=True, default="")
    announcement = models.TextField(_("announcement"), blank=True, default="")
    how_to_attend = models.TextField(_("how to attend"), blank=True, default="")

    # By a move: who chaired it, in person or by delegation (counted apart), and how many came.
    chair = models.CharField(_("chair"), max_length=8, choices=Chair, blank=True, default="")
    chaired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="dialogues_chaired"
    )
    delegate_reason = models.CharField(max_length=500, blank=True, default="")
    invited_count = models.PositiveIntegerField(_("invited"), null=True)
    present_count = models.PositiveIntegerField(_("present"), null=True)
    party_invited = models.BooleanField(_("party committee invited"), default=False)
    government_invited = models.BooleanField(_("government invited"), default=False)

    # By a move.
    stage = models.CharField(_("stage"), max_length=17, choices=Stage, default=Stage.PLANNED)
    version = models.PositiveIntegerField(default=1)
    announced_on = models.DateField(null=True)
    held_on = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    # Whether the notice and the results came in time; null: not yet, or no limit was in force.
    announced_in_time = models.BooleanField(null=True)
    published_in_time = models.BooleanField(null=True)
    # The results as they were made known.
    results = models.TextField(_("results"), blank=True, default="")
    # The case of its duties to announce and to publish: clocks and ladder as any case; a new one for a new day.
    duties = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="dialogue_duties")

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # The chain of its history: how many lines, and the hash of the last.
    events_count = models.PositiveIntegerField(default=0)
    events_head = models.BinaryField(default=b"")

    objects = DialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("dialogue")
        verbose_name_plural = _("dialogues")
        constraints = [
            models.UniqueConstraint(fields=["host", "year", "number"], name="one_dialogue_per_number"),
            models.CheckConstraint(name="dialogue_stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="dialogue_kind_is_known", condition=Q(kind__in=DialogueKind.values)),
            models.CheckConstraint(
                name="dialogue_participants_are_known", condition=Q(participants__in=Participants.values)
            ),
            models.CheckConstraint(
                name="dialogue_chair_is_known", condition=Q(chair__in=["", *Chair.values])
            ),
            models.CheckConstraint(
                name="dialogue_delegate_has_a_reason",
                condition=Q(chair="delegate", delegate_reason__gt="")
                | (~Q(chair="delegate") & Q(delegate_reason="")),
            ),
            models.CheckConstraint(
                name="dialogue_quarter_of_a_year",
                condition=Q(planned_year=None, planned_quarter=None)
                | Q(planned_year__isnull=False, planned_quarter__isnull=False, planned_quarter__range=(1, 4)),
            ),
            models.CheckConstraint(
                name="dialogue_held_has_day_and_chair",
                condition=~Q(stage__in=sorted(WAS_HELD))
                | Q(
                    held_on__isnull=False, chair__gt="", chaired_by__isnull=False, present_count__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="dialogue_announced_has_a_day",
                condition=~Q(stage="announced") | Q(starts_at__isnull=False, announced_on__isnull=False),
            ),
            models.CheckConstraint(
                name="dialogue_cancelled_on_iff_cancelled",
                condition=Q(stage="cancelled", cancelled_on__isnull=False)
                | (~Q(stage="cancelled") & Q(cancelled_on=None)),
            ),
            models.CheckConstraint(
                name="dialogue_published_after_held",
                condition=Q(published_on=None) | Q(published_on__gte=F("held_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["host", "held_on"], name="dialogue_host_held"),
            models.Index(fields=["planned_year", "planned_quarter"], name="dialogue_plan"),
            models.Index(fields=["-created_at", "-id"], name="dialogue_newest"),
            models.Index(fields=["starts_at"], name="dialogue_starts"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_in_person(self) -> bool:
        return self.chair == Chair.HEAD


class JointHost(models.Model):
    """Another body that hosts a dialogue together with the first, and whether its own head took part."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="joint_hosts")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="dialogues_joined")
    # Known once it was held: the head of this body was there in person.
    head_was_present = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dialogue", "body"], name="one_joint_host")]

    def __str__(self) -> str:
        return f"{self.dialogue_id} {self.body_id}"
