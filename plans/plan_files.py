"""Read a file of plans: what is promised, by whom, until when. The format: docs/writing-a-plan.md. Pure.

What the database holds (bodies, subjects) is given as a World. A file is refused with every fault and its line.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from bodies.kinds import BodyKind, Level
from bodies.text import tidy
from bodies.yaml_lines import Entry, Fault, FileRefused, Shape, Unreadable, load
from plans import deadlines, measure_shapes
from plans.words import MEMBERS, OTHER, SHARES, Comparator, Joint, Per, Source, Span, ValueType

FILE = Shape(needs={"plans": list}, may_have={"about": str})
PLAN = Shape(
    needs={"key": str, "issuer": str, "kind": str, "title_vi": str, "period": Entry},
    may_have={
        **dict.fromkeys(
            ["issuer_vi", "issuer_en", "title_en", "number", "date_note", "implements", "monitor"], str
        ),
        **dict.fromkeys(["monitor_words", "joint_dialogue_counts_for", "note"], str),
        **dict.fromkeys(["targets", "obligations", "milestones"], list),
        "date": date,
    },
)
YEARS = Shape(needs={"from": int}, may_have={"to": int})
# threshold, default_suggested, baseline and period are of several types: taken out before, and read by hand.
LINE = Shape(
    needs={
        "id": str,
        "text_vi": str,
        "scope": Entry,
        "comparator": str,
        "value_type": str,
        "measured_by": str,
    },
    may_have={
        **dict.fromkeys(
            ["section", "lines", "gloss_en", "unit", "period_note", "per", "evidence", "note"], str
        ),
        **dict.fromkeys(["to_words", "via_words", "via", "to_body"], str),
        **dict.fromkeys(["from", "to"], int),
        "measure": Entry,
        "deadline": Entry,
        "deadline_suggested": Entry,
        "reminder": bool,
    },
)
SCOPE = Shape(needs={"kinds": list, "levels": list})
MILESTONE = Shape(needs={"year": int, "text_vi": str}, may_have={"line": int})
LENGTHS = {
    "id": 30,
    "key": 60,
    "title_vi": 500,
    "unit": 100,
    "period_note": 200,
    "section": 200,
    "evidence": 300,
}
MOST = Decimal(10) ** 9


@dataclass(frozen=True)
class World:
    """What a file may name: codes of bodies and subjects."""

    bodies: frozenset[str]
    subjects: frozenset[str]


@dataclass(frozen=True)
class TargetLine:
    """One target or duty made definite: the columns of its row, and the bodies it names by code."""

    columns: dict[str, Any]
    bodies: dict[str, str | None]
    line: int


@dataclass(frozen=True)
class PlanLine:
    """One plan made definite, with its lines and milestones in order."""

    columns: dict[str, Any]
    bodies: dict[str, str | None]
    targets: list[TargetLine]
    milestones: list[dict[str, Any]]
    line: int


@dataclass
class _Reading:
    world: World
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, what: str) -> None:
        self.faults.append(Fault(line, what))

    def entries(self, items: object, shape: Shape, line: int) -> Iterator[Entry]:
        """The well-shaped entries of a list, without what they leave empty."""
        for item in cast(list[object], items):
            if isinstance(item, Entry):
                for name in [name for name, value in item.items() if value is None]:
                    del item[name]
            found = shape.faults(item, line)
            self.faults += found
            if not found:
                yield cast(Entry, item)

    def one_of(self, entry: Entry, key: str, known: Iterable[str], default: str = "") -> str:
        value = str(entry.get(key, default))
        known = list(known)
        if value not in known:
            what = _("%(key)s must be one of %(known)s")
            self.fault(entry.line_of(key), what % {"key": key, "known": ", ".join(known)})
        return value

    def body(self, entry: Entry, key: str) -> str | None:
        code = cast("str | None", entry.get(key))
        if code is not None and code not in self.world.bodies:
            what = _("there is no body %(code)s: load the bodies first")
            self.fault(entry.line_of(key), what % {"code": code})
        return code

    def lengths(self, entry: Entry) -> None:
        for key, value in entry.items():
            most = LENGTHS.get(key, 4000)
            if isinstance(value, str) and not 0 < len(value.strip()) <= most:
                what = _("%(key)s must have 1 to %(most)d letters") % {"key": key, "most": most}
                self.fault(entry.line_of(key), what)

    # --- Plans --------------------------------------------------------------------------------------------------------

    def plan(self, entry: Entry) -> PlanLine | None:
        found = YEARS.faults(entry["period"], entry.line_of("period"))
        if found:
            self.faults += found
            return None
        first_on, last_on = self._years(cast(Entry, entry["period"]), None)
        self.lengths(entry)
        targets = [
            line
            for name, is_duty in (("targets", False), ("obligations", True))
            for line in self.lines(entry, name, is_duty=is_duty, span=(first_on, last_on))
        ]
        self._once([(str(line.columns["code"]), line.line) for line in targets])
        return PlanLine(
            columns={
                "key": entry["key"],
                "issuer_words": entry.get("issuer_vi", ""),
                "kind": entry["kind"],
                "title": tidy(str(entry["title_vi"])),
                "title_en": entry.get("title_en", ""),
                "number": entry.get("number", ""),
                "dated_on": entry.get("date"),
                "first_on": first_on,
                "last_on": last_on,
                "implements": entry.get("implements", ""),
                "monitor_words": entry.get("monitor_words", ""),
                "joint_counts_for": self.one_of(
                    entry, "joint_dialogue_counts_for", Joint.values, Joint.EVERY_HEAD
                ),
                "note": " ".join(str(entry[key]) for key in ("date_note", "note") if key in entry),
            },
            bodies={"issuer": self.body(entry, "issuer"), "monitor": self.body(entry, "monitor")},
            targets=targets,
            milestones=list(self._milestones(entry, first_on, last_on)),
            line=entry.line,
        )

    def _years(self, entry: Entry, span: tuple[date, date | None] | None) -> tuple[date, date | None]:
        """First and last day of the years `from` and `to`, which lie within the span and in order."""
        first, last = cast("int | None", entry.get("from")), cast("int | None", entry.get("to"))
        for key, year in (("from", first), ("to", last)):
            if year is not None and not 1990 <= year <= 2100:
                self.fault(entry.line_of(key), _("%(key)s must be a year") % {"key": key})
                return date(1990, 1, 1), None
        if first and last and last < first:
            self.fault(entry.line_of("to"), _("the time would end before it begins"))
            return date(first, 1, 1), None
        begins = date(first, 1, 1) if first else cast(date, span and span[0])
        ends = date(last, 12, 31) if last else (span[1] if span else None)
        if span and (begins < span[0] or (span[1] and (begins > span[1] or (ends and ends > span[1])))):
            self.fault(entry.line_of("from"), _("this time lies outside the plan's own"))
        return begins, ends

    def _milestones(self, entry: Entry, first_on: date, last_on: date | None) -> Iterator[dict[str, Any]]:
        rows = self.entries(entry.get("milestones", []), MILESTONE, entry.line_of("milestones"))
        for position, row in enumerate(rows, start=1):
            year = cast(int, row["year"])
            if year < first_on.year or (last_on and year > last_on.year):
                self.fault(row.line_of("year"), _("this time lies outside the plan's own"))
            text = tidy(str(row["text_vi"]))
            yield {"position": position, "year": year, "text": text, "source_line": row.get("line")}

    def _once(self, codes: Iterable[tuple[str, int]]) -> None:
        first: dict[str, int] = {}
        for code, line in codes:
            if first.setdefault(code, line) != line:
                what = _("%(code)s is given twice, first on line %(line)d")
                self.fault(line, what % {"code": code, "line": first[code]})

    # --- Targets and duties -------------------------------------------------------------------------------------------

    def lines(
        self, plan: Entry, name: str, *, is_duty: bool, span: tuple[date, date | None]
    ) -> Iterator[TargetLine]:
        taken: dict[int, dict[str, Any]] = {}
        for item in cast(list[object], plan.get(name, [])):
            if isinstance(item, Entry):
                taken[id(item)] = self._take_numbers(item)
        items = list(self.entries(plan.get(name, []), LINE, plan.line_of(name)))
        for position, entry in enumerate(items, start=1):
            numbers = taken[id(entry)]
            self.lengths(entry)
            first_on, last_on = self._years(entry, span) if {"from", "to"} & set(entry) else (None, None)
            yield TargetLine(
                columns={
                    **numbers,
                    **self._words(entry),
                    **self._scope(entry),
                    "position": position,
                    "is_duty": is_duty,
                    "first_on": first_on,
                    "last_on": last_on,
                    "measure": self._measure(entry, numbers),
                    "deadline": self._deadline(entry),
                },
                bodies={"to": self.body(entry, "to_body"), "via": self.body(entry, "via")},
                line=entry.line,
            )

    def _take_numbers(self, entry: Entry) -> dict[str, Any]:
        """Take out of an entry what has several types: threshold, default, baseline, period."""
        threshold, most = entry.pop("threshold", None), None
        line = entry.line_of("threshold")
        if entry.get("comparator") == Comparator.RANGE:
            if not isinstance(threshold, list) or len(threshold) != 2:
                self.fault(line, _("a range needs two numbers, such as [1, 2]"))
                threshold = None
            else:
                threshold, most = threshold
        numbers = {
            "threshold": self._number(threshold, line, "threshold"),
            "threshold_most": self._number(most, line, "threshold"),
            "threshold_default": self._number(
                entry.pop("default_suggested", None), entry.line_of("default_suggested"), "default_suggested"
            ),
            "baseline": self._number(entry.pop("baseline", None), entry.line_of("baseline"), "baseline"),
        }
        low, high = numbers["threshold"], numbers["threshold_most"]
        if low is not None and high is not None and high < low:
            self.fault(line, _("the range is upside down: its first number is the smaller one"))
            numbers["threshold_most"] = None
        if low is not None and numbers["threshold_default"] is not None:
            self.fault(line, _("default_suggested is only for a target without a threshold"))
        periods = entry.pop("period", None)
        periods = periods if isinstance(periods, list) else [periods]
        if not periods or any(each not in Span.values for each in periods):
            what = _("period must be one or several of %(known)s") % {"known": ", ".join(Span.values)}
            self.fault(entry.line_of("period"), what)
        return {**numbers, "periods": [str(each) for each in periods]}

    def _number(self, value: object, line: int, key: str) -> Decimal | None:
        if value is None:
            return None
        if type(value) not in {int, float} or not 0 <= (number := Decimal(str(value))) < MOST:
            self.fault(line, _("%(key)s must be a number, zero or more") % {"key": key})
            return None
        return number

    def _words(self, entry: Entry) -> dict[str, Any]:
        return {
            "code": entry["id"],
            "text": tidy(str(entry["text_vi"])),
            "text_en": entry.get("gloss_en", ""),
            "section": entry.get("section", ""),
            "source_lines": entry.get("lines", ""),
            "unit": entry.get("unit", ""),
            "comparator": self.one_of(entry, "comparator", Comparator.values),
            "value_type": self.one_of(entry, "value_type", ValueType.values),
            "measured_by": self.one_of(entry, "measured_by", Source.values),
            "per": self.one_of(entry, "per", Per.values, Per.BODY),
            "period_note": entry.get("period_note", ""),
            "evidence": entry.get("evidence", ""),
            "note": entry.get("note", ""),
            "reminder": entry.get("reminder", False),
            "to_words": entry.get("to_words", ""),
            "via_words": entry.get("via_words", ""),
        }

    def _scope(self, entry: Entry) -> dict[str, Any]:
        scope, line = cast(Entry, entry["scope"]), entry.line_of("scope")
        self.faults += (found := SCOPE.faults(scope, line))
        if found:
            return {"kinds": [], "levels": []}
        known: dict[str, list[str]] = {
            "kinds": [*BodyKind.values, MEMBERS],
            "levels": [*Level.values, OTHER],
        }
        for key, words in known.items():
            given = cast(list[object], scope[key])
            unknown = [str(each) for each in given if each not in words]
            if unknown or not given:
                what = _("%(key)s must name some of %(known)s; not %(unknown)s")
                names = {"key": key, "known": ", ".join(words), "unknown": ", ".join(unknown) or "[]"}
                self.fault(scope.line_of(key), what % names)
        return {
            "kinds": list(cast(list[str], scope["kinds"])),
            "levels": list(cast(list[str], scope["levels"])),
        }

    def _measure(self, entry: Entry, numbers: dict[str, Any]) -> dict[str, Any] | None:
        is_manual = entry["measured_by"] == Source.MANUAL
        if is_manual and "measure" in entry:
            self.fault(entry.line_of("measure"), _("what is typed in by hand has no measure"))
        if not is_manual and "measure" not in entry:
            self.fault(entry.line_of("measured_by"), _("measure is missing: say how this is counted"))
        if is_manual or "measure" not in entry:
            return None
        found = measure_shapes.faults(
            entry["measure"],
            entry.line_of("measure"),
            comparator=str(entry["comparator"]),
            is_share=entry["value_type"] in SHARES - {ValueType.PERCENT_OF_BODIES},
            subjects=self.world.subjects,
        )
        self.faults += found
        return None if found else measure_shapes.plain(cast(Entry, entry["measure"]))

    def _deadline(self, entry: Entry) -> dict[str, Any] | None:
        found, faults = deadlines.read(entry)
        self.faults += faults
        return found


def read(text: str, *, source: str, world: World) -> list[PlanLine]:
    """The plans of a file. Raises FileRefused with every fault and its line."""
    try:
        content = load(text)
    except Unreadable as unreadable:
        raise FileRefused(source, [unreadable.fault]) from None
    faults = FILE.faults(content, 1)
    if faults:
        raise FileRefused(source, faults)
    file, reading = cast(Entry, content), _Reading(world)
    found = [reading.plan(entry) for entry in reading.entries(file["plans"], PLAN, file.line_of("plans"))]
    plans = [plan for plan in found if plan is not None]
    keys: Callable[[PlanLine], tuple[str, int]] = lambda plan: (str(plan.columns["key"]), plan.line)  # noqa: E731
    reading._once(map(keys, plans))
    for plan in plans:
        if not _is_key(str(plan.columns["key"])):
            reading.fault(plan.line, _("key must hold small letters, digits, hyphens and underscores only"))
    if reading.faults:
        raise FileRefused(source, reading.faults)
    return plans


def _is_key(key: str) -> bool:
    return key.isascii() and key == key.lower() and key.replace("_", "").replace("-", "").isalnum()
