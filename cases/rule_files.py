"""Time limits as a table of text (CSV): each row read into a Rule, each fault named by its line and column. Pure."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bodies.text import tidy
from bodies.yaml_lines import Fault, FileRefused
from cases.codes import SITUATIONS, Instance, Kind
from cases.time_limits import Rule, Unit

MOST_DAYS = 3650
MOST_TIMES = 20
MARKS = ("SEEN", "RECALLED", "CONFLICT", "HOUSE")


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, and the line of the file on which it begins (counted from 1)."""

    number: int
    rule: Rule


def read_rules(text: str, *, source: str) -> list[Line]:
    """Every row of the table. Raises FileRefused with all that is wrong."""
    faults: list[Fault] = []
    lines: list[Line] = []
    rows = _rows(text, source)
    _first, header = next(rows, (1, []))
    _check_header(header, source)
    for number, fields in rows:
        line = _read_line(number, dict(zip(header, fields, strict=False)), len(fields) - len(header), faults)
        if line:
            lines.append(line)
    if faults:
        raise FileRefused(source, faults)
    if not lines:
        raise FileRefused(source, [Fault(1, _("there is no time limit in this file"))])
    return lines


def _rows(text: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    first = 1
    try:
        for fields in reader:
            if any(map(tidy, fields)):
                yield first, fields
            first = reader.line_num + 1
    except csv.Error as wrong:
        what = _("not readable as CSV: %(problem)s") % {"problem": wrong}
        raise FileRefused(source, [Fault(first, what)]) from None


def _check_header(header: list[str], source: str) -> None:
    wrong = [_("%(column)s is not known here") % {"column": name} for name in header if name not in _COLUMNS]
    wrong += [_("%(column)s is missing") % {"column": name} for name in _COLUMNS if name not in header]
    wrong += [
        _("%(column)s is given twice") % {"column": name} for name in set(header) if header.count(name) > 1
    ]
    if wrong:
        raise FileRefused(source, [Fault(1, what) for what in wrong])


def _read_line(number: int, fields: dict[str, str], surplus: int, faults: list[Fault]) -> Line | None:
    if surplus:
        faults.append(Fault(number, _("the row has not as many fields as the first line")))
        return None
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for column, read in _COLUMNS.items():
        try:
            values[column] = read(tidy(fields[column]))
        except _Wrong as reason:
            wrong.append((column, str(reason)))
    if not wrong:
        rule = Rule(**values)
        wrong = list(_contradictions(rule))
        if not wrong:
            return Line(number, rule)
    faults.extend(fault(number, column, what) for column, what in wrong)
    return None


def fault(number: int, column: str, what: str) -> Fault:
    return Fault(number, f"{column}: {what}")


def _contradictions(rule: Rule) -> Iterator[tuple[str, str]]:
    """What cannot be said of one limit at the same time."""
    if rule.valid_to and rule.valid_to < rule.valid_from:
        yield "valid_to", _("ends before it begins")
    if bool(rule.extendable_times) != bool(rule.extension_amount):
        yield "extension_amount", _("has a number of days exactly where the limit can be extended")
    if rule.pause_from and not rule.pause_basis:
        yield "pause_from", _("has a day only where there is a pause_basis")
    if rule.unit == Unit.CALENDAR_DAY_BEFORE and rule.extendable_times:
        yield "extendable_times", _("a limit counted back from an event takes no extensions")
    if rule.unit == Unit.CALENDAR_DAY_BEFORE and rule.pause_basis:
        yield "pause_basis", _("a limit counted back from an event takes no pauses")


# --- One reader for each column: the text in, the value out, or _Wrong --------------------------------------------


class _Wrong(Exception):
    """A field that cannot be read; the message says what it should be."""


def _words(longest: int, *, needed: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        if needed and not text:
            raise _Wrong(_("cannot be empty"))
        if len(text) > longest:
            raise _Wrong(_("can be %(count)s characters long at most") % {"count": longest})
        return text

    return read


def _code(pattern: str, longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text) or len(text) > longest:
            raise _Wrong(_("must be a word of small letters, such as accept or complaint.first.accept"))
        return text

    return read


def _one_of(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            words = {"known": ", ".join(filter(None, known)), "text": text}
            raise _Wrong(_("must be one of %(known)s, not “%(text)s”") % words)
        return text

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,5}", text) or not least <= int(text) <= most:
            raise _Wrong(
                _("must be a whole number from %(least)s to %(most)s") % {"least": least, "most": most}
            )
        return int(text)

    return read


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise _Wrong(_("must be a day such as 2025-07-01")) from None


def _or_nothing(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text else None


def _unit(text: str) -> Unit:
    return Unit(_one_of(*Unit)(text))


def _mark(text: str) -> str:
    if not text.startswith(MARKS):
        raise _Wrong(_("must begin with one of %(known)s") % {"known": ", ".join(MARKS)})
    return _words(200)(text)


def read_situation(text: str) -> frozenset[str]:
    """The flags of `complex+remote`, in any order; `normal` and nothing mean no flag."""
    return frozenset(flag.strip() for flag in text.split("+")) - {"", "normal"}


def written_situation(situation: frozenset[str]) -> str:
    """The situation as a reader may give it again."""
    return "+".join(sorted(situation, reverse=True)) or "normal"


def _situation(text: str) -> frozenset[str]:
    flags = read_situation(text)
    for flag in flags:
        _one_of("normal", *sorted(SITUATIONS))(flag)
    return flags


_COLUMNS: dict[str, Callable[[str], Any]] = {
    "code": _code(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+", 60),
    "kind": _one_of("any", *Kind),
    "instance": _one_of("", *Instance),
    "stage": _code(r"[a-z]+(_[a-z]+)*", 24),
    "situation": _situation,
    "applies_when": _words(200),
    "amount": _number(1, MOST_DAYS),
    "unit": _unit,
    "counted_from": _words(80, needed=True),
    "met_by": _words(80, needed=True),
    "extendable_times": _number(0, MOST_TIMES),
    "extension_amount": _or_nothing(_number(1, MOST_DAYS)),
    "pause_basis": _words(200),
    "pause_from": _or_nothing(_day),
    "basis": _words(300, needed=True),
    "mark": _mark,
    "valid_from": _day,
    "valid_to": _or_nothing(_day),
}
