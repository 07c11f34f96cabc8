"""The only door through which a case changes. Everything else asks `move`, `worked_out` or `opening.open_case`.

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
from cases.models import Case, Event
from cases.moves import MOVES, Move
from cases.opening import open_case
from cases.permissions import parts_of
from cases.steps import Actor, local_day
from cases.taking import begin, take
from cases.writing import Line, line_of, lock, write


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
    if step.opens is not None:
        step.write(opened=open_case(step.opens, by=by, recorded_at=recorded_at))
    return write(step)


def worked_out(
    case: Case,
    name: str,
    rows: Sequence[tuple[datetime, Mapping[str, Any]]],
    clocks: ClockSet,
    *,
    by: Actor,
    recorded_at: datetime,
) -> list[Line]:
    """The lines of history that moves of one kind by the system give a case: the step of `move`, worked out in memory.

    Each row is when it became true, and the fields. Nothing is written: a sweep works out thousands on what it has read,
    then takes those that are unchanged (writing.take_unchanged) and writes all their lines at once.
    """
    parts = parts_of(by, case, on=local_day(recorded_at))
    lines = []
    for at, facts in rows:
        step = begin(case, MOVES[name], by, parts, clocks, at=at, recorded_at=recorded_at, facts=facts)
        take(step)
        lines.append(line_of(step))
    return lines


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
