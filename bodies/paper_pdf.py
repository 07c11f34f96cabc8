"""An official paper as PDF: laid out by Typst with the fonts of this installation, nothing of the network or the machine.

The text goes in as data, never as Typst's own language; the layout may read no file but itself.
"""

import re
import unicodedata
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import orjson
import typst
from django.conf import settings

from bodies.papers import Paper

LAYOUT = Path(__file__).parent / "layouts" / "paper.typ"
# What the typeface has and what is set from left to right, letter by letter: Latin with every Vietnamese letter, Greek,
# Cyrillic, the signs of ordinary papers. What else somebody typed (an emoji, another script) is printed as an empty box;
# the Word draft keeps it. Scripts whose letters join can make the printer use all memory, or stop it.
_NOT_PRINTED = re.compile(
    "[^\n\t\u0020-\u007e\u00a0-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u052f\u1e00-\u1eff\u2010-\u2027"
    "\u2030-\u205e\u2070\u2071\u2074-\u208e\u20a0-\u20be\u2100-\u214f\u2153\u2154\u215b-\u215e\u2190-\u2195\u2202\u2206\u220f"
    "\u2211\u2212\u2215\u2219\u221a\u221e\u221f\u2248\u2260\u2261\u2264\u2265\u25a0\u25a1\u25aa-\u25ac\u25cf]"
)
_BOX = "\u25a1"
# A letter bears two marks in Vietnamese; a tower of them is a prank, and each costs more than the one before.
_TOWER = re.compile("([\u0300-\u036f]{2})[\u0300-\u036f]+")


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF/UA, the same bytes for the same paper."""
    inputs = {"paper": orjson.dumps(_printed(paper.as_json())).decode()}
    made = datetime.combine(paper.day, time(), tzinfo=UTC) if paper.day else datetime(2020, 1, 1, tzinfo=UTC)
    try:
        return _compiled(inputs, made, accessible=True)
    except typst.TypstError:
        # The typeface is not there and the one in its place lacks a letter: better a box than no paper.
        return _compiled(inputs, made, accessible=False)


def _compiled(inputs: dict[str, str], made: datetime, *, accessible: bool) -> bytes:
    return typst.compile(
        LAYOUT,
        root=LAYOUT.parent,
        font_paths=[Path(settings.PAPER_FONTS)],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards="ua-1" if accessible else None,
        timestamp=int(made.timestamp()),
    )


def _printed(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_PRINTED.sub(_BOX, _TOWER.sub(r"\1", unicodedata.normalize("NFC", value)))
    if isinstance(value, dict):
        return {key: _printed(each) for key, each in value.items()}
    return [_printed(each) for each in value] if isinstance(value, list) else value
