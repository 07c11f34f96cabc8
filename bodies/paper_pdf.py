"""An official paper as PDF: laid out by Typst with the fonts of this installation, nothing of the network or the machine.

The text goes in as data, never as Typst's own language; the layout may read no file but itself.
"""

from datetime import UTC, datetime, time
from pathlib import Path

import orjson
import typst
from django.conf import settings

from bodies.papers import Paper

LAYOUT = Path(__file__).parent / "layouts" / "paper.typ"


def pdf_of(paper: Paper) -> bytes:
    """The paper as PDF/UA, the same bytes for the same paper. Raises typst.TypstError where the layout itself is broken."""
    made = datetime.combine(paper.day, time(), tzinfo=UTC) if paper.day else datetime(2020, 1, 1, tzinfo=UTC)
    pdf = typst.compile(
        LAYOUT,
        root=LAYOUT.parent,
        font_paths=[Path(settings.PAPER_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"paper": orjson.dumps(paper.as_json()).decode()},
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(made.timestamp()),
    )
    return pdf
