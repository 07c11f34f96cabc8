"""The history of a case as one stream that people read: every line in words, with its letter, its files and its clocks.

Nothing is worked out anew: what a line says was frozen at the act; only codes are given their names.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bodies.models import Body, User
from cases.codes import Channel, Duty, Flag, Instance, Kind, Result
from cases.models import CaseFile, Event, Subject
from cases.moves import MOVES
from cases.parts import ActorKind
from cases.stages import Stage
from cases.steps import local_day
from cases.wording import DID, FIELDS, LINES, rule_name

# What of the stream can be asked for, in the order in which it is offered.
STREAMS: dict[str, Promise] = {
    "acts": pgettext_lazy("timeline", "Acts"),
    "letters": pgettext_lazy("timeline", "Documents and letters"),
    "meetings": pgettext_lazy("timeline", "Meetings"),
    "notes": pgettext_lazy("timeline", "Notes and reminders"),
    "clocks": pgettext_lazy("timeline", "Time limits"),
}
_MEETINGS = frozenset({"record_dialogue"})
_NOTES = frozenset({"note", "urge", "direct"})
_LETTERS = frozenset(
    {
        "send_decision",
        "send_conclusion",
        "disclose",
        "notify_accepted",
        "answer",
        "supplement",
        "ask_supplement",
    }
)
_BY_THE_CLOCK = frozenset({"escalate", "reckon"})


@dataclass(frozen=True)
class Line:
    """One line of the stream. `at` is when it is true; `recorded_on` is a local day, given where it was written down later."""

    seq: int
    streams: frozenset[str]
    what: str
    who: str
    at: datetime
    recorded_on: date | None
    to_stage: str
    reason: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    clocks: tuple[str, ...] = ()
    files: tuple[CaseFile, ...] = ()
    look: str = "act"


@dataclass(frozen=True)
class Names:
    """Bodies by code, people by user name, subjects by code: what the history holds as codes."""

    known: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, what: str, code: Any) -> str:
        return self.known.get((what, str(code)), str(code))


def lines_of(
    events: Iterable[Event], files: Sequence[CaseFile], names: Names, *, in_full: bool
) -> list[Line]:
    """The stream, newest first. Not in full: what was done when, and no word of anybody's."""
    brought: dict[int, list[CaseFile]] = {}
    for file in files:
        if file.event_seq is not None:
            brought.setdefault(file.event_seq, []).append(file)
    lines = [_line(event, brought.get(event.seq, []), names, in_full=in_full) for event in events]
    return sorted(lines, key=lambda line: line.seq, reverse=True)


def of_stream(lines: Iterable[Line], name: str) -> list[Line]:
    """The lines of one stream; all for a name that none has."""
    return [line for line in lines if name not in STREAMS or name in line.streams]


def names_in(events: Iterable[Event], *, bodies: Iterable[str] = ()) -> Names:
    """Look up, in one query, whatever the history names by code, and these bodies."""
    wanted: dict[str, set[str]] = {"body": set(bodies), "user": set(), "subject": set()}
    for event in events:
        for name, value in event.details.items():
            kind = _CODES.get(name)
            if kind:
                wanted[kind] |= {
                    str(each) for each in (value if isinstance(value, list) else [value]) if each
                }
    found = [rows for rows in (_look_up(kind, codes) for kind, codes in wanted.items()) if rows is not None]
    if not found:
        return Names()
    rows = found[0].union(*found[1:], all=True) if found[1:] else found[0]
    return Names({(kind, code): name for kind, code, name in rows})


_CODES = {
    "body": "body", "from_body": "body", "received_by": "body", "bodies": "body", "co_bodies": "body",
    "person": "user", "standing_member": "user", "subject": "subject",
}  # fmt: skip


def _look_up(kind: str, codes: set[str]) -> QuerySet[Any, tuple[str, str, str]] | None:
    if not codes:
        return None
    what = Value(kind, output_field=CharField())
    if kind == "user":
        rows: Any = User.objects.filter(username__in=codes).values_list(what, F("username"), F("full_name"))
    elif kind == "body":
        rows = Body.objects.open_to_all().filter(code__in=codes).values_list(what, F("code"), F("name"))
    else:
        rows = Subject.objects.open_to_all().filter(code__in=codes).values_list(what, F("code"), F("name_vi"))
    return rows.order_by()  # type: ignore[no-any-return]


# --- one line -------------------------------------------------------------------------------------------------------


