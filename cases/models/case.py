"""What a case is. How it moves is in `cases.workflow`; how to ask for cases, in `cases.querysets`."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from bodies.models import Area, Body
from cases.codes import Channel, Flag, Instance, Kind, Result
from cases.models.subject import Subject
from cases.querysets import CaseQuerySet
from cases.stages import ENDED, Stage

_OPEN = ~Q(stage__in=sorted(ENDED))


class CaseNumber(models.Model):
    """The last number given in one body's book of one year. The row's lock makes the numbers gapless."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="one_book_per_body_and_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class Case(models.Model):
    """One matter followed until somebody has answered for it, with proof.

    Days are local days of Asia/Ho_Chi_Minh. What is marked "by a move" is written by cases.workflow only.
    """

    reference = models.CharField(_("reference"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    instance = models.CharField(_("instance"), max_length=12, choices=Instance, blank=True, default="")
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("subject")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("area")
    )
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    title = models.CharField(_("title"), max_length=300)
    content = models.TextField(_("content"), blank=True)
    # Numbers of the papers written on the case, so that a search for one finds it.
    document_numbers = models.TextField(blank=True, default="", editable=False)

    received_by = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="cases_received", verbose_name=_("received by")
    )
    # By a move: who holds the case.
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="cases", verbose_name=_("responsible body")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="cases",
        verbose_name=_("handler"),
    )
    # The named member of the party committee's standing body who directs a complex case (000 III.1.1, 004 II.1.1).
    standing_member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cases_directed"
    )
    co_bodies = models.ManyToManyField(Body, related_name="cases_coordinated", blank=True)
    against_body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        related_name="cases_against",
        verbose_name=_("body complained of"),
    )

    # By a move.
    stage = models.CharField(_("stage"), max_length=16, choices=Stage, default=Stage.RECEIVED)
    # The stage from which the present one was entered, for moves that go back to it.
    stage_before = models.CharField(max_length=16, choices=Stage, blank=True, default="")
    result = models.CharField(_("result"), max_length=12, choices=Result, blank=True, default="")
    flags = ArrayField(models.CharField(max_length=24, choices=Flag), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    joined_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")
    appeal_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="appeals")

    people_count = models.PositiveIntegerField(_("people"), default=1)
    letters_count = models.PositiveIntegerField(_("letters"), default=1)
    is_repeat = models.BooleanField(_("repeat"), default=False)
    # Whether it goes to the head of a party committee, who owes a written notice (Regulation 11-QĐi/TW).
    addressed_to_party_head = models.BooleanField(default=False)
    settled_before_count = models.PositiveSmallIntegerField(_("times settled before"), default=0)
    earlier_settled_by = models.CharField(_("settled before by"), max_length=200, blank=True, default="")
    # From an imported book: clocks are reckoned and shown, but silent.
    is_imported = models.BooleanField(default=False)

    # When the citizen first brought it anywhere, and when it reached the body in charge.
    first_received_on = models.DateField()
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField()
    # By a move: the day it was closed or ended, by its deciding clock in time or not (null: no such clock met).
    ended_on = models.DateField(null=True)
    ended_on_time = models.BooleanField(null=True)
    days_taken = models.PositiveIntegerField(null=True)
    working_days_taken = models.PositiveIntegerField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    transfers_count = models.PositiveSmallIntegerField(default=0)

    # The due day of the nearest running clock and of the deciding one: lists sort and filter by them.
    due_on = models.DateField(_("due on"), null=True)
    deciding_due_on = models.DateField(null=True)
    # When the clock must look at the case next (cases.escalation); null: never.
    next_attention_at = models.DateTimeField(null=True)

    # The chain of its history: how many lines, and the hash of the last.
    events_count = models.PositiveIntegerField(default=0)
    events_head = models.BinaryField(default=b"")

    search = models.GeneratedField(
        expression=Func(
            Concat(
                "title",
                Value(" "),
                "content",
                Value(" "),
                "document_numbers",
                output_field=models.TextField(),
            ),
            function="case_search",
            output_field=SearchVectorField(),
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(name="case_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="case_stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(name="case_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="case_instance_is_known", condition=Q(instance__in=["", *Instance.values])
            ),
            models.CheckConstraint(name="case_flags_are_known", condition=Q(flags__contained_by=Flag.values)),
            models.CheckConstraint(
                name="case_complex_or_especially_complex",
                condition=~Q(flags__contains=["complex", "especially_complex"]),
            ),
            models.CheckConstraint(
                name="case_ended_on_iff_ended",
                condition=Q(stage__in=sorted(ENDED), ended_on__isnull=False) | (_OPEN & Q(ended_on=None)),
            ),
            models.CheckConstraint(
                name="case_result_iff_answered",
                condition=Q(stage__in=["answered", "closed"], result__gt="")
                | (~Q(stage__in=["answered", "closed"]) & Q(result="")),
            ),
            models.CheckConstraint(
                name="case_joined_iff_joined",
                condition=Q(stage="joined", joined_to__isnull=False)
                | (~Q(stage="joined") & Q(joined_to=None)),
            ),
            models.CheckConstraint(
                name="case_first_received_first", condition=Q(first_received_on__lte=models.F("received_on"))
            ),
            models.CheckConstraint(
                name="case_denunciation_not_held_by_the_denounced",
                condition=~Q(kind="denunciation") | Q(against_body=None) | ~Q(body=models.F("against_body")),
            ),
        ]
        indexes = [
            # Work lists: a body's open cases by the nearest due day; all by the day of receipt.
            models.Index(fields=["body", "due_on", "id"], name="case_body_due", condition=_OPEN),
            models.Index(fields=["due_on", "id"], name="case_due", condition=_OPEN),
            models.Index(fields=["body", "-received_at", "-id"], name="case_body_received"),
            models.Index(fields=["-received_at", "-id"], name="case_received"),
            # The newest of a place: lists of an area, and the look for repeats, whose cost must not grow with the years.
            models.Index(fields=["area", "-received_at", "-id"], name="case_area_received"),
            models.Index(
                fields=["next_attention_at", "id"],
                name="case_attention",
                condition=Q(next_attention_at__isnull=False),
            ),
            models.Index(
                fields=["body", "ended_on"], name="case_body_ended", condition=Q(ended_on__isnull=False)
            ),
            GinIndex(fields=["search"], name="case_search", fastupdate=False),
            GinIndex(fields=["flags"], name="case_flags", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_ended(self) -> bool:
        return self.stage in ENDED

    @property
    def is_silent(self) -> bool:
        """Whether lateness is shown but told to nobody: the case came from an old book."""
        return self.is_imported
