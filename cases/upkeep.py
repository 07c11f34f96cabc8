"""What must follow a change below, found by state: clocks reckoned with an older law, open cases at a closed body.

Lower rooms never reach up: a merger or a new holiday is noticed here, in batches that any worker may take.
"""

from datetime import date, datetime

from django.db import transaction

from bodies.models import Body
from cases import attention
from cases.clocks import ClockSet
from cases.law import Law, current_law
from cases.models import Case, Clock
from cases.stages import OPEN
from cases.steps import local_day
from cases.writing import by_the_clock

BATCH = 200


def reckon_anew(now: datetime) -> int:
    """Reckon clocks again that were reckoned with an older calendar or law; how many due days moved."""
    law, moved = current_law(), 0
    while True:
        count, changed = _reckon_batch(law, now)
        moved += changed
        if count < BATCH:
            return moved


@transaction.atomic
def _reckon_batch(law: Law, now: datetime) -> tuple[int, int]:
    stale = Clock.objects.reckoned_before(law.version).values("case").distinct()[:BATCH]
    ids = list(stale.values_list("case", flat=True))
    cases = list(
        Case.objects.select_related("area").filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    )
    moved = sum(_reckon(case, law, now) for case in cases)
    return len(cases), moved


def _reckon(case: Case, law: Law, now: datetime) -> int:
    clocks = ClockSet(case, law, list(case.clocks.select_for_update()))
    clocks.reckon_anew()
    clocks.settle_columns()
    case.next_attention_at = attention.next_at(case, clocks.clocks, after=now, calendar=law.calendar)
    changed = ["due_on", "deciding_due_on", "next_attention_at"]
    if clocks.told:
        by_the_clock(case, "reckon", now, {"clocks": clocks.told, "why": "calendar"})
        changed += ["events_count", "events_head"]
    case.save(update_fields=changed)
    clocks.save()
    return len(clocks.told)


def follow_mergers(now: datetime) -> int:
    """Give open cases of closed bodies to the successor; how many were moved. Their clocks run on."""
    today, moved = local_day(now), 0
    while count := _follow_batch(today, now):
        moved += count
    return moved


@transaction.atomic
def _follow_batch(today: date, now: datetime) -> int:
    closed = Body.objects.filter(valid_to__lt=today, successor__isnull=False)
    rows = Case.objects.filter(stage__in=sorted(OPEN), body__in=closed).select_related("body__successor")
    cases = list(rows.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for case in cases:
        before, after = case.body, _last_successor(case.body, today)
        case.body, case.handler = after, None
        by_the_clock(case, "succeed", now, {"from_body": before.code, "body": after.code})
        case.save(update_fields=["body", "handler", "events_count", "events_head"])
    return len(cases)


def _last_successor(body: Body, today: date) -> Body:
    while body.successor is not None and not body.is_open_on(today):
        body = body.successor
    return body
