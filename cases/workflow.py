"""The only door through which a case changes. Everything else asks `move`, `move_many` or `opening.open_case`.

The order is always: lock the case (a bounded wait), look at the version, at the arrow table and at the person's part,
work the step out, write case, event, clocks and announcement. One transaction: nothing is ever half-done.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bodies.refusals import BadInput, Refused
from bodies.scopes import Standing
from cases.clocks import ClockSet
from cases.entries import other_case
from cases.law import current_law
from cases.models import Case, Clock, Event
from cases.moves import MOVES, Move
from cases.permissions import parts_of
from cases.steps import Actor, Step, local_day
from cases.taking import begin, take
from cases.writing import lock, write, write_many


@transaction.atomic
def move(
    case: Case,
    name: str,
    *,
    by: Actor,
    recorded_at: datetime,
    at: datetime | None = None,
    reason: str = "",
    version: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Move a case one step, and write down who moved it, when and why.

    `at` is when it is true (default: `recorded_at`, now); `version` is what the caller saw. Raises Refused (409) when
    the case, its version or the caller's part does not allow it, BadInput (400) when the fields are wrong.
    """
    if name not in MOVES:
        raise BadInput.of("move", _("Unknown move: %(move)s.") % {"move": name})
    facts = facts or {}
    other = other_case(case, name, facts)
    rows = lock({case.pk} | ({other.pk} if other else set()))
    case = rows[case.pk]
    _check_version(case, version)
    step = begin(
        case,
        MOVES[name],
        by,
        parts_of(by, case, on=local_day(recorded_at)),
        ClockSet(case, current_law(), list(case.clocks.select_for_update())),
        at=at or recorded_at,
        recorded_at=recorded_at,
        reason=reason,
        facts=facts,
    )
    step.other = rows[other.pk] if other else None
    take(step)
    return write(step)


def move_many(
    moves: Sequence[tuple[Case, datetime, Mapping[str, Any]]], name: str, *, by: Actor, recorded_at: datetime
) -> list[Event]:
    """One kind of move by the system in many cases that the caller has locked: the same step, written in a few statements.

    Each row is a case, when it became true, and the fields; a case may come several times, in the order of its history.
    """
    if not moves:
        return []
    law = current_law()
    clocks: dict[int, list[Clock]] = {case.pk: [] for case, _at, _facts in moves}
    for clock in Clock.objects.filter(case__in=list(clocks)):
        clocks[clock.case_id].append(clock)
    steps: list[Step] = []
    for case, at, facts in moves:
        parts = parts_of(by, case, on=local_day(recorded_at))
        clock_set = ClockSet(case, law, clocks[case.pk])
        step = begin(case, MOVES[name], by, parts, clock_set, at=at, recorded_at=recorded_at, facts=facts)
        take(step)
        steps.append(step)
    return write_many(steps)


def moves_open_to(standing: Standing, case: Case) -> list[Move]:
    """The moves this person could make now: what the API offers and a page shows as buttons."""
    parts = parts_of(Actor.staff(standing.user), case, on=standing.on, standing=standing)
    return [
        row for row in MOVES.values() if row.is_lawful(case.stage, case.kind) and row.may(parts, case.kind)
    ]


def _check_version(case: Case, version: int | None) -> None:
    if version is None or version == case.version:
        return
    last = case.events.select_related("by").order_by("-seq").first()
    who = last.by.full_name if last and last.by else _("the system")
    what = str(MOVES[last.move].label) if last and last.move in MOVES else ""
    raise Refused(
        _("The case was changed meanwhile (%(who)s: %(move)s). Look at it again.")
        % {"who": who, "move": what},
        field="version",
    )
