"""Long work for the worker: a row that a page or a call writes, taken up by one worker at a time, watched by its starter."""

import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bodies.models import Job, User
from bodies.refusals import BadInput, Refused
from bodies.stopwatch import Stopwatch

log = structlog.get_logger(__name__)

# A worker that said nothing for so long is gone; another takes the job up again.
SILENT = timedelta(minutes=5)
# A job that outlives its worker so often is what kills it.
TRIES = 5
# A run takes up nothing new after this, so that the schedule's next one does.
RUN_LASTS = timedelta(minutes=1)


class UnknownKind(LookupError):
    """Nobody registered to do this kind of job: a slip in the code that starts it."""


class TakenOver(Exception):
    """This worker fell silent, and the job is another's now: whoever gets this must stop."""


@dataclass(frozen=True)
class Progress:
    """How a worker tells how far it has come, once a minute at least and outside any transaction of its own.

    Each word keeps the job its own; raises TakenOver when it was too late.
    """

    job: Job
    watch: Stopwatch

    def __call__(self, done: int, total: int | None = None) -> None:
        if not _own(self.job, done=done, total=total, seen_at=self.watch.now()):
            raise TakenOver


Worker = Callable[[Job, Progress], Any]
_workers: dict[str, Worker] = {}


def worker(kind: str) -> Callable[[Worker], Worker]:
    """Register who does a kind of job. A worker may be run again after a crash: it must be harmless twice."""

    def register(does: Worker) -> Worker:
        _workers[kind] = does
        return does

    return register


def start(
    kind: str, arguments: dict[str, Any], *, by: User | None, at: datetime, id: uuid.UUID | None = None
) -> Job:
    """Write the job down; a worker picks it up. Arguments are codes and ids, no personal data. Raises UnknownKind.

    The same `id` twice is the same job.
    """
    if kind not in _workers:
        raise UnknownKind(kind)
    job, _made = Job.objects.get_or_create(
        id=id or uuid.uuid4(), defaults={"kind": kind, "arguments": arguments, "by": by, "created_at": at}
    )
    return job


def run_waiting(now: datetime) -> int:
    """Run what waits, oldest first, one after the other; how many were run."""
    watch = Stopwatch(now)
    count = 0
    while watch.passed() < RUN_LASTS and (job := _claim(watch.now())):
        _run(job, watch)
        count += 1
    return count


@transaction.atomic
def _claim(now: datetime) -> Job | None:
    # Long work never takes up all workers: what is late must climb meanwhile.
    if Job.objects.at_work(now - SILENT).count() >= settings.JOBS_AT_ONCE:
        return None
    waiting = Job.objects.to_take_up(now - SILENT).order_by("created_at", "id")
    job = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if job is not None:
        job.state, job.seen_at, job.attempts = Job.State.RUNNING, now, job.attempts + 1
        job.save(update_fields=["state", "seen_at", "attempts"])
    return job


def _run(job: Job, watch: Stopwatch) -> None:
    with translation.override(job.by.language if job.by else None):
        try:
            if job.attempts > TRIES:
                raise Refused(_("The work stopped again and again before its end and was given up."))
            result = _workers[job.kind](job, Progress(job, watch))
            _finish(job, watch, state=Job.State.DONE, result=result)
        except TakenOver:
            log.warning("job taken over", kind=job.kind, job=str(job.pk))
        except (OperationalError, InterfaceError):
            # The database went away under it: the job is taken up again when this worker has been silent for long enough
            raise
        except (Refused, BadInput) as error:
            _finish(job, watch, state=Job.State.FAILED, error=str(error)[:400])
        except Exception as error:
            _finish(job, watch, state=Job.State.FAILED, error=_sentence(job, error))


def _sentence(job: Job, error: Exception) -> str:
    """What went wrong inside may hold data: the starter is told that it did, the log which class it was and where."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error(
        "job failed",
        kind=job.kind,
        job=str(job.pk),
        error=type(error).__name__,
        where=f"{place.filename}:{place.lineno}",
    )
    return _("Something went wrong; the administrator can see what in the log.")


def _finish(job: Job, watch: Stopwatch, *, state: Job.State, result: Any = None, error: str = "") -> None:
    _own(job, state=state, result=result, error=error, finished_at=watch.now())


def _own(job: Job, **facts: Any) -> bool:
    """Write to the job if it is still this worker's."""
    rows = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    return bool(rows.update(**facts))


def prune(before: datetime) -> int:
    """Forget jobs that ended before an instant; how many."""
    return Job.objects.filter(finished_at__lt=before).delete()[0]
