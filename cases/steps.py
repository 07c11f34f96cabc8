"""One step of one case while it is being taken: who asks, when, with which fields, and what it will write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.models import User
from bodies.refusals import BadInput, Refused
from cases.clocks import ClockSet
from cases.models import Case
from cases.moves import Move
from cases.parts import ActorKind, Part
from cases.stages import Stage


@dataclass(frozen=True)
class Actor:
    """Who moves a case: a member of staff, the citizen with the tracking code, the clock, or the importer of a book."""

    kind: ActorKind
    user: User | None = None

    @classmethod
    def staff(cls, user: User) -> "Actor":
        return cls(ActorKind.USER, user)


CLOCK = Actor(ActorKind.CLOCK)
CITIZEN = Actor(ActorKind.CITIZEN)
IMPORTER = Actor(ActorKind.IMPORTER)


@dataclass(frozen=True)
class Document:
    """A paper that a move rests on: its number, local date and signer."""

    number: str
    date: date
    signer: str = ""

    def as_json(self) -> dict[str, str]:
        return {"number": self.number, "date": self.date.isoformat(), "signer": self.signer}

    def __str__(self) -> str:
        return f"{self.number}, {self.date:%d/%m/%Y}"


@dataclass
class Step:
    """What a move is about to do. Effects read the facts, change the case and write down details; nothing is saved yet."""

    case: Case
    move: Move
    actor: Actor
    parts: frozenset[Part]
    at: datetime
    recorded_at: datetime
    facts: Mapping[str, Any]
    clocks: ClockSet
    from_stage: Stage
    to_stage: Stage
    # The local day on which the act counts: of the decision, of the sending; else of `at`.
    day: date = date.min
    act: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    # Rows to write after the case: bodies to co-ordinate, files that the event brings.
    co_bodies: list[Any] | None = None
    files: list[Any] = field(default_factory=list)
    # The other case of a join or split, locked with this one.
    other: Case | None = None
    # The case that an appeal begins (cases.opening.NewCase): opened before this line is written, which names it.
    opens: Any = None

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
    def document(self) -> Document | None:
        return self.facts.get("document")

    def write(self, **details: Any) -> None:
        """Frozen words of the act, as codes and plain values."""
        self.details.update({name: plain(value) for name, value in details.items()})


def plain(value: Any) -> Any:
    """A fact as it stands in the history: codes, days and texts."""
    if isinstance(value, Document):
        return value.as_json()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, Case):
        return value.reference
    if isinstance(value, User):
        return value.username
    return getattr(value, "code", value)


def local_day(at: datetime) -> date:
    """The day of an instant in Asia/Ho_Chi_Minh: 23:59 counts for that day, 00:00 for the next."""
    return at.astimezone(timezone.get_default_timezone()).date()


def refuse_if(wrong: bool, sentence: str, *, field: str = "") -> None:  # noqa: FBT001 - reads as a sentence
    if wrong:
        raise Refused(sentence, field=field)
