"""How much of those who asked a reader is shown: a mask and a handle for the host's branch, nothing to those who watch."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bodies import identities
from bodies.models import Role
from bodies.scopes import Standing
from cases.models import Case
from cases.querysets import ABOVE, WORKS_ON_CASES
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


def asker_to(question: Question, case: Case, standing: Standing) -> dict[str, Any] | None:
    """Who asked, masked, for those who work on the case that the question became and for the host's branch."""
    if question.asker is None:
        return None
    works_on_it = case.body_id in standing.bodies(*WORKS_ON_CASES)
    if not works_on_it and not learns_of_people(standing, question.dialogue):
        return None
    return _masked([question])[question.asker.pk]


def askers_of(rows: Sequence[Question], standing: Standing, dialogue: Dialogue) -> dict[int, dict[str, Any]]:
    """Who asked these questions, masked, by id. Nothing is unsealed that is not shown."""
    if not rows or not learns_of_people(standing, dialogue):
        return {}
    return _masked(rows)


def _masked(rows: Sequence[Question]) -> dict[int, dict[str, Any]]:
    people = [row.asker for row in rows if row.asker is not None]
    masked = identities.masked(people)
    return {
        person.pk: {"person": person.token}
        | {name: value for name, value in asdict(masked[person.pk]).items() if name in _MASKED}
        for person in people
    }
