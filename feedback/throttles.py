"""How often strangers may come: counted in PostgreSQL, so it holds with the broker down (bodies.limits).

Of two limits the whole system's is asked last: who is over their own cannot use up everybody's.
"""

from django.utils import timezone

from bodies import limits
from bodies.throttles import Codes as Codes
from bodies.throttles import InTurn, Limit, PublicInAll
from bodies.throttles import LookByAddress as LookByAddress


class LodgeByAddress(Limit):
    name, most, per_seconds = "lodge", 10, 3600


class LodgeInAll(Limit):
    name, most, per_seconds, whole_system = "lodge", 1000, 3600, True


class Lodging(InTurn):
    """Ten petitions an hour from one address, a thousand in all; the desk is not counted."""

    limits = (LodgeByAddress, LodgeInAll)


def was_right() -> None:
    """The code was no guess: those who only follow their own petition do not use up the limit on guesses."""
    limits.give_back(f"{PublicInAll.name}:all", per_seconds=PublicInAll.per_seconds, now=timezone.now())
