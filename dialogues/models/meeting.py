"""The small logs that targets need: meetings, supervision sessions, attendance, and what was agreed or recommended there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Area, Body
from cases.models import Case, Subject
from dialogues.meeting_codes import AttendedKind, MeetingKind, Rhythm, SupervisionForm, SupervisionKind
from dialogues.meeting_querysets import AttendanceQuerySet, MeetingQuerySet, SupervisionQuerySet


class Meeting(models.Model):
    """A briefing or working session: who called it, which body chaired, what was agreed. `day` is a local day."""

    host = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("host"))
    chaired_by = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings_chaired")
    kind = models.CharField(_("kind"), max_length=15, choices=MeetingKind)
    rhythm = models.CharField(max_length=9, choices=Rhythm)
    day = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=300)
    participants = models.ManyToManyField(Body, related_name="meetings_attended", blank=True)
    present_count = models.PositiveIntegerField(_("present"), null=True)
    agreed = models.TextField(_("agreed"), blank=True, default="")

    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # Entered by mistake: kept to be read, counted nowhere.
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    struck_reason = models.CharField(max_length=500, blank=True, default="")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(name="meeting_kind_is_known", condition=Q(kind__in=MeetingKind.values)),
            models.CheckConstraint(name="meeting_rhythm_is_known", condition=Q(rhythm__in=Rhythm.values)),
            models.CheckConstraint(
                name="meeting_struck_with_a_reason",
                condition=Q(struck_at=None, struck_by=None, struck_reason="")
                | Q(struck_at__isnull=False, struck_by__isnull=False, struck_reason__gt=""),
            ),
        ]
        indexes = [
            models.Index(fields=["chaired_by", "day"], name="meeting_chair_day"),
            models.Index(fields=["host", "day"], name="meeting_host_day"),
            models.Index(fields=["-day", "-id"], name="meeting_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Supervision(models.Model):
    """A session of supervision, social criticism or opinions that the front or an organisation chaired."""

    kind = models.CharField(_("kind"), max_length=11, choices=SupervisionKind)
    form = models.CharField(max_length=10, choices=SupervisionForm)
    chair = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="supervisions_chaired")
    partners = models.ManyToManyField(Body, related_name="supervisions_joined", blank=True)
    # Whose work or draft was looked at.
    about = models.ManyToManyField(Body, related_name="supervisions_about", blank=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="supervisions")
    day = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=300)
    findings = models.TextField(_("findings"), blank=True, default="")

    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # Entered by mistake: kept to be read, counted nowhere.
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    struck_reason = models.CharField(max_length=500, blank=True, default="")

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision session")
        verbose_name_plural = _("supervision sessions")
        constraints = [
            models.CheckConstraint(
                name="supervision_kind_is_known", condition=Q(kind__in=SupervisionKind.values)
            ),
            models.CheckConstraint(
                name="supervision_form_is_known", condition=Q(form__in=SupervisionForm.values)
            ),
            models.CheckConstraint(
                name="supervision_struck_with_a_reason",
                condition=Q(struck_at=None, struck_by=None, struck_reason="")
                | Q(struck_at__isnull=False, struck_by__isnull=False, struck_reason__gt=""),
            ),
        ]
        indexes = [
            models.Index(fields=["chair", "day"], name="supervision_chair_day"),
            models.Index(fields=["-day", "-id"], name="supervision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Recommendation(models.Model):
    """One thing agreed at a meeting, or recommended after a supervision or by itself. Who answers, until when: its case."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="recommendations")
    supervision = models.ForeignKey(
        Supervision, on_delete=models.PROTECT, null=True, related_name="recommendations"
    )
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    # What must be shown before it counts as done.
    proof = models.CharField(_("proof"), max_length=500, blank=True, default="")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="recommendation")
    # What it was written for: a case that was looked at, or the question of a figure (codes and days, as in an address).
    about = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        related_name="recommendations_about",
        verbose_name=_("about"),
    )
    figures = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="recommendation_has_one_source",
                condition=Q(meeting__isnull=True) | Q(supervision__isnull=True),
            ),
            models.CheckConstraint(name="recommendation_says_something", condition=Q(text__gt="")),
            models.UniqueConstraint(fields=["meeting", "position"], name="one_recommendation_of_meeting"),
            models.UniqueConstraint(
                fields=["supervision", "position"], name="one_recommendation_of_supervision"
            ),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.case_id}"


class Attendance(models.Model):
    """A member of a committee attended a meeting of a cell or branch in the committee's area (seed 000 III.1.1)."""

    committee = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    kind = models.CharField(_("kind"), max_length=6, choices=AttendedKind)
    day = models.DateField(_("day"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    # The cell or branch in words: most of them are no body of the system.
    attended = models.CharField(max_length=200)

    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # Entered by mistake: kept to be read, counted nowhere.
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    struck_reason = models.CharField(max_length=500, blank=True, default="")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.CheckConstraint(
                name="attendance_kind_is_known", condition=Q(kind__in=AttendedKind.values)
            ),
            models.CheckConstraint(
                name="attendance_struck_with_a_reason",
                condition=Q(struck_at=None, struck_by=None, struck_reason="")
                | Q(struck_at__isnull=False, struck_by__isnull=False, struck_reason__gt=""),
            ),
            models.UniqueConstraint(
                fields=["member", "committee", "day", "attended"],
                condition=Q(struck_at=None),
                name="one_attendance_per_day_and_meeting",
            ),
        ]
        indexes = [
            models.Index(fields=["committee", "day"], name="attendance_committee_day"),
            models.Index(fields=["-day", "-id"], name="attendance_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
