"""Work that outlives a request: jobs for the worker, and the memory of what a key has already created."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.querysets import JobQuerySet


class Job(models.Model):
    """Long work started by a page or a call; a worker picks it up, the caller watches its progress."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    # How often a worker has taken it up; also tells the present worker from one that was given up and woke again.
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="jobs")
    created_at = models.DateTimeField()
    # Renewed while the work goes on; a job whose worker fell silent is taken up again.
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="job_state_is_known", condition=Q(state__in=["waiting", "running", "done", "failed"])
            ),
            models.CheckConstraint(
                name="job_finished_at_iff_over",
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | (~Q(state__in=["done", "failed"]) & Q(finished_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], name="job_waiting", condition=Q(state__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Submission(models.Model):
    """What an Idempotency-Key has already created: the same key and body give the first answer, another body is refused.

    The answer itself is not kept (it may hold a tracking code); it is made again from the subject.
    """

    caller = models.CharField(max_length=80)
    key = models.UUIDField()
    # A keyed hash of method, path and body.
    fingerprint = models.BinaryField()
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"


class TryCount(models.Model):
    """How often something limited was tried in one window of time (bodies.limits); old windows are pruned."""

    name = models.CharField(max_length=120)
    time_window = models.BigIntegerField()
    tries = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "time_window"], name="one_count_per_window")]
        indexes = [models.Index(fields=["ends_at"], name="trycount_ends")]

    def __str__(self) -> str:
        return f"{self.name} {self.tries}"


class TaskRun(models.Model):
    """When a task of the schedule last ran: a silent beat is seen on /readyz."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Of the last run; empty when it ended well.
    last_error = models.CharField(max_length=200, blank=True)
    # Of the last run that failed, however many ended well since: what went wrong at night is still seen in the morning.
    failed_at = models.DateTimeField(null=True)
    failed_with = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
