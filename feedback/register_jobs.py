"""Old books handed in over the API: read by a worker first, imported by one when somebody has seen what was read.

The book and its copy lie sealed, for they are full of names. Handing in, reading and importing are each harmless twice.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zipfile import BadZipFile

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import idempotency, jobs, sealing
from bodies.jobs import Progress
from bodies.later import Later
from bodies.models import Body, Job, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from bodies.sealing import Box, CannotOpen
from cases import files
from cases.steps import local_day
from feedback import register, register_copy, register_reading
from feedback.models import RegisterFile, RegisterLine
from feedback.permissions import imports_for

if TYPE_CHECKING:
    from openpyxl import Workbook

openpyxl = Later("openpyxl")

READ, IMPORT = "register.read", "register.import"
KEPT = timedelta(days=30)
# A book of some sixty thousand lines; a worker that opens more would want a gigabyte.
MOST_BYTES, MOST_UNPACKED = 8 * 1024 * 1024, 40 * 1024 * 1024
# So many faults and changed lines are told in the job; the copy of the book tells all faults.
_TOLD = 500


def hand_in(content: bytes, body: Body, *, by: User, key: UUID | None, at: datetime) -> RegisterFile:
    """Keep a book, and have it read. The same key and book give the same row.

    Raises BadInput("file") for what is no workbook, Refused for somebody who takes no books in for this body.
    """
    if body.pk not in imports_for(standing_of(by, local_day(at))):
        raise Refused(_("You do not work at this desk."), field="body")
    _check(content)
    print_ = idempotency.fingerprint(READ.encode(), body.code.encode(), hashlib.sha256(content).digest())

    def make() -> str:
        pk = uuid4()
        box = sealing.seal(content, token=pk, keys=settings.IDENTITY_KEYS)
        file = RegisterFile(id=pk, body=body, by=by, at=at, size=len(content))
        file.box, file.key_id = box.content, box.key_id
        file.save(force_insert=True)
        jobs.start(READ, {"file": str(pk)}, by=by, at=at, id=file.reading)
        return str(pk)

    pk, _made = idempotency.once(f"register:{by.pk}", key, print_, make, at=at)
    return RegisterFile.objects.get(pk=pk)


@transaction.atomic
def confirm(file: RegisterFile, *, by: User, at: datetime) -> Job:
    """Import what was read. Once confirmed, the same job again. Raises Refused before the book was read."""
    known = Job.objects.filter(pk=file.taking_in).first()
    if known is not None:
        return known
    read = Job.objects.filter(pk=file.reading).first()
    if read is None or read.state != Job.State.DONE:
        raise Refused(_("The book was not read yet, or cannot be read."))
    if not read.result or not read.result["imported"]:
        raise Refused(_("There is nothing new in this book."))
    return jobs.start(IMPORT, {"file": str(file.pk)}, by=by, at=at, id=file.taking_in)


def jobs_of(files: Iterable[RegisterFile]) -> dict[UUID, Job]:
    """The jobs of these books that are still known, by their ids, in one query."""
    ids = [job for file in files for job in (file.reading, file.taking_in)]
    return {job.pk: job for job in Job.objects.filter(pk__in=ids)}


def copy_of(file: RegisterFile) -> bytes | None:
    """The book with what is wrong beside each line; None where nothing was."""
    if file.copy_box is None:
        return None
    return _opened(file, Box(file.copy_key_id, bytes(file.copy_box)), file.copy_size or 0)


def prune(now: datetime) -> int:
    """Forget books that are older than they need to be; how many."""
    return RegisterFile.objects.filter(at__lt=now - KEPT).delete()[0]


# --- What the worker does -------------------------------------------------------------------------------------------


@jobs.worker(READ)
def read(job: Job, progress: Progress) -> dict[str, Any]:
    """Read and check the book, write nothing but the copy with its faults."""
    return _run(job, progress, dry_run=True)


@jobs.worker(IMPORT)
def take_in(job: Job, progress: Progress) -> dict[str, Any]:
    """Import the lines. Taken up again after a crash, it goes on from there."""
    return _run(job, progress, dry_run=False)


def _run(job: Job, progress: Progress, *, dry_run: bool) -> dict[str, Any]:
    file = RegisterFile.objects.select_related("body__area", "body__superior").filter(
        pk=job.arguments["file"]
    )
    row = file.first()
    if row is None:
        raise Refused(_("This book is not kept any more: hand it in again."))
    content = _opened(row, Box(row.key_id, bytes(row.box)), row.size)
    book = register_reading.read(_workbook(content), today=timezone.localdate(job.created_at))
    total = len(book.lines)
    progress(0, total)
    # All of one import bear one instant, so that a run that was taken up again knows what the first one wrote.
    outcome = register.write(
        book, row.body, at=job.created_at, dry_run=dry_run, tick=_counted(progress, total)
    )
    _keep_copy(row, content, outcome.faults)
    return _told(outcome, book.mapping, row.body, job, dry_run=dry_run)


def _counted(progress: Progress, total: int) -> Callable[[int], None]:
    done = 0

    def tick(lines: int) -> None:
        nonlocal done
        done += lines
        progress(done, total)

    return tick


def _told(
    outcome: register.Outcome, mapping: dict[str, dict[str, str]], body: Body, job: Job, *, dry_run: bool
) -> dict[str, Any]:
    before = 0
    if not dry_run:
        written = RegisterLine.objects.filter(body=body, petition__recorded_at=job.created_at).count()
        before = written - outcome.imported
    return {
        "imported": outcome.imported + before,
        "unchanged": outcome.unchanged - before,
        "rejected": len(outcome.faults),
        "faults": [vars(fault) for fault in outcome.faults[:_TOLD]],
        "changed": len(outcome.changed),
        "changes": outcome.changed[:_TOLD],
        "mapping": mapping,
    }


def _keep_copy(row: RegisterFile, content: bytes, faults: list[register_reading.Fault]) -> None:
    if not faults:
        return
    copy = register_copy.with_faults(_workbook(content, values=False), faults)
    box = sealing.seal(copy, token=row.pk, keys=settings.IDENTITY_KEYS)
    row.copy_box, row.copy_key_id, row.copy_size = box.content, box.key_id, len(copy)
    row.save(update_fields=["copy_box", "copy_key_id", "copy_size"])


def _opened(file: RegisterFile, box: Box, size: int) -> bytes:
    try:
        return sealing.unseal(box, token=file.pk, keys=settings.IDENTITY_KEYS)[:size]
    except CannotOpen:
        raise Refused(_("This book is not kept any more: hand it in again.")) from None


def _check(content: bytes) -> None:
    if not content:
        raise BadInput.of("file", _("The file is empty."))
    if len(content) > MOST_BYTES:
        raise BadInput.of(
            "file", _("A file may have %(most)s MB at most.") % {"most": MOST_BYTES // 1024 // 1024}
        )
    files.checked_office(content, most_unpacked=MOST_UNPACKED)


def _workbook(content: bytes, *, values: bool = True) -> "Workbook":
    try:
        book: Workbook = openpyxl.load_workbook(BytesIO(content), data_only=values)
        return book
    except (
        OSError,
        BadZipFile,
        openpyxl.utils.exceptions.InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
    ):
        raise Refused(_("This is no readable .xlsx workbook.")) from None
