"""Official papers for tests, and what can be read in them."""

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pypdfium2

from bodies.papers import Block, Paper, Signature, head_of

SIGNED = Signature(authority="TM. Ủy ban nhân dân", title="Chủ tịch", name="Nguyễn Văn An")


def make_paper(**facts: Any) -> Paper:
    """A notice of a commune's people's committee."""
    usual: dict[str, Any] = {
        "head": head_of("ubnd", "UBND xã Thi Sơn", "UBND huyện Kim Bảng"),
        "number": "Số: 05/TB-UBND",
        "place": "Thi Sơn",
        "day": date(2026, 2, 5),
        "title": "Thông báo",
        "about": "Tổ chức hội nghị đối thoại",
        "blocks": (Block(kind="paragraph", text="Kính mời Nhân dân đến dự."),),
        "signatures": (SIGNED,),
        "recipients": ("Lưu: VT.",),
    }
    return Paper(**{**usual, **facts})


def read_pdf(pdf: bytes) -> list[str]:
    """The text of each page, as a reader copies it out."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
        return pages


def read_docx(file: bytes) -> str:
    """The text of a Word file, tables and headers as well."""
    document = docx.Document(BytesIO(file))
    lines = [line.text for line in document.paragraphs]
    for table in document.tables:
        lines += [line.text for row in table.rows for cell in row.cells for line in cell.paragraphs]
    section = document.sections[0]
    lines += [line.text for line in section.first_page_header.paragraphs]
    return "\n".join(lines)


def squeezed(text: str) -> str:
    """Without white space: where a line of print ends is the layout's affair."""
    return "".join(text.split())
