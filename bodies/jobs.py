"""Long work for the worker: a row that a page or a call writes, taken up by one worker at a time, watched by its starter."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bodies.models import Job, User
from bodies.refusals import BadInput, Refused

log = structlog.get_logger(__name__)

# A worker that said nothing for so long is gone; another takes the job up again.
SILENT = timedelta(minutes=5)


@dataclass(frozen=True)
class Progress:
    """How a worker tells how far it has come; each word also keeps the job its own."""

    job: Job
    clock: Callable[[], datetime]

    def __call__(self, done: int, total: int | None = None) -> None:
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total, seen_at=self.clock())


Worker = Callable[[Job, Progress], Any]
_workers: dict[str, Worker] = {}


def worker(kind: str) -> Callable[[Worker], Worker]:
    """Register who does a kind of job. A worker may be run again after a crash: it must be harmless twice."""

    def register(does: Worker) -> Worker:
        _workers[kind] = does
        return does

    return register


def start(kind: str, arguments: dict[str, Any], *, by: User | None, at: datetime) -> Job:
    """Write the job down; a worker picks it up. Arguments are codes and ids, no personal data."""
    return Job.objects.create(id=uuid.uuid4(), kind=kind, arguments=arguments, by=by, created_at=at)


def run_waiting(now: datetime, *, clock: Callable[[], datetime]) -> int:
    """Run what waits, oldest first, one after the other; how many were run."""
    count = 0
    while job := _claim(now):
        _run(job, clock)
        count += 1
    return count


@transaction.atomic
def _claim(now: datetime) -> Job | None:
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, seen_at__lt=now - SILENT)
    job = Job.objects.filter(free).order_by("created_at").select_for_update(skip_locked=True).first()
    if job is not None:
        job.state, job.seen_at = Job.State.RUNNING, now
        job.save(update_fields=["state", "seen_at"])
    return job


def _run(job: Job, clock: Callable[[], datetime]) -> None:
    try:
        job.result = _workers[job.kind](job, Progress(job, clock))
        job.state = Job.State.DONE
    except (Refused, BadInput) as error:
        job.state, job.error = Job.State.FAILED, str(error)[:400]
    except Exception as error:
        # What went wrong inside may hold data: the starter is told that it did, the log which class it was.
        log.exception("job failed", job=job.kind, error=type(error).__name__)
        job.state, job.error = (
            Job.State.FAILED,
            _("Something went wrong; the administrator can see what in the log."),
        )
    job.finished_at = clock()
    job.save(update_fields=["state", "result", "error", "finished_at"])
