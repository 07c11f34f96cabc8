"""The ladder of one case as it is shown: the levels reached so far, and the next one of each running clock, when."""

from typing import Any

from django.utils import timezone

from cases import ladders
from cases.law import Law
from cases.models import Case, Clock


def ladder_of(case: Case, law: Law) -> list[dict[str, Any]]:
    """Reached levels first, in their order; then what comes next if nothing is done."""
    reached = list(case.escalations.select_related("clock").filter(withdrawn_at=None).order_by("at", "level"))
    shown = [
        {
            "clock": e.clock.rule,
            "level": e.level,
            "due_on": e.due_on,
            "at": timezone.localtime(e.at),
            "bodies": e.bodies,
            "reached": True,
        }
        for e in reached
    ]
    if case.is_silent or case.is_ended:
        return shown
    for clock in case.clocks.all():
        highest = max(
            (e.level for e in reached if e.clock_id == clock.pk and e.due_on == clock.due_on), default=-99
        )
        coming = _next(case, clock, highest, law)
        if coming:
            shown.append(coming)
    return shown


def _next(case: Case, clock: Clock, highest: int, law: Law) -> dict[str, Any] | None:
    if clock.state != Clock.State.RUNNING or clock.due_on is None:
        return None
    ladder = ladders.ladder_for(case.kind, clock.due_on)
    left = [rung for rung in ladder.rungs if rung.level > max(highest, 0)] if ladder else []
    if not left:
        return None
    at = ladders.reached_at(left[0], clock.due_on, law.calendar)
    return {
        "clock": clock.rule,
        "level": left[0].level,
        "due_on": clock.due_on,
        "at": at,
        "bodies": [],
        "reached": False,
    }
