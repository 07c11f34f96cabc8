"""An official paper as a Word draft, to be edited and signed outside: the same record and layout as the PDF.

It names Times New Roman and leaves it to the reader's own machine. Text is set as text: no field, link or macro is made.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION_START
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bodies.papers import Paper, Skin, place_and_day, printable

_FONT = "Times New Roman"
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER
# No clock and no name of whoever asked for it stands in a paper.
_MADE = datetime(2020, 1, 1, tzinfo=UTC)
_COUNTRY = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def docx_of(paper: Paper) -> bytes:
    """The paper as DOCX."""
    document = docx.Document()
    _set_up(document, paper)
    _head(document, paper)
    _title(document, paper)
    for block in paper.blocks:
        text = f"- {block.text}" if block.kind == "item" else block.text
        line = _line(document.add_paragraph(), text, size=14, bold=block.kind == "heading")
        line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        line.paragraph_format.first_line_indent = Cm(1.27)
        line.paragraph_format.space_after = Pt(6)
        line.paragraph_format.keep_with_next = block.kind == "heading"
    _end(document, paper)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Document, paper: Paper) -> None:
    section = document.sections[0]
    section.start_type = WD_SECTION_START.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    normal = document.styles["Normal"]
    normal.font.name = _FONT
    normal.font.size = Pt(14)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    _page_number(number)
    if paper.is_draft:
        draft = section.first_page_header.paragraphs[0]
        draft.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _line(draft, "DỰ THẢO", size=12, bold=True)
    about = document.core_properties
    about.title = printable(f"{paper.title} {paper.about}".strip())[:255]
    about.author = about.last_modified_by = about.comments = ""
    about.language = "vi-VN"
    about.created = about.modified = _MADE


def _head(document: Document, paper: Paper) -> None:
    left, right = _two_cells(document, Mm(68), Mm(97))
    party = paper.head.skin == Skin.PARTY
    size = 14 if party else 13
    if paper.head.superior:
        _lines(left, paper.head.superior.split("\n"), size=size)
    _lines(left, paper.head.issuer.split("\n"), size=size, bold=True)
    _lines(left, ["*" if party else "_______"], size=size if party else 8, bold=True)
    _lines(left, [paper.number], size=size)
    if party:
        _lines(right, ["ĐẢNG CỘNG SẢN VIỆT NAM"], size=15, bold=True, underline=True)
    else:
        _lines(right, _COUNTRY[:1], size=12.5, bold=True)
        _lines(right, _COUNTRY[1:], size=13.5, bold=True, underline=True)
    _lines(right, [place_and_day(paper.place, paper.day)], size=14, italic=True)


def _title(document: Document, paper: Paper) -> None:
    party = paper.head.skin == Skin.PARTY
    title = document.add_paragraph()
    title.paragraph_format.space_before = Pt(12)
    title.alignment = _CENTRE
    _line(title, paper.title.upper(), size=15.5 if party else 14, bold=True)
    if paper.about:
        about = document.add_paragraph()
        about.alignment = _CENTRE
        about.paragraph_format.space_after = Pt(12)
        _line(about, paper.about, size=14.5 if party else 14, bold=True)


def _end(document: Document, paper: Paper) -> None:
    left, right = _two_cells(document, Mm(82), Mm(83))
    if len(paper.signatures) > 1:
        _signed(left, paper, 0)
    else:
        _receivers(left.add_paragraph, paper)
    if paper.signatures:
        _signed(right, paper, -1)
    if len(paper.signatures) > 1:
        _receivers(document.add_paragraph, paper)


def _signed(cell: _Cell, paper: Paper, which: int) -> None:
    one = paper.signatures[which]
    if one.authority:
        _lines(cell, [one.authority.upper()], size=14, bold=True)
    _lines(cell, [one.title.upper()], size=14, bold=not one.authority or paper.head.skin == Skin.STATE)
    _lines(cell, ["", "", ""], size=14)
    _lines(cell, [one.name], size=14, bold=True)


def _receivers(new_line: Callable[[], Paragraph], paper: Paper) -> None:
    if not paper.recipients:
        return
    party = paper.head.skin == Skin.PARTY
    first = new_line()
    _line(first, "Nơi nhận:", size=14 if party else 12, bold=not party, italic=not party, underline=party)
    for one in paper.recipients:
        line = new_line()
        _line(line, f"- {one}", size=12 if party else 11)


def _two_cells(document: Document, left: int, right: int) -> tuple[_Cell, _Cell]:
    """A table of one row without lines, as Word has two things side by side."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    cells = table.rows[0].cells
    cells[0].width, cells[1].width = left, right
    return cells[0], cells[1]


def _lines(
    cell: _Cell,
    texts: Iterable[str],
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> None:
    """Centred lines of a cell; the first takes the empty line that every cell begins with."""
    for text in texts:
        empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].runs
        line = cell.paragraphs[0] if empty else cell.add_paragraph()
        line.alignment = _CENTRE
        _line(line, text, size=size, bold=bold, italic=italic, underline=underline)


def _line(
    line: Paragraph,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
) -> Paragraph:
    run = line.add_run(printable(text))
    run.font.size = Pt(size)
    run.bold, run.italic, run.underline = bold, italic, underline
    line.paragraph_format.space_after = line.paragraph_format.space_after or Pt(0)
    return line


def _page_number(line: Paragraph) -> None:
    """The field PAGE, which Word fills in."""
    run = line.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
