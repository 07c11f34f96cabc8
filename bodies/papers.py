"""An official paper as one record: who issues it, what it says, who signs, who gets it. Layouts are made from it. Pure.

State bodies write by Decree 30/2020/NĐ-CP, party bodies by Guidance 36-HD/VPTW; the record is the same, the skin differs.
Papers are in Vietnamese whatever language their reader has chosen: their words are the law's.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bodies.kinds import FAMILY, BodyKind, Family

# What neither XML nor a printed page can hold; whoever typed it meant nothing by it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
# Abbreviations with which names of bodies begin, as they are written out at the head of a paper.
_WRITTEN_OUT = (
    ("UBND", "Ủy ban nhân dân"),
    ("HĐND", "Hội đồng nhân dân"),
    ("Ủy ban MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam"),
    ("MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam"),
)
# Decree 30/2020, appendix I: these name no superior at the head of their papers.
_WITHOUT_SUPERIOR = frozenset({BodyKind.UBND, BodyKind.HDND, BodyKind.TINH_UY})


class Skin(StrEnum):
    STATE = "state"
    PARTY = "party"


@dataclass(frozen=True, kw_only=True)
class Head:
    """The top left corner: who issues, above it whom that body belongs to, and how its papers look."""

    skin: Skin
    superior: str
    issuer: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of the text: `heading`, `paragraph` or `item`."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Signature:
    """For whom (TM. ỦY BAN NHÂN DÂN), as what (CHỦ TỊCH), who. An empty name is left to be signed."""

    authority: str
    title: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Everything that stands on a paper. Text is text: nothing in it is read as a command of any layout."""

    head: Head
    # As it is written: "Số: 05/TB-UBND"; a blank where it has not been given yet.
    number: str
    place: str
    # The day of the paper; none: left to be filled in by hand.
    day: date | None
    title: str
    about: str
    blocks: tuple[Block, ...]
    # One: at the right. Two: left and right.
    signatures: tuple[Signature, ...]
    recipients: tuple[str, ...]
    is_draft: bool = False

    def as_json(self) -> dict[str, Any]:
        """What a layout is given: texts, printable, with the place and day as they are written."""
        facts = asdict(self)
        facts["place_and_day"] = place_and_day(self.place, self.day)
        del facts["day"]
        printable: dict[str, Any] = _printable(facts)
        return printable


def head_of(kind: str, name: str, superior_name: str) -> Head:
    """How the papers of a body begin, by its kind and the names it and its superior have on the day of the paper."""
    body_kind = BodyKind(kind)
    family = FAMILY[body_kind]
    party = family in {Family.PARTY, Family.PARTY_BOARD}
    superior = "" if body_kind in _WITHOUT_SUPERIOR else superior_name
    return Head(
        skin=Skin.PARTY if party else Skin.STATE,
        superior=_in_lines(superior).upper(),
        issuer=_in_lines(name).upper(),
    )


def written_out(name: str) -> str:
    """The name of a body without abbreviations: what it is, and of where."""
    return _in_lines(name).replace("\n", " ")


def _in_lines(name: str) -> str:
    """As at the head of a paper: what the body is on one line, of where on the next."""
    for short, long in _WRITTEN_OUT:
        if name == short or name.startswith(f"{short} "):
            return f"{long}\n{name[len(short) :].strip()}".strip()
    return name


def place_and_day(place: str, day: date | None) -> str:
    """As Decree 30/2020 writes it: days 1 to 9 and months 1 and 2 with a zero before them."""
    where = f"{place}, " if place else ""
    if day is None:
        return f"{where}ngày      tháng      năm      "
    return f"{where}ngày {day.day:02d} tháng {month(day.month)} năm {day.year}"


def month(number: int) -> str:
    return f"{number:02d}" if number < 3 else str(number)


def printable(text: str) -> str:
    """The text without what cannot be printed; line ends stay."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def paragraphs(text: str, *, kind: str = "paragraph") -> tuple[Block, ...]:
    """A text that somebody typed, one block for each of its lines."""
    return tuple(Block(kind=kind, text=line.strip()) for line in text.splitlines() if line.strip())


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
