"""The closed shape in which a plan's file says how a target is counted, read and told in words. No expression, no parser.

    passes_when: {all: [{counter: dialogues_held, where: {chaired_by: head}, op: ">=", value: threshold}, ...]}
    share:       {part: [{counter: cases_on_time}], whole: [{counter: cases_judged}, {counter: cases_late}]}

`all` or `any` of conditions for what is counted body by body or in total; a share for items, people and events. A `value` is a
number, or `threshold` (the target's own), `minimum` (how often the post must receive citizens, by the law of the day) or
`months` (whole months of the period so far). `over: plan` counts the issuer's whole tree. `beside` is shown, not judged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _

from bodies.yaml_lines import Entry, Fault, Shape
from plans.counters import COUNTERS
from plans.counting import Ask
from plans.words import Comparator

THRESHOLD, MINIMUM, MONTHS, MEMBERS = "threshold", "minimum", "months", "members"
# Words in the place of a number -> the counters that they may be held against (none named: every one).
WORDS: Mapping[str, frozenset[str]] = {
    THRESHOLD: frozenset(),
    MINIMUM: frozenset({"reception_days"}),
    MONTHS: frozenset({"briefing_months"}),
    MEMBERS: frozenset({"attending_members"}),
}
MEASURE = Shape(needs={}, may_have={"passes_when": Entry, "share": Entry, "over": str, "beside": list})
SHARE = Shape(needs={"part": list, "whole": list})
COUNTED = Shape(needs={"counter": str}, may_have={"where": Entry})
_OPS = [op for op in Comparator.values if op != Comparator.RANGE]


@dataclass(frozen=True)
class Condition:
    """One comparison of a count."""

    ask: Ask
    op: str
    value: int | str


@dataclass(frozen=True)
class Measure:
    """How a target is counted, made definite. Either conditions, or a share of part and whole."""

    conditions: tuple[Condition, ...] = ()
    is_any: bool = False
    part: tuple[Ask, ...] = ()
    whole: tuple[Ask, ...] = ()
    beside: tuple[Ask, ...] = ()
    over_plan: bool = False

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Everything that is counted for it, in the order in which its parts are shown."""
        return (*(each.ask for each in self.conditions), *self.part, *self.whole, *self.beside)

    @property
    def sources(self) -> frozenset[str]:
        """From what kinds of records it is counted."""
        return frozenset(COUNTERS[ask.counter].source.value for ask in self.asks)


def read(shape: Mapping[str, Any], *, joint: str) -> Measure:
    """A measure from its JSON, which was found right when the file was loaded."""
    when = shape.get("passes_when", {})
    share = shape.get("share", {})
    return Measure(
        conditions=tuple(
            Condition(_ask(row, joint), row["op"], row["value"])
            for row in when.get("all") or when.get("any") or []
        ),
        is_any="any" in when,
        part=tuple(_ask(row, joint) for row in share.get("part", [])),
        whole=tuple(_ask(row, joint) for row in share.get("whole", [])),
        beside=tuple(_ask(row, joint) for row in shape.get("beside", [])),
        over_plan=shape.get("over") == "plan",
    )


def _ask(row: Mapping[str, Any], joint: str) -> Ask:
    where = sorted((name, tuple(values)) for name, values in row.get("where", {}).items())
    return Ask(row["counter"], tuple(where), joint)


# --- Finding faults -------------------------------------------------------------------------------------------------


def faults(
    entry: object, line: int, *, comparator: str, is_share: bool, subjects: frozenset[str]
) -> list[Fault]:
    """What is wrong with a measure; `comparator` and whether its value is a share of items are the target's."""
    found = MEASURE.faults(entry, line)
    if found:
        return found
    measure = cast(Entry, entry)
    if ("passes_when" in measure) == ("share" in measure):
        return [Fault(line, _("a measure has either passes_when or share"))]
    if ("share" in measure) != is_share:
        what = _("shares of items, people and events are counted by share, all else by passes_when")
        return [Fault(line, what)]
    if "over" in measure and measure["over"] != "plan":
        found.append(Fault(measure.line_of("over"), _("over can only be plan")))
    found += list(_conditions(measure, comparator)) if "passes_when" in measure else list(_parts(measure))
    for asked in _all_asks(measure):
        found += _ask_faults(asked, subjects)
    return found


def _conditions(measure: Entry, comparator: str) -> Iterator[Fault]:
    when, line = cast(Entry, measure["passes_when"]), measure.line_of("passes_when")
    rows = when.get("all", when.get("any"))
    if len(when) != 1 or not isinstance(rows, list) or not rows:
        yield Fault(line, _("passes_when holds all or any, with a list of conditions"))
        return
    for row in rows:
        if not isinstance(row, Entry):
            yield Fault(line, _("a condition is a group of words: counter, where, op, value"))
        elif row.get("op") not in _OPS:
            yield Fault(row.line_of("op"), _("op must be one of %(known)s") % {"known": " ".join(_OPS)})
        elif fault := _value_fault(row, comparator):
            yield Fault(row.line_of("value"), fault)


