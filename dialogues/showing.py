"""How much of those who asked a reader is shown: a mask and a handle for the host's branch, nothing to those who watch."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bodies import identities
from bodies.models import Role
from bodies.scopes import Standing
from cases.querysets import ABOVE
from dialogues.models import Dialogue, Question

_MASKED = ("name", "phone", "id_number", "address")


def learns_of_people(standing: Standing, dialogue: Dialogue) -> bool:
    """Whether the reader is more than a monitor of it. The same rule as in dialogues.guards, of one dialogue."""
    working = [place.body_id for place in standing.places if place.role != Role.MONITOR]
    if dialogue.host_id in working or any(row.body_id in working for row in dialogue.joint_hosts.all()):
        return True
    host = dialogue.host
    above = any(host.path.startswith(path) for path in standing.below(*ABOVE))
    return above or any(host.area.path.startswith(path) for path in standing.leads())


def askers_of(rows: Sequence[Question], standing: Standing, dialogue: Dialogue) -> dict[int, dict[str, Any]]:
    """Who asked these questions, masked, by id. Nothing is unsealed that is not shown."""
    people = [row.asker for row in rows if row.asker is not None]
    if not people or not learns_of_people(standing, dialogue):
        return {}
    masked = identities.masked(people)
    return {
        person.pk: {"person": person.token}
        | {name: value for name, value in asdict(masked[person.pk]).items() if name in _MASKED}
        for person in people
    }