def _line(event: Event, files: list[CaseFile], names: Names, *, in_full: bool) -> Line:
    details = event.details if in_full else {}
    recorded = local_day(event.recorded_at)
    return Line(
        seq=event.seq,
        streams=_streams(event),
        what=what_of(event.move),
        who=_who(event) if in_full else "",
        at=event.at,
        recorded_on=recorded if recorded != local_day(event.at) else None,
        to_stage=str(Stage(event.to_stage).label) if event.to_stage != event.from_stage else "",
        reason=event.reason if in_full else "",
        facts=tuple(_facts(details, names)),
        clocks=tuple(_clock(told) for told in details.get("clocks", [])),
        files=tuple(files) if in_full else (),
        look=_look(event),
    )


def what_of(move: str) -> str:
    """A line's heading: the move, or what the system wrote."""
    if move in LINES:
        return str(LINES[move])
    return str(MOVES[move].label) if move in MOVES else move


def _streams(event: Event) -> frozenset[str]:
    found = set()
    if event.move in _MEETINGS or event.details.get("dialogue"):
        found.add("meetings")
    if event.move in _NOTES or event.details.get("note"):
        found.add("notes")
    if event.details.get("document") or event.move in _LETTERS:
        found.add("letters")
    if event.move in _BY_THE_CLOCK or event.details.get("clocks"):
        found.add("clocks")
    if event.move not in _NOTES | _BY_THE_CLOCK:
        found.add("acts")
    return frozenset(found)


def _look(event: Event) -> str:
    if event.move in _NOTES:
        return "note"
    return "clock" if event.move in _BY_THE_CLOCK else "act"


def _who(event: Event) -> str:
    if event.by is not None:
        return event.by.full_name
    return str(ActorKind(event.actor).label)


def _facts(details: dict[str, Any], names: Names) -> Iterable[tuple[str, str]]:
    for name, label in FIELDS.items():
        value = details.get(name)
        if value in (None, "", [], {}):
            continue
        if name == "fields":
            yield from _corrections(value, names)
        else:
            said = _said(name, value, names)
            if said:
                yield str(label), said


def _corrections(fields: dict[str, Any], names: Names) -> Iterable[tuple[str, str]]:
    """Old and new value; of people only which field, their values are sealed."""
    for name, change in fields.items():
        label = str(FIELDS.get(name, name))
        if "fields" in change:
            yield label, ", ".join(change["fields"])
        else:
            was, now = (_said(name, change[side], names) or "–" for side in ("was", "now"))
            yield label, _("%(was)s → %(now)s") % {"was": was, "now": now}


def _said(name: str, value: Any, names: Names) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_said(name, each, names) for each in value)
    if name in _CODES:
        return names.of(_CODES[name], value)
    say = _SAY.get(name)
    return say(value) if say else str(value)


def _of(choices: Any) -> Callable[[Any], str]:
    return lambda value: str(dict(choices.choices).get(value, value))


def _paper(value: dict[str, str]) -> str:
    parts = [
        _("No. %(number)s") % {"number": value["number"]},
        _written(value["date"]),
        value.get("signer", ""),
    ]
    return " · ".join(part for part in parts if part)


def _written(value: str) -> str:
    try:
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    except ValueError:
        return value


_WHOLE = {True: gettext_lazy("The whole"), False: gettext_lazy("A part")}
_YES = {True: gettext_lazy("Yes"), False: gettext_lazy("No")}
_SAY: dict[str, Callable[[Any], str]] = {
    "kind": _of(Kind),
    "instance": _of(Instance),
    "channel": _of(Channel),
    "flags": _of(Flag),
    "situation": _of(Flag),
    "result": _of(Result),
    "duty": _of(Duty),
    "clock": rule_name,
    "day": _written,
    "document": _paper,
    "percent": lambda value: f"{value} %",
    "whole": lambda value: str(_WHOLE[bool(value)]),
    "competent": lambda value: str(_YES[bool(value)]),
}


def _clock(told: dict[str, Any]) -> str:
    words = {"rule": rule_name(told["rule"]), "did": str(DID.get(told["did"], told["did"]))}
    if not told.get("due_on") or told["did"] not in {"started", "resumed", "extended", "moved", "reckoned"}:
        return _("%(rule)s: %(did)s") % words
    words["due"] = _written(told["due_on"])
    if told.get("was_due_on"):
        return _("%(rule)s: %(did)s, due on %(due)s (was %(was)s)") % (
            words | {"was": _written(told["was_due_on"])}
        )
    return _("%(rule)s: %(did)s, due on %(due)s") % words