def _value_fault(row: Entry, comparator: str) -> str:
    value = row.get("value")
    if type(value) is int and value >= 0:
        return ""
    if value not in WORDS:
        return _("value must be a whole number or one of %(known)s") % {"known": ", ".join(WORDS)}
    own = Comparator.AT_LEAST.value if comparator == Comparator.RANGE else comparator
    if value == THRESHOLD and row["op"] != own:
        return _("the target compares with %(own)s, so its threshold cannot be held with %(op)s") % {
            "own": own,
            "op": row["op"],
        }
    only = WORDS[str(value)]
    if only and row.get("counter") not in only:
        return _("%(word)s can only be held against %(counters)s") % {
            "word": value,
            "counters": ", ".join(sorted(only)),
        }
    return ""


def _parts(measure: Entry) -> Iterator[Fault]:
    share, line = measure["share"], measure.line_of("share")
    yield from SHARE.faults(share, line)
    for name in ("part", "whole"):
        if cast(Entry, share).get(name) == []:
            yield Fault(line, _("%(key)s must name at least one counter") % {"key": name})


def _all_asks(measure: Entry) -> Iterator[tuple[object, int]]:
    for holder in (measure.get("passes_when"), measure.get("share"), measure):
        if not isinstance(holder, Entry):
            continue
        for name in ("all", "any", "part", "whole", "beside"):
            rows = holder.get(name)
            if isinstance(rows, list):
                yield from ((row, holder.line_of(name)) for row in rows)


def _ask_faults(asked: tuple[object, int], subjects: frozenset[str]) -> list[Fault]:
    row, line = asked
    if not isinstance(row, Entry):
        return [Fault(line, _("this must name a counter"))]
    narrow = Entry(row.line)
    for key in ("counter", "where"):
        if key in row:
            narrow.put(key, row[key], row.line_of(key))
    found = COUNTED.faults(narrow, line)
    found += [
        Fault(row.line_of(key), _("%(key)s is not known here") % {"key": key})
        for key in row
        if key not in {"counter", "where", "op", "value"}
    ]
    if found:
        return found
    counter = COUNTERS.get(str(row["counter"]))
    if counter is None:
        what = _("there is no counter %(name)s; there are %(known)s")
        return [Fault(row.line_of("counter"), what % {"name": row["counter"], "known": ", ".join(COUNTERS)})]
    where = cast(Entry, row.get("where", Entry(row.line)))
    return [
        Fault(where.line_of(name), fault)
        for name, value in where.items()
        if (fault := _where_fault(counter.name, name, value, subjects))
    ]


def _where_fault(counter: str, name: str, value: object, subjects: frozenset[str]) -> str:
    fields = COUNTERS[counter].fields
    if name not in fields:
        known = ", ".join(fields) or _("nothing")
        return _("%(counter)s is not narrowed by %(name)s, but by %(known)s") % {
            "counter": counter,
            "name": name,
            "known": known,
        }
    allowed = fields[name]
    values = frozenset(subjects) if allowed is None else allowed
    wrong = [each for each in values_of(value) if each not in values]
    if wrong or not values_of(value):
        return _("%(name)s cannot be %(value)s; it can be %(known)s") % {
            "name": name,
            "value": ", ".join(wrong) or "[]",
            "known": ", ".join(sorted(values)),
        }
    return ""


def values_of(value: object) -> list[str]:
    """One value or several of a narrowing field, as texts."""
    values = value if isinstance(value, list) else [value]
    return ["true" if each is True else str(each) for each in values]


def plain(entry: Entry) -> dict[str, Any]:
    """A measure that was found right, as it is kept: JSON, every narrowing a list."""

    def ask(row: Entry) -> dict[str, Any]:
        where = {name: values_of(value) for name, value in cast(Entry, row.get("where", {})).items()}
        kept = {key: row[key] for key in ("counter", "op", "value") if key in row}
        return {**kept, **({"where": where} if where else {})}

    def asks(rows: object) -> list[dict[str, Any]]:
        return [ask(row) for row in cast(list[Entry], rows)]

    result: dict[str, Any] = {}
    for name in ("passes_when", "share"):
        if name in entry:
            result[name] = {key: asks(rows) for key, rows in cast(Entry, entry[name]).items()}
    if "beside" in entry:
        result["beside"] = asks(entry["beside"])
    if "over" in entry:
        result["over"] = entry["over"]
    return result
