"""How a person stands towards a dialogue. What each part may do is in dialogues.moves; who sees which, in the QuerySets."""

from bodies.models import Body, Role
from bodies.scopes import Standing
from dialogues.models import Dialogue
from dialogues.moves import Part


def parts_of(standing: Standing, dialogue: Dialogue) -> frozenset[Part]:
    """Every part this person plays on the day of their standing."""
    parts: set[Part] = set()
    host = _acting_for(dialogue.host, standing)
    if host in standing.bodies(Role.HEAD):
        parts.add(Part.HEAD)
    if host in standing.bodies(Role.HANDLER):
        parts.add(Part.DESK)
    if host in standing.bodies(Role.RECEPTIONIST) or _watches(standing, dialogue):
        parts.add(Part.COLLECTOR)
    return frozenset(parts)


def _acting_for(host: Body, standing: Standing) -> int:
    """The host itself; of one that was merged its successor, who signs and publishes what was held before."""
    is_gone = host.successor_id is not None and not host.is_open_on(standing.on)
    return host.successor_id if is_gone and host.successor_id is not None else host.pk


def hosts_for(standing: Standing) -> frozenset[int]:
    """The bodies in whose name this person may plan dialogues."""
    return standing.bodies(Role.HEAD, Role.HANDLER)


def _watches(standing: Standing, dialogue: Dialogue) -> bool:
    return any(dialogue.host.area.path.startswith(path) for path in standing.areas(Role.MONITOR))
