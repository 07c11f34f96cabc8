"""One move in many cases: tried out first, then made. Each case keeps its own event, and its own refusal.

Trying out makes every move and takes it back: what it says will happen is what would have happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bodies import idempotency
from bodies.models import Role
from bodies.refusals import BadInput, Refused
from bodies.scopes import Standing
from cases import workflow
from cases.models import Case
from cases.moves import MOVES, Move
from cases.parts import Part
from cases.steps import Actor

# What is made in many cases at once: none of these needs a text or a file of each case.
NAMES = ("route", "assign", "urge", "extend")
# As many as a page shows at most; while they are moved, their rows are locked.
MOST = 200
_PARTS = {
    Role.RECEPTIONIST: {Part.RECEPTIONIST},
    Role.HANDLER: {Part.HANDLER},
    Role.HEAD: {Part.HEAD, Part.SUPERIOR},
    Role.SUPERIOR_OFFICE: {Part.SUPERIOR},
    Role.MONITOR: {Part.MONITOR},
}


@dataclass(frozen=True)
class Outcome:
    """What one case said: nothing refused, or the sentence of its refusal."""

    case: Case
    refused: str = ""


@dataclass(frozen=True)
class Order:
    """The move that is asked of many cases, by whom, with which fields."""

    move: str
    by: Actor
    at: datetime
    reason: str
    facts: Mapping[str, Any]


def offered(standing: Standing) -> list[Move]:
    """The moves that somebody may make in some of their cases; which case allows it, each says itself."""
    parts: set[Part] = set()
    for place in standing.places:
        parts |= _PARTS.get(Role(place.role), set())
    return [MOVES[name] for name in NAMES if MOVES[name].by & parts]


@transaction.atomic
def try_out(cases: Iterable[Case], order: Order) -> list[Outcome]:
    """What each case would say to the move, by making it and taking it back."""
    return [_attempt(case, order, version=None, keep=False) for case in cases]


def carry_out(
    cases: Iterable[tuple[Case, int]], order: Order, *, key: UUID, fingerprint: bytes
) -> list[Outcome] | None:
    """Make the move in each case whose version is still the one that was seen. None: with this key it was made before.

    All in one transaction: the same key sent twice, also at once, moves the cases once.
    """
    outcomes: list[Outcome] = []

    def make() -> str:
        # In the order of their ids, as everybody locks.
        for case, version in sorted(cases, key=lambda each: each[0].pk):
            outcomes.append(_attempt(case, order, version=version, keep=True))
        return "cases moved"

    caller = f"bulk {order.by.user.pk if order.by.user else order.by.kind}"
    _subject, made = idempotency.once(caller, key, fingerprint, make, at=order.at)
    return outcomes if made else None


def _attempt(case: Case, order: Order, *, version: int | None, keep: bool) -> Outcome:
    try:
        with transaction.atomic():
            workflow.move(
                case,
                order.move,
                by=order.by,
                recorded_at=order.at,
                reason=order.reason,
                version=version,
                facts=order.facts,
            )
            if not keep:
                transaction.set_rollback(True)
    except Refused as refused:
        return Outcome(case, refused.sentence)
    except BadInput as wrong:
        return Outcome(
            case, " ".join(dict.fromkeys(line for lines in wrong.errors.values() for line in lines))
        )
    return Outcome(case)
