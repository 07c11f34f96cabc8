"""Areas and bodies by code, as a file gives them or the database holds them: who lies in what, who answers to whom.

Pure: nothing here touches the database. Read from files by bodies.trees, taken in by bodies.loading.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bodies.kinds import BodyKind, Level

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE_LENGTH = 60
NAME_LENGTH = 200

# Kinds of the villages and residential groups, wherever their area is known only as the commune (seeds, kinds).
COMMUNITY_KINDS = frozenset(
    {
        BodyKind.CHI_BO,
        BodyKind.CHI_DOAN_CHI_HOI,
        BodyKind.BAN_CTMT,
        BodyKind.TO_DVCD,
        BodyKind.TO_LIEN_GIA,
        BodyKind.TO_TU_QUAN,
        BodyKind.TO_HOA_GIAI,
        BodyKind.TO_NHAN_DAN,
        BodyKind.DOANH_NGHIEP,
    }
)

# Which kinds a body answers to one step up, where that is not a body of its own kind (seeds, kinds, `superior`).
ANSWERS_TO: Mapping[str, tuple[BodyKind, ...]] = {
    BodyKind.HUYEN_UY: (BodyKind.TINH_UY,),
    BodyKind.DANG_UY_XA: (BodyKind.HUYEN_UY, BodyKind.TINH_UY),
    BodyKind.DANG_UY_TRUC_THUOC: (BodyKind.HUYEN_UY, BodyKind.TINH_UY),
    BodyKind.CHI_BO: (BodyKind.DANG_UY_XA,),
    BodyKind.CHI_DOAN_CHI_HOI: (BodyKind.DOAN_THE,),
    BodyKind.BAN_CTMT: (BodyKind.MTTQ,),
    BodyKind.TO_DVCD: (BodyKind.BCD_TO_DVCD,),
    BodyKind.TO_HOA_GIAI: (BodyKind.UBND,),
}

_TYPES = re.compile(
    r"(tỉnh|thành phố|thị xã|huyện|quận|thị trấn|đặc khu|xã|phường|thôn|xóm|bản|phố|khu dân cư|tổ dân phố) ",
    re.IGNORECASE,
)


def bare_name(name: str) -> str:
    """The name of a place without its type: "Xã Thi Sơn" is "Thi Sơn"."""
    return _TYPES.sub("", name, count=1) if _TYPES.match(name) else name


def name_in_sentence(name: str) -> str:
    """The name of a place as it stands inside another: "Xã Thi Sơn" is "xã Thi Sơn"."""
    return name[:1].lower() + name[1:] if _TYPES.match(name) else name


def body_code(area: str, kind: str, number: int | None) -> str:
    """The code of a body, from its area's (rulings.md 12); the number is there where an area has several of a kind."""
    word = "dang-uy" if kind == BodyKind.DANG_UY_XA else kind.replace("_", "-")
    return "-".join([area, word] + ([str(number)] if number else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaLine:
    """An area as a file gives it. `stated` names the fields on which the file has a say: the rest is left as it is."""

    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    key_area: bool = False
    remote: bool = False
    is_training: bool = False
    stated: frozenset[str] = frozenset()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLine:
    """A body as a file gives it, its superior by code."""

    code: str
    name: str
    kind: str
    level: str
    area: str
    number: int | None
    superior: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    is_training: bool = False
    stated: frozenset[str] = frozenset()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """A merger, dissolution or renaming of single bodies, on the first day of the new order (local day)."""

    kind: str
    bodies: tuple[str, ...]
    into: str | None
    takes_effect_on: date
    document: str
    name: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaEnd:
    """Areas that end with an act on the day before `takes_effect_on`; after a merger they lie inside the new one."""

    areas: tuple[str, ...]
    into: str | None
    takes_effect_on: date


@dataclass(frozen=True)
class World:
    """The areas and bodies there are, by code."""

    areas: Mapping[str, AreaLine] = field(default_factory=dict)
    bodies: Mapping[str, BodyLine] = field(default_factory=dict)

    @cached_property
    def bodies_in(self) -> Mapping[str, list[BodyLine]]:
        by_area = defaultdict(list)
        for body in self.bodies.values():
            by_area[body.area].append(body)
        return by_area

    def plus(self, tree: "Tree") -> "World":
        areas = {area.code: area for area in tree.areas}
        bodies = {body.code: body for body in tree.bodies}
        return World({**self.areas, **areas}, {**self.bodies, **bodies})

    def upward(self, area: str | None) -> Iterator[str]:
        """An area and the areas it lies in, from the inside out."""
        seen: set[str] = set()
        while area is not None and area in self.areas and area not in seen:
            yield area
            seen.add(area)
            area = self.areas[area].parent

    def superior_of(self, kind: str, number: int | None, area: str) -> str | None:
        """The nearest body that one of this kind and area answers to, by its own kind or ANSWERS_TO."""
        wanted = ANSWERS_TO.get(kind, (kind,))
        for place in self.upward(area):
            # A body's equals in its own area are not above it
            found = [] if place == area and kind in wanted else self.match(place, wanted, number)
            if found:
                return found[0]
        return None

    def match(self, area: str, kinds: tuple[str, ...], number: int | None) -> list[str]:
        """Codes of the bodies of these kinds in an area; where there are several, those of the same number."""
        bodies = [body for body in self.bodies_in.get(area, []) if body.kind in kinds]
        same = [body.code for body in bodies if body.number == number]
        return same or [body.code for body in bodies if body.number is None]


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole file, made definite: every area and body with its code, area, superior and number."""

    areas: list[AreaLine]
    bodies: list[BodyLine]
    acts: list[ActLine] = field(default_factory=list)
    endings: list[AreaEnd] = field(default_factory=list)


def is_code(text: str) -> bool:
    """Fit to stand in a URL and in a reference: small letters without marks, digits, single hyphens."""
    return len(text) <= CODE_LENGTH and CODE.fullmatch(text) is not None


def level_of(kind: str, area_level: str) -> str:
    return Level.COMMUNITY if kind in COMMUNITY_KINDS else area_level
