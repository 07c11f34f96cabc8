"""How often strangers may come: counted in PostgreSQL, so it holds with the broker down (bodies.limits)."""

from bodies.throttles import Codes as Codes
from bodies.throttles import InTurn, Limit
from bodies.throttles import LookByAddress as LookByAddress


class AskByAddress(Limit):
    name, most, per_seconds = "ask", 20, 3600


class AskInAll(Limit):
    name, most, per_seconds, whole_system = "ask", 2000, 3600, True


class Asking(InTurn):
    """Twenty questions an hour from one address, two thousand in all; the desk is not counted."""

    limits = (AskByAddress, AskInAll)
