"""One step of one dialogue while it is being taken: who asks, when, with which fields, and what it will write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bodies.models import User
from bodies.refusals import BadInput, Refused
from cases.steps import Document, local_day, plain
from dialogues.models import Dialogue
from dialogues.moves import Move
from dialogues.stages import Stage


@dataclass
class Step:
    """What a move is about to do. Effects read the facts, change the dialogue and write details; nothing is saved yet."""

    dialogue: Dialogue
    move: Move
    by: User
    recorded_at: datetime
    facts: Mapping[str, Any]
    reason: str
    from_stage: Stage
    # The local day on which the act counts.
    day: date
    details: dict[str, Any] = field(default_factory=dict)
    # Beside what the dialogue is now, what whoever counts must know: codes and days.
    told: dict[str, Any] = field(default_factory=dict)

    def fact(self, name: str) -> Any:
        """A field that the move needs. Raises BadInput naming it when it is not there."""
        value = self.facts.get(name)
        if value is None or value == "" or value == []:
            raise BadInput.of(name, _("This is needed."))
        return value

    def get(self, name: str, default: Any = None) -> Any:
        value = self.facts.get(name)
        return default if value is None else value

    @property
    def today(self) -> date:
        return local_day(self.recorded_at)

    @property
    def document(self) -> Document | None:
        return self.facts.get("document")

    def write(self, **details: Any) -> None:
        """Words of the act for the history: codes, days and numbers."""
        self.details.update({name: plain(value) for name, value in details.items()})


def refuse_if(wrong: bool, sentence: str, *, field: str = "") -> None:  # noqa: FBT001 - reads as a sentence
    if wrong:
        raise Refused(sentence, field=field)
