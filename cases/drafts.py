"""Drafts: what somebody typed into the form of a move is kept on the server until they send it or throw it away.

A draft is nobody's but its writer's and no part of the case: it is in no history, no search and no export.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bodies.models import User
from bodies.text import tidy
from cases.models import Case, Draft

KEPT = timedelta(days=30)
# Of one field; no form takes more.
_LENGTH = 50_000
_VALUES = 60

Typed = Mapping[str, Sequence[str]]


def keep(case: Case, user: User, move: str, typed: Typed, *, at: datetime) -> None:
    """Write down what stands in the form now, in the place of what stood there. An empty form leaves no draft."""
    clean = {
        name: [each for value in values[:_VALUES] if (each := tidy(value[:_LENGTH]))]
        for name, values in typed.items()
    }
    clean = {name: values for name, values in clean.items() if values}
    if not clean:
        return drop(case, user, move)
    row = Draft(case=case, user=user, move=move, typed=clean, kept_at=at)
    Draft.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["case", "user", "move"],
        update_fields=["typed", "kept_at"],
    )
    return None


def of(case: Case, user: User) -> dict[str, Draft]:
    """This person's drafts in this case, by move."""
    return {draft.move: draft for draft in Draft.objects.filter(case=case, user=user)}


def drop(case: Case, user: User, move: str) -> None:
    """The move was made, or its writer gave it up."""
    Draft.objects.filter(case=case, user=user, move=move).delete()


def prune(now: datetime) -> int:
    """Forget what nobody came back to; how many."""
    return Draft.objects.filter(kept_at__lt=now - KEPT).delete()[0]
