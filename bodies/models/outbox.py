"""The one outbox, and the messages to people that grow out of it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.models.body import Body
from bodies.querysets import AnnouncementQuerySet, DeliveryQuerySet, MessageQuerySet


class Announcement(models.Model):
    """Something that happened, written in the transaction in which it happened; a worker tells it to its listeners once.

    `facts` are codes and numbers, never personal data: every topic's listeners read the rest from the subject.
    """

    topic = models.CharField(max_length=60)
    # What it is about, in the topic's own terms: a case's reference, a dialogue's code.
    subject = models.CharField(max_length=80)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    # The local day on which it counts; may lie far back.
    day = models.DateField()
    facts = models.JSONField(default=dict)
    # When it was written here: how long it has waited is reckoned from it.
    at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    # After a failure: when to try again, how often it was tried, and why it failed (a class name, no data).
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    parked_at = models.DateTimeField(null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="announcement_waiting", condition=Q(announced_at=None, parked_at=None)
            ),
            models.Index(
                fields=["parked_at"], name="announcement_parked", condition=Q(parked_at__isnull=False)
            ),
            models.Index(fields=["topic", "subject"], name="announcement_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class Message(models.Model):
    """One thing one member of staff is told, once per (recipient, key). No personal data, no content of denunciations."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="received")
    key = models.CharField(max_length=160)
    topic = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    # What to open: a case's reference, a dialogue's code.
    subject = models.CharField(max_length=80, blank=True)
    is_urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="told_once")]
        indexes = [models.Index(fields=["recipient", "-created_at", "-id"], name="message_inbox")]

    def __str__(self) -> str:
        return self.title

    def mark_opened(self, at: datetime) -> None:
        """The first opening counts."""
        if Message.objects.filter(pk=self.pk, opened_at=None).update(opened_at=at):
            self.opened_at = at


class Delivery(models.Model):
    """One message on its way by one channel. In-app needs no delivery; the rest leaves from here, by a worker."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        ZALO = "zalo", _("Zalo")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DIGEST = "digest", _("For the morning digest")
        CARRIED = "carried", _("In the digest of another")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Given up")
        SKIPPED = "skipped", _("No longer needed")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=6, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # When it may leave. While it is being sent: until when the worker that sends it is believed to be alive.
    not_before = models.DateTimeField()
    # Raised when it is claimed, so it also tells the present sender from one that was given up and woke again.
    attempts = models.PositiveSmallIntegerField(default=0)
    # A class name and a number, never an address.
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    # The delivery that leaves as this person's digest and takes this one with it.
    carrier = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="carried")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivered_once_per_channel"),
            models.CheckConstraint(
                name="delivery_channel_is_known", condition=Q(channel__in=["email", "sms", "zalo"])
            ),
            models.CheckConstraint(
                name="delivery_state_is_known",
                condition=Q(state__in=["waiting", "digest", "carried", "sending", "sent", "dead", "skipped"]),
            ),
            models.CheckConstraint(
                name="delivery_carried_has_a_carrier",
                condition=~Q(state="carried") | Q(carrier__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_sent_at_iff_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="delivery_waiting",
                condition=Q(state__in=["waiting", "digest", "sending"]),
            ),
            models.Index(fields=["id"], name="delivery_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
