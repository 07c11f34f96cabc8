"""Read a tree file: places, the bodies in them, the acts that merge and dissolve them. The format: data/README.md.

A file is for people: templates are written once, a body stands `under` its superior. Reading makes it definite, or refuses
it with every fault and its line. Pure: what the database already holds is given as a World.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from bodies.kinds import LEVEL_ORDER, BodyKind, Level
from bodies.text import tidy
from bodies.tree_acts import ACT, read_acts
from bodies.world import (
    NAME_LENGTH,
    AreaLine,
    BodyLine,
    Tree,
    World,
    bare_name,
    body_code,
    is_code,
    level_of,
    name_in_sentence,
)
from bodies.yaml_lines import Entry, Fault, FileRefused, Shape, Unreadable, load

FILE = Shape(needs={}, may_have={"training": bool, "templates": Entry, "areas": list, "acts": list})
_DATED = {"valid_from": date, "valid_to": date}
AREA = Shape(
    needs={"code": str, "name": str, "level": str},
    may_have={
        **_DATED,
        "parent": str,
        "key_area": bool,
        "remote": bool,
        "use": str,
        "bodies": list,
        "areas": list,
    },
)
BODY = Shape(
    needs={"kind": str, "name": str}, may_have={**_DATED, "number": int, "superior": str, "under": list}
)

# Words in the place of a superior's code. No body can have them as its code: that has an area and a kind.
NOBODY, UP = "none", "up"


@dataclass
class _Reading:
    """One pass over a file. Faults are collected, so that a person mends a file once and not line by line."""

    source: str
    world: World
    is_training: bool
    templates: Mapping[str, object]
    faults: list[Fault] = field(default_factory=list)
    areas: list[AreaLine] = field(default_factory=list)
    bodies: list[BodyLine] = field(default_factory=list)

    def fault(self, line: int, what: str) -> None:
        self.faults.append(Fault(line, what))

    def refuse_if_faulty(self) -> None:
        if self.faults:
            raise FileRefused(self.source, self.faults)

    def entries(self, items: object, shape: Shape, line: int) -> Iterable[Entry]:
        """The well-shaped entries of a list; what is wrong with the others is noted."""
        for item in cast(list[object], items):
            found = shape.faults(item, line)
            self.faults += found
            if not found:
                yield cast(Entry, item)

    def read_areas(self, items: object, inside: AreaLine | None, line: int) -> None:
        for entry in self.entries(items, AREA, line):
            area = self._area(entry, inside)
            self.areas.append(area)
            self.read_bodies(entry.get("bodies", []), area, entry.line_of("bodies"))
            if "use" in entry:
                self._use(str(entry["use"]), area, entry.line_of("use"))
            self.read_areas(entry.get("areas", []), area, entry.line_of("areas"))

    def _area(self, entry: Entry, inside: AreaLine | None) -> AreaLine:
        if inside and "parent" in entry:
            self.fault(entry.line_of("parent"), _("parent is not known here: the area stands inside another"))
        code = str(entry["code"])
        present = self.world.areas.get(code)
        parent = inside.code if inside else entry.get("parent", present.parent if present else None)
        return AreaLine(
            code=code,
            name=tidy(str(entry["name"])),
            level=str(entry["level"]),
            parent=cast("str | None", parent),
            valid_from=cast("date | None", entry.get("valid_from")),
            valid_to=cast("date | None", entry.get("valid_to")),
            key_area=bool(entry.get("key_area")),
            remote=bool(entry.get("remote")),
            is_training=self.is_training,
            stated=frozenset(entry) & {"name", "valid_from", "valid_to", "key_area", "remote"}
            | ({"parent"} if inside or "parent" in entry else set()),
            line=entry.line,
        )

    def _use(self, template: str, area: AreaLine, line: int) -> None:
        items = self.templates.get(template)
        if not isinstance(items, list):
            self.fault(line, _("there is no template %(name)s") % {"name": template})
            return
        self.read_bodies(
            items, area, line, places={"{unit}": name_in_sentence(area.name), "{name}": bare_name(area.name)}
        )

    def read_bodies(
        self,
        items: object,
        area: AreaLine,
        line: int,
        *,
        under: str | None = None,
        places: Mapping[str, str] | None = None,
    ) -> None:
        """Take in a list of bodies of one area; `places` are the words that a template fills in."""
        for entry in self.entries(items, BODY, line):
            body = self._body(entry, area, under, places or {})
            self.bodies.append(body)
            self.read_bodies(
                entry.get("under", []), area, entry.line_of("under"), under=body.code, places=places
            )

    def _body(self, entry: Entry, area: AreaLine, under: str | None, places: Mapping[str, str]) -> BodyLine:
        if under and "superior" in entry:
            self.fault(entry.line_of("superior"), _("superior is not known here: the body stands under it"))
        if not under and "superior" not in entry:
            self.fault(entry.line, _("superior is missing: give a body's code, “up” or “none”"))
        name = tidy(str(entry["name"]))
        for place, words in places.items():
            name = name.replace(place, words)
        if "{" in name or "}" in name:
            self.fault(
                entry.line_of("name"),
                _("only a template may hold {unit} or {name}, and nothing else in braces"),
            )
        kind, number = str(entry["kind"]), cast("int | None", entry.get("number"))
        return BodyLine(
            code=body_code(area.code, kind, number),
            name=name,
            kind=kind,
            level=level_of(kind, area.level),
            area=area.code,
            number=number,
            superior=under or str(entry.get("superior")),
            # What does not say when it began and ended did so with its area
            valid_from=cast("date | None", entry.get("valid_from", area.valid_from)),
            valid_to=cast("date | None", entry.get("valid_to", area.valid_to)),
            is_training=area.is_training,
            stated=(frozenset(entry) | area.stated) & {"valid_from", "valid_to"} | {"name", "superior"},
            line=entry.line,
        )

    # --- What the lines mean ---------------------------------------------------------------------------------------

    def check_lines(self) -> None:
        for area in self.areas:
            if not is_code(area.code):
                self.fault(
                    area.line,
                    _("%(code)s is not a code: small letters, digits and hyphens") % {"code": area.code},
                )
            self._check_level(area)
            self._check_common(area, self.world.areas.get(area.code))
        for body in self.bodies:
            self._check_body(body)
        self._check_once(self.areas)
        self._check_once(self.bodies)

    def _check_level(self, area: AreaLine) -> None:
        present = self.world.areas.get(area.code)
        if area.level not in Level.values:
            self.fault(
                area.line,
                _("%(level)s is not a level: %(known)s")
                % {"level": area.level, "known": ", ".join(Level.values)},
            )
        elif present and present.level != area.level:
            self.fault(
                area.line,
                _("%(code)s is already known with the level %(level)s")
                % {"code": area.code, "level": present.level},
            )

    def _check_common(self, line: AreaLine | BodyLine, present: AreaLine | BodyLine | None) -> None:
        if not line.name.strip() or len(line.name) > NAME_LENGTH:
            self.fault(line.line, _("a name has 1 to %(most)d letters") % {"most": NAME_LENGTH})
        if line.valid_from and line.valid_to and line.valid_to < line.valid_from:
            self.fault(line.line, _("%(code)s would end before it begins") % {"code": line.code})
        if present and present.is_training != line.is_training:
            what = _("%(code)s is already known, but one of the two is training data and the other is real")
            self.fault(line.line, what % {"code": line.code})

    def _check_body(self, body: BodyLine) -> None:
        if body.kind not in BodyKind.values:
            self.fault(body.line, _("%(kind)s is not a kind of body") % {"kind": body.kind})
        elif body.kind == BodyKind.THON_TDP:
            self.fault(body.line, _("a village or residential group is an area, not a body"))
        elif not is_code(body.code):
            self.fault(
                body.line,
                _("%(code)s cannot be a code: it is too long or holds other signs") % {"code": body.code},
            )
        if body.number is not None and not 1 <= body.number <= 999:
            self.fault(body.line, _("number must lie between 1 and 999"))
        present = self.world.bodies.get(body.code)
        if present and (present.kind, present.area) != (body.kind, body.area):
            self.fault(body.line, _("%(code)s is already the code of another body") % {"code": body.code})
        self._check_common(body, present)

    def _check_once(self, lines: Iterable[AreaLine] | Iterable[BodyLine]) -> None:
        first: dict[str, AreaLine | BodyLine] = {}
        for line in lines:
            earlier = first.setdefault(line.code, line)
            if earlier is not line and isinstance(line, BodyLine):
                what = _(
                    "%(code)s is given twice, first on line %(line)d: several bodies of one kind need numbers"
                )
                self.fault(line.line, what % {"code": line.code, "line": earlier.line})
            elif earlier is not line:
                self.fault(
                    line.line,
                    _("%(code)s is given twice, first on line %(line)d")
                    % {"code": line.code, "line": earlier.line},
                )

    # --- How they hang together ------------------------------------------------------------------------------------

    def check_parents(self) -> None:
        """Every area lies in a wider one."""
        known = {**self.world.areas, **{area.code: area for area in self.areas}}
        for area in self.areas:
            if area.parent is None:
                continue
            if area.parent not in known:
                self.fault(area.line, _("there is no area %(code)s") % {"code": area.parent})
            elif LEVEL_ORDER.index(Level(known[area.parent].level)) >= LEVEL_ORDER.index(Level(area.level)):
                what = _("%(code)s must be of a narrower level than %(parent)s, in which it lies")
                self.fault(area.line, what % {"code": area.code, "parent": area.parent})

    def find_superiors(self) -> None:
        """Put a code in the place of every “up” and “none”, and see that nobody is their own superior in the end."""
        everything = self.world.plus(Tree(self.areas, self.bodies))
        self.bodies = [replace(body, superior=self._superior(body, everything)) for body in self.bodies]
        superiors = {code: body.superior for code, body in self.world.bodies.items()}
        superiors |= {body.code: body.superior for body in self.bodies}
        for body in self.bodies:
            if _is_in_circle(body.code, superiors):
                self.fault(
                    body.line, _("%(code)s would be its own superior, by way of others") % {"code": body.code}
                )

    def _superior(self, body: BodyLine, everything: World) -> str | None:
        if body.superior == NOBODY:
            return None
        if body.superior == UP:
            found = everything.superior_of(body.kind, body.number, body.area)
            if found is None:
                self.fault(
                    body.line, _("there is no superior for %(code)s in the areas above") % {"code": body.code}
                )
            return found
        if body.superior not in everything.bodies:
            self.fault(body.line, _("the superior %(code)s is missing") % {"code": body.superior})
            return None
        return body.superior


def _is_in_circle(code: str, superiors: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    step = superiors.get(code)
    while step is not None and step not in seen:
        if step == code:
            return True
        seen.add(step)
        step = superiors.get(step)
    return False


def read(text: str, *, source: str, world: World) -> Tree:
    """A tree file made definite, beside the areas and bodies there are. Raises FileRefused with every fault and its line."""
    try:
        content = load(text)
    except Unreadable as unreadable:
        raise FileRefused(source, [unreadable.fault]) from None
    faults = FILE.faults(content, 1)
    if faults:
        raise FileRefused(source, faults)
    file = cast(Entry, content)
    templates = cast(Mapping[str, object], file.get("templates", {}))
    reading = _Reading(source, world, bool(file.get("training")), templates)
    reading.read_areas(file.get("areas", []), None, file.line_of("areas"))
    acts = list(reading.entries(file.get("acts", []), ACT, file.line_of("acts")))
    reading.refuse_if_faulty()
    # Each step needs what the one before has found to be right
    for check in (reading.check_lines, reading.check_parents, reading.find_superiors):
        check()
        reading.refuse_if_faulty()
    tree = Tree(reading.areas, reading.bodies)
    found = read_acts(acts, world.plus(tree))
    if found.faults:
        raise FileRefused(source, found.faults)
    return replace(tree, acts=found.acts, endings=found.endings)
