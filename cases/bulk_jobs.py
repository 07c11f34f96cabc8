"""One move in more cases than a page can wait for: a worker tries it out, and makes it when somebody has seen the summary.

What was typed lies sealed in the job, for a reason may name people. Trying out and making are each harmless twice.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from bodies import jobs
from bodies.idempotency import fingerprint
from bodies.jobs import Progress
from bodies.models import Job, User
from bodies.refusals import Refused
from bodies.scopes import Standing, standing_of
from bodies.sealing import Box, seal, unseal
from cases import bulk
from cases.bulk_forms import FORMS
from cases.models import Case, Event
from cases.steps import Actor, local_day

TRY, MAKE = "cases.try_many", "cases.move_many"
# Whoever wants more says first which of them.
MOST = 2000
# So many cases are tried out in one transaction, whose locks go with it.
_AT_ONCE = 50
# So many references are named of those that one sentence refuses.
_NAMED = 20
# What boxes of orders are bound to: they belong to no person of the sealed table.
_ORDERS = UUID("6c6e0000-0000-4000-8000-6f7264657273")


def begin(
    cases: list[int], move: str, typed: Mapping[str, list[str]], *, by: User, at: datetime, key: UUID
) -> Job:
    """Have the move tried out in all these cases. The same key is the same job."""
    box = seal(json.dumps(dict(typed)).encode(), token=_ORDERS, keys=settings.IDENTITY_KEYS)
    order = f"{box.key_id}:{b64encode(box.content).decode()}"
    arguments = {"move": move, "order": order, "cases": [[pk, None] for pk in cases]}
    return jobs.start(TRY, arguments, by=by, at=at, id=uuid5(key, f"{by.pk}"))


def make(tried: Job, *, at: datetime) -> Job:
    """Have the move made in those cases that the summary named, as they stood then; asked twice, it is the same job.

    Raises Refused where nothing was tried out, or no case can.
    """
    if tried.kind != TRY or tried.state != Job.State.DONE or not tried.result["able"]:
        raise Refused(_("There is no case in which this can be done."))
    arguments = {**tried.arguments, "cases": tried.result["able"]}
    return jobs.start(MAKE, arguments, by=tried.by, at=at, id=uuid5(tried.pk, MAKE))


# --- What the worker does -------------------------------------------------------------------------------------------


@jobs.worker(TRY)
def try_many(job: Job, progress: Progress) -> dict[str, Any]:
    tally = _Tally()
    for cases, order in _portions(job, progress):
        for outcome in bulk.try_out([case for case, _version in cases], order):
            tally.add(outcome)
    return tally.told()


@jobs.worker(MAKE)
def move_many(job: Job, progress: Progress) -> dict[str, Any]:
    tally = _Tally()
    for cases, order in _portions(job, progress):
        for case, version in cases:
            key, print_ = uuid5(job.pk, case.reference), fingerprint(b"bulk", str(job.pk).encode())
            made = bulk.carry_out([(case, version)], order, key=key, fingerprint=print_)
            # None: a worker that did not live to tell it has been here.
            tally.add(made[0] if made else _made_before(case, job))
    return tally.told()


def _made_before(case: Case, job: Job) -> bulk.Outcome:
    written = Event.objects.filter(
        case=case, move=job.arguments["move"], by=job.by, recorded_at__gte=job.created_at
    )
    return bulk.Outcome(
        case, "" if written.exists() else _("This was refused before the worker was interrupted.")
    )


class _Tally:
    """Who can and who cannot, refusals by their sentence."""

    def __init__(self) -> None:
        self.able: list[list[int]] = []
        self.refused: dict[str, list[str]] = {}

    def add(self, outcome: bulk.Outcome) -> None:
        if outcome.refused:
            self.refused.setdefault(outcome.refused, []).append(outcome.case.reference)
        else:
            self.able.append([outcome.case.pk, outcome.case.version])

    def told(self) -> dict[str, Any]:
        refused = [[why, len(cases), cases[:_NAMED]] for why, cases in sorted(self.refused.items())]
        return {"able": self.able, "refused": refused}


def _portions(job: Job, progress: Progress) -> Iterator[tuple[list[tuple[Case, int]], bulk.Order]]:
    """The cases of the job, some at a time, each with the version that was seen, and the order as it was typed."""
    wanted = {pk: version for pk, version in job.arguments["cases"]}
    pks = sorted(wanted)
    order: bulk.Order | None = None
    for start in range(0, len(pks), _AT_ONCE):
        progress(start, len(pks))
        now = progress.watch.now()
        standing = standing_of(job.by, local_day(now))  # type: ignore[arg-type]
        order = order or _order_of(job, _rows(standing, pks), standing, now)
        cases = _rows(standing, pks[start : start + _AT_ONCE])
        yield [(case, wanted[case.pk] or case.version) for case in cases], order
    progress(len(pks), len(pks))


def _rows(standing: Standing, pks: list[int]) -> list[Case]:
    seen = Case.objects.visible_to(standing).filter(pk__in=pks)
    return list(seen.select_related("body__area").order_by("pk"))


def _order_of(job: Job, cases: list[Case], standing: Standing, now: datetime) -> bulk.Order:
    """Raises Refused where what was typed does not fit any more: somebody left, a body was closed."""
    key_id, _sign, content = job.arguments["order"].partition(":")
    typed = json.loads(unseal(Box(key_id, b64decode(content)), token=_ORDERS, keys=settings.IDENTITY_KEYS))
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    form = FORMS[job.arguments["move"]](data, cases=cases, standing=standing)
    if not form.is_valid():
        raise Refused(" ".join(sentence for listed in form.errors.values() for sentence in listed))
    actor = Actor.staff(job.by)  # type: ignore[arg-type]
    return bulk.Order(job.arguments["move"], actor, now, form.reason, form.facts())
