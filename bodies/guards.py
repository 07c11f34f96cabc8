"""Who may find and read which sealed identity: the rooms above know, and say so through a guard they register at start.

This room knows no cases. Where nobody has registered, or no guard allows it, it is refused.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bodies.models import Person
from bodies.scopes import Standing


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether one identity may be read, whether a second person must consent, and in which case it is read."""

    allowed: bool
    needs_approval: bool = True
    case_reference: str = ""


REFUSED = Verdict(allowed=False)


class Guard(Protocol):
    """What a room must answer about the people it knows. `standing` is a user on a local day."""

    def may_find(self, person_ids: Collection[int], standing: Standing) -> set[int]:
        """Which of these people this user may learn of. To be found by a name or number is to be confirmed:
        somebody known only from denunciations is found only by those who may see that case."""

    def may_reveal(self, person: Person, standing: Standing) -> Verdict:
        """Whether this user may read this identity, and for which case. REFUSED for people it does not know."""

    def may_approve(self, person: Person, case_reference: str, standing: Standing) -> bool:
        """Whether this user may consent to, or refuse, that somebody else reads this identity for this case."""


_guards: list[Guard] = []


def register_guard(guard: Guard) -> None:
    """Let a room speak for the people it knows. Called in its AppConfig.ready; twice is once."""
    if guard not in _guards:
        _guards.append(guard)


def findable(person_ids: Collection[int], standing: Standing) -> set[int]:
    """Those of these people whom any guard lets this user learn of."""
    left = set(person_ids)
    for guard in _guards:
        if not left:
            break
        left -= guard.may_find(left, standing)
    return set(person_ids) - left


def verdict_on(person: Person, standing: Standing) -> Verdict:
    """What all guards say together: any may allow, and one that wants a second person's consent gets it.

    So nobody reads through an ordinary case who denounced in another that they may see.
    """
    allowing = [verdict for guard in _guards if (verdict := guard.may_reveal(person, standing)).allowed]
    strict = [verdict for verdict in allowing if verdict.needs_approval]
    return next(iter(strict or allowing), REFUSED)


def may_approve(person: Person, case_reference: str, standing: Standing) -> bool:
    """Whether any guard lets this user decide about a reading of this identity for this case."""
    return any(guard.may_approve(person, case_reference, standing) for guard in _guards)
