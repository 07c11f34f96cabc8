"""When two people work on one case: what was done since somebody opened a form, beside what they typed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.models import Event
from cases.timeline import Line

# Fields in which people write: what both wrote is shown side by side.
_WRITTEN = ("draft", "text", "instruction", "ground", "what", "right_address", "address", "part", "note")


@dataclass(frozen=True)
class Both:
    """One field, as the other wrote it and as this person did."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """Why it was refused, what the others did since, the texts of both, and what else this person typed."""

    sentence: str
    lines: tuple[Line, ...] = ()
    both: tuple[Both, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


def since(
    sentence: str,
    seen: int,
    events: Sequence[Event],
    lines: Iterable[Line],
    typed: Mapping[str, tuple[str, str]],
    *,
    in_full: bool,
) -> Conflict:
    """What happened after the line `seen` of the history; `typed` holds label and text by field."""
    new = [event for event in events if event.seq > seen]
    numbers = {event.seq for event in new}
    theirs = _theirs(new) if in_full else {}
    both = tuple(
        Both(label, theirs[name], mine)
        for name, (label, mine) in typed.items()
        if name in theirs and theirs[name] != mine
    )
    shown = tuple(line for line in lines if line.seq in numbers)
    beside = {each.label for each in both}
    rest = tuple((label, text) for label, text in typed.values() if label not in beside)
    return Conflict(sentence, shown, both, rest)


def _theirs(events: Iterable[Event]) -> dict[str, str]:
    """The latest text of each field that people write in; the reason stands beside the details."""
    found: dict[str, str] = {}
    for event in events:
        found |= {name: str(event.details[name]) for name in _WRITTEN if event.details.get(name)}
        if event.reason:
            found["reason"] = event.reason
    return found
