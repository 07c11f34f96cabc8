"""Read how often each post must receive citizens: dated, with its basis in law and how sure that is. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from bodies.kinds import Level
from bodies.yaml_lines import Entry, Fault, FileRefused, Shape, Unreadable, load

FILE = Shape(needs={"minimums": list})
MINIMUM = Shape(
    needs={
        "title": str,
        "level": str,
        "amount": int,
        "per": str,
        "basis": str,
        "mark": str,
        "valid_from": date,
    },
    may_have={"valid_to": date},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumLine:
    """At least `amount` days per week or month for a post at a level, from and to local days (both inclusive)."""

    title: str
    level: str
    amount: int
    per: str
    basis: str
    mark: str
    valid_from: date
    valid_to: date | None
    line: int


def read_minimums(text: str, *, source: str) -> list[MinimumLine]:
    """The minimums of a file. Raises FileRefused with every fault and its line."""
    try:
        content = load(text)
    except Unreadable as unreadable:
        raise FileRefused(source, [unreadable.fault]) from None
    faults = FILE.faults(content, 1)
    if faults:
        raise FileRefused(source, faults)
    file = cast(Entry, content)
    entries = cast(list[object], file["minimums"])
    for entry in entries:
        faults += MINIMUM.faults(entry, file.line_of("minimums")) or _faults(cast(Entry, entry))
    if faults:
        raise FileRefused(source, faults)
    return [_line(cast(Entry, entry)) for entry in entries]


def _faults(entry: Entry) -> list[Fault]:
    faults = []
    if entry["level"] not in Level.values:
        what = _("%(level)s is not a level: %(known)s")
        known = {"level": entry["level"], "known": ", ".join(Level.values)}
        faults.append(Fault(entry.line_of("level"), what % known))
    if entry["per"] not in {"week", "month"}:
        faults.append(Fault(entry.line_of("per"), _("per must be week or month")))
    if not 1 <= cast(int, entry["amount"]) <= 31:
        faults.append(Fault(entry.line_of("amount"), _("amount must lie between 1 and 31 days")))
    for key, most in (("title", 40), ("basis", 200), ("mark", 200)):
        if not 0 < len(str(entry[key])) <= most:
            what = _("%(key)s must have 1 to %(most)d letters") % {"key": key, "most": most}
            faults.append(Fault(entry.line_of(key), what))
    end = cast("date | None", entry.get("valid_to"))
    if end and end < cast(date, entry["valid_from"]):
        what = _("%(code)s would end before it begins") % {"code": entry["title"]}
        faults.append(Fault(entry.line_of("valid_to"), what))
    return faults


def _line(entry: Entry) -> MinimumLine:
    return MinimumLine(
        title=str(entry["title"]),
        level=str(entry["level"]),
        amount=cast(int, entry["amount"]),
        per=str(entry["per"]),
        basis=str(entry["basis"]),
        mark=str(entry["mark"]),
        valid_from=cast(date, entry["valid_from"]),
        valid_to=cast("date | None", entry.get("valid_to")),
        line=entry.line,
    )
