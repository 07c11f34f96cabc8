"""Acts in a tree file: an act on whole areas becomes acts on their bodies, each with the body that takes over from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from django.utils.translation import gettext as _

from bodies.text import tidy
from bodies.world import ANSWERS_TO, NAME_LENGTH, ActLine, AreaEnd, BodyLine, World
from bodies.yaml_lines import Entry, Fault, Shape

ACT = Shape(
    needs={"kind": str, "takes_effect_on": date, "document": str},
    may_have={"areas": list, "bodies": list, "into": str, "name": str},
)
MERGE, DISSOLVE, RENAME = "merge", "dissolve", "rename"
# The words each kind of act must have beside those of every act.
_WORDS = {
    (MERGE, frozenset({"areas", "into"})),
    (MERGE, frozenset({"bodies", "into"})),
    (DISSOLVE, frozenset({"areas", "into"})),
    (DISSOLVE, frozenset({"bodies", "into"})),
    (DISSOLVE, frozenset({"areas"})),
    (DISSOLVE, frozenset({"bodies"})),
    (RENAME, frozenset({"bodies", "name"})),
}


@dataclass
class Acts:
    """What was read, and what was wrong with it."""

    acts: list[ActLine] = field(default_factory=list)
    endings: list[AreaEnd] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_acts(entries: Iterable[Entry], world: World) -> Acts:
    """The acts of a file in its order, on bodies of this world."""
    read = Acts()
    for entry in entries:
        faults = _faults(entry, world)
        read.faults += faults
        if not faults:
            _read_act(entry, world, read)
    return read


def _faults(entry: Entry, world: World) -> list[Fault]:
    kind, words = str(entry["kind"]), frozenset(entry) & set(ACT.may_have)
    if kind not in {MERGE, DISSOLVE, RENAME}:
        return [Fault(entry.line_of("kind"), _("%(kind)s is not a kind of act") % {"kind": kind})]
    if (kind, words) not in _WORDS:
        return [
            Fault(
                entry.line,
                _(
                    "a merger needs areas or bodies, and into; a dissolution areas or bodies; a new name bodies and name"
                ),
            )
        ]
    if not 0 < len(str(entry["document"]).strip()) <= NAME_LENGTH:
        return [
            Fault(
                entry.line_of("document"),
                _("document must have 1 to %(most)d letters") % {"most": NAME_LENGTH},
            )
        ]
    return _faults_of_codes(entry, world)


def _faults_of_codes(entry: Entry, world: World) -> list[Fault]:
    which = "areas" if "areas" in entry else "bodies"
    known, codes = getattr(world, which), cast(list[str], entry[which])
    if not all(isinstance(code, str) for code in codes):
        return [Fault(entry.line_of(which), _("%(key)s must be a list of codes") % {"key": which})]
    unknown = _("%(code)s is not known here")
    faults = [Fault(entry.line_of(which), unknown % {"code": code}) for code in codes if code not in known]
    into = entry.get("into")
    if into is not None and into not in known:
        faults.append(Fault(entry.line_of("into"), unknown % {"code": into}))
    if into in codes or len(set(codes)) != len(codes) or not codes:
        faults.append(
            Fault(entry.line_of(which), _("each part of an act is named once, and not as its own successor"))
        )
    if entry["kind"] == RENAME and len(codes) > 1:
        faults.append(Fault(entry.line_of(which), _("one body at a time gets a new name")))
    return faults


def _read_act(entry: Entry, world: World, read: Acts) -> None:
    kind, day = str(entry["kind"]), cast(date, entry["takes_effect_on"])
    into = cast("str | None", entry.get("into"))
    if "bodies" in entry:
        _add(read, entry, cast(list[str], entry["bodies"]), into)
        return
    areas = cast(list[str], entry["areas"])
    by_successor: dict[str | None, list[str]] = defaultdict(list)
    for area in areas:
        for body in world.bodies_in.get(area, []):
            if body.valid_to is None or body.valid_to >= day - timedelta(days=1):
                by_successor[_successor(body, into, world)].append(body.code)
    if kind == MERGE and None in by_successor:
        what = _("no body of %(area)s takes over from: %(codes)s")
        read.faults.append(Fault(entry.line, what % {"area": into, "codes": ", ".join(by_successor[None])}))
        return
    # Subordinates first: so each body still has its own superior when it ends
    for successor, codes in sorted(
        by_successor.items(), key=lambda act: -min(_depth(code, world) for code in act[1])
    ):
        _add(read, entry, codes, successor)
    read.endings.append(
        AreaEnd(areas=tuple(areas), into=into if kind == MERGE else None, takes_effect_on=day)
    )


def _depth(code: str, world: World) -> int:
    superior = world.bodies[code].superior
    return 1 + _depth(superior, world) if superior and superior in world.bodies else 0


def _add(read: Acts, entry: Entry, codes: list[str], into: str | None) -> None:
    read.acts.append(
        ActLine(
            kind=str(entry["kind"]),
            bodies=tuple(codes),
            into=into,
            takes_effect_on=cast(date, entry["takes_effect_on"]),
            document=tidy(str(entry["document"])),
            name=tidy(str(entry.get("name", ""))),
            line=entry.line,
        )
    )


def _successor(body: BodyLine, into: str | None, world: World) -> str | None:
    """Who takes over in the area `into`: the body of the same kind, or the one its kind answers to, or its superior's successor."""
    if into is None:
        return None
    for kinds in ((body.kind,), ANSWERS_TO.get(body.kind, ())):
        found = world.match(into, kinds, body.number)
        if found:
            return found[0]
    superior = world.bodies.get(body.superior or "")
    return _successor(superior, into, world) if superior and superior.area == body.area else None
