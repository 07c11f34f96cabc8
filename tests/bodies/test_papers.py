"""Official papers: the layout of the two families, every Vietnamese letter, and text that stays text."""

import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
from docx.shared import Mm

from bodies import paper_pdf
from bodies.paper_docx import docx_of
from bodies.paper_pdf import pdf_of
from bodies.papers import Block, Paper, Signature, head_of, place_and_day, printable, written_out
from tests.bodies.papers import SIGNED, make_paper, read_docx, read_pdf, squeezed

LETTERS = (
    "aàáảãạ ăằắẳẵặ âầấẩẫậ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ đ "
    "AÀÁẢÃẠ ĂẰẮẲẴẶ ÂẦẤẨẪẬ EÈÉẺẼẸ ÊỀẾỂỄỆ IÌÍỈĨỊ OÒÓỎÕỌ ÔỒỐỔỖỘ ƠỜỚỞỠỢ UÙÚỦŨỤ ƯỪỨỬỮỰ YỲÝỶỸỴ Đ"
)
# What means something to Typst, HTML, Jinja, Django, Word, XML, a shell or a spreadsheet.
PAYLOADS = [
    '#panic("x")', '#read("/etc/passwd")', '#import "@preview/cetz:0.3.0": *', "#{ 1 + 1 }", "#set page(width: 1cm)",
    "#eval(\"1\")", "$a_b^2$", "*đậm* _nghiêng_", "= Tiêu đề", "- mục", "+ mục", "/ thuật ngữ: nghĩa", "<nhãn> @nhãn",
    "`mã` ```mã```", "[nội dung]", "\\ \\u{1F600} \\#", "a ~ b -- c --- d ...", "// chú thích", "/* chú thích */",
    "<b>x</b><script>alert(1)</script>", "&lt;&amp;&nbsp;", "{{ 7*7 }}", "{% include '/etc/passwd' %}", "{# ghi chú #}",
    "${7*7} %(x)s {0} {x!r}", "=HYPERLINK(\"http://x\")", "{ HYPERLINK \"http://x\" }", "]]></w:t><w:p/>",
    "'; DROP TABLE x; --", "$(id) `id` | id", "\"ngoặc\" 'đơn' “kép”", "\\input{/etc/passwd} \\LaTeX",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(PAYLOADS)))
def test_what_was_typed_is_printed_as_it_was_typed(number):
    text = PAYLOADS[number]
    paper = make_paper(
        about=text,
        blocks=(Block(kind="heading", text=text), Block(kind="item", text=text), Block(kind="paragraph", text=text)),
        signatures=(Signature(authority=text, title=text, name=text),),
        recipients=(text,),
        place=text,
        number=text,
    )  # fmt: skip
    printed = squeezed("".join(read_pdf(pdf_of(paper))))
    # About, heading, item, paragraph, name, recipient, place, number; upper-case letters of authority and title apart.
    assert printed.count(squeezed(text)) >= 8
    drafted = squeezed(read_docx(docx_of(paper)))
    assert drafted.count(squeezed(text)) >= 8


def test_there_are_thirty_of_them():
    assert len(set(PAYLOADS)) >= 30


def test_every_vietnamese_letter_can_be_copied_out_in_three_styles():
    paper = make_paper(
        about=LETTERS,  # bold
        place=LETTERS,  # italic
        blocks=(Block(kind="paragraph", text=LETTERS),),
        number="",
    )
    printed = squeezed(read_pdf(pdf_of(paper))[0])
    assert printed.count(squeezed(LETTERS)) == 3
    assert squeezed(read_docx(docx_of(paper))).count(squeezed(LETTERS)) == 3


def test_a_state_paper_has_the_state_and_the_motto_at_its_head():
    for text in (read_pdf(pdf_of(make_paper()))[0], read_docx(docx_of(make_paper()))):
        lines = [line.strip() for line in text.splitlines()]
        assert {"ỦY BAN NHÂN DÂN", "XÃ THI SƠN", "Số: 05/TB-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"} <= {
            *lines
        }
        assert {"Độc lập - Tự do - Hạnh phúc", "Thi Sơn, ngày 05 tháng 02 năm 2026", "THÔNG BÁO"} <= {*lines}
        assert {"TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn An", "Nơi nhận:", "- Lưu: VT."} <= {*lines}
        assert "ĐẢNG CỘNG SẢN" not in text


def test_a_party_paper_has_the_party_and_a_star():
    paper = make_paper(
        head=head_of("dang_uy_xa", "Đảng ủy xã Thi Sơn", "Huyện ủy Kim Bảng"), number="Số 05-TB/ĐU"
    )
    for text in (read_pdf(pdf_of(paper))[0], read_docx(docx_of(paper))):
        lines = [line.strip() for line in text.splitlines()]
        assert {"HUYỆN ỦY KIM BẢNG", "ĐẢNG ỦY XÃ THI SƠN", "*", "Số 05-TB/ĐU", "ĐẢNG CỘNG SẢN VIỆT NAM"} <= {
            *lines
        }
        assert "CỘNG HÒA" not in text


@pytest.mark.parametrize(
    ("kind", "name", "superior", "head"),
    [
        ("ubnd", "UBND huyện Kim Bảng", "UBND tỉnh Hà Nam", ("", "ỦY BAN NHÂN DÂN\nHUYỆN KIM BẢNG")),
        ("hdnd", "HĐND xã Thi Sơn", "", ("", "HỘI ĐỒNG NHÂN DÂN\nXÃ THI SƠN")),
        (
            "mttq",
            "Ủy ban MTTQ xã Thi Sơn",
            "Ủy ban MTTQ huyện Kim Bảng",
            ("ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM\nHUYỆN KIM BẢNG", "ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM\nXÃ THI SƠN"),
        ),
        ("phong_ban_huyen", "Phòng Tư pháp", "UBND huyện Kim Bảng", ("ỦY BAN NHÂN DÂN\nHUYỆN KIM BẢNG", "PHÒNG TƯ PHÁP")),
    ],
)  # fmt: skip
def test_who_stands_at_the_head(kind, name, superior, head):
    found = head_of(kind, name, superior)
    assert (found.superior, found.issuer) == head


def test_names_are_written_out_and_words_that_only_begin_alike_are_not():
    assert written_out("UBND xã Thi Sơn") == "Ủy ban nhân dân xã Thi Sơn"
    assert written_out("UBNDX") == "UBNDX"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 2, 5), "Quế, ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 10), "Quế, ngày 10 tháng 3 năm 2026"),
        (date(2026, 12, 31), "Quế, ngày 31 tháng 12 năm 2026"),
        (None, "Quế, ngày      tháng      năm      "),
    ],
)
def test_days_are_written_as_decree_30_says(day, written):
    assert place_and_day("Quế", day) == written


def test_the_second_page_has_its_number_and_the_first_has_none():
    long = Block(kind="paragraph", text="Nội dung kết luận của đồng chí chủ trì hội nghị. " * 60)
    first, second, *_more = read_pdf(pdf_of(make_paper(blocks=(long, long))))
    assert second.splitlines()[0].strip() == "2"
    assert "1" not in first.splitlines()[0]


def test_the_page_is_a4_with_the_margins_of_the_decree():
    with pypdfium2.PdfDocument(pdf_of(make_paper())) as document:
        width, height = document[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    section = docx.Document(BytesIO(docx_of(make_paper()))).sections[0]
    margins = (section.page_width, section.left_margin, section.right_margin)
    assert [round(each / Mm(1)) for each in margins] == [210, 30, 15]


def test_two_sign_the_minutes_and_a_draft_says_so():
    paper = make_paper(signatures=(Signature(authority="", title="Thư ký", name="Lê Thị Bình"), SIGNED), is_draft=True)  # fmt: skip
    for text in (read_pdf(pdf_of(paper))[0], read_docx(docx_of(paper))):
        assert {"THƯ KÝ", "Lê Thị Bình", "CHỦ TỊCH", "Nguyễn Văn An", "DỰ THẢO"} <= {
            line.strip() for line in text.splitlines()
        }


def test_signs_that_cannot_be_printed_are_left_out_and_lines_stay_lines():
    assert printable("a\x00b\x0bc\ud800d\u202ee\r\nf\tg") == "abcde\nf\tg"
    paper = make_paper(blocks=(Block(kind="paragraph", text="tr\x00ước \x1bsau\ufffe"),))
    assert "trướcsau" in squeezed(read_pdf(pdf_of(paper))[0])
    assert "trướcsau" in squeezed(read_docx(docx_of(paper)))


def test_the_pdf_can_be_read_aloud_carries_its_fonts_and_tells_nothing_of_who_made_it():
    pdf = pikepdf.open(BytesIO(pdf_of(make_paper())))
    assert pdf.Root.Lang == "vi"
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.docinfo["/Title"]) == "Thông báo Tổ chức hội nghị đối thoại"
    assert "/Author" not in pdf.docinfo
    fonts = {str(font.BaseFont).split("+")[-1] for font in pdf.pages[0].Resources.Font.values()}
    assert fonts == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    properties = docx.Document(BytesIO(docx_of(make_paper()))).core_properties
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")


def test_the_same_paper_gives_the_same_pdf():
    assert pdf_of(make_paper()) == pdf_of(make_paper())
    assert pdf_of(make_paper()) != pdf_of(make_paper(number="Số: 06/TB-UBND"))


# What has stopped the printer or taken all its memory, and what its typeface lacks.
STRANGE = {
    "a tower of marks": "e" + "\u0301" * 20_000,
    "a family of emoji": "\U0001f468\u200d" * 5_000,
    "flags": "\U0001f1fb\U0001f1f3" * 500,
    "conjuncts": "\u0915\u094d" * 5_000,
    "jamo": "\u1100" * 5_000,
    "Thai": "\u0e01\u0e33" * 500,
    "Arabic": "\u0627\u0644" * 500,
    "Chinese": "\u4f60\u597d" * 500,
    "tags": "a" + "\U000e0061" * 5_000,
    "private": "\ue000\uf8ff" * 500,
    "one long word": "x" * 50_000,
}


@pytest.mark.parametrize("what", STRANGE)
def test_whatever_was_typed_there_is_a_paper(what):
    paper = make_paper(
        about=STRANGE[what][:300],
        blocks=(
            Block(kind="paragraph", text=f"trước {STRANGE[what]} sau"),
            Block(kind="item", text="rồi hết"),
        ),
        place=STRANGE[what][:50],
    )
    pages = "".join(read_pdf(pdf_of(paper)))
    assert "trước" in pages
    assert "rồi hết" in pages
    if what != "a tower of marks":
        assert squeezed(STRANGE[what]) in squeezed(read_docx(docx_of(paper)))


def test_what_the_typeface_lacks_is_an_empty_box_in_print_and_itself_in_the_draft():
    paper = make_paper(blocks=(Block(kind="paragraph", text="đồng ý 👍 100 m² ≥ 5 ₫ “nhé” – 你"),))
    assert squeezed("đồng ý □ 100 m² ≥ 5 ₫ “nhé” – □") in squeezed(read_pdf(pdf_of(paper))[0])
    assert "đồng ý 👍 100 m² ≥ 5 ₫ “nhé” – 你" in read_docx(docx_of(paper))


def test_the_typeface_has_all_that_is_printed_with_it(monkeypatch):
    printed = [chr(code) for code in range(0x20, 0x3000) if not paper_pdf._NOT_PRINTED.match(chr(code))]
    assert len(printed) > 1500
    # Marks stand on a letter.
    text = " ".join(f"a{sign}" if unicodedata.combining(sign) else sign for sign in printed)
    paper = make_paper(blocks=(Block(kind="paragraph", text=text),))
    compiled = []
    make = paper_pdf._compiled
    monkeypatch.setattr(
        paper_pdf,
        "_compiled",
        lambda *given, **how: compiled.append(how["accessible"]) or make(*given, **how),
    )
    pdf_of(paper)
    assert compiled == [True]


def test_without_the_typeface_a_paper_is_still_printed(settings, tmp_path: Path):
    settings.PAPER_FONTS = str(tmp_path / "none")
    assert squeezed(LETTERS) in squeezed(read_pdf(pdf_of(make_paper(about=LETTERS)))[0])


def test_a_record_is_all_a_layout_gets():
    assert set(make_paper().as_json()) == {*Paper.__dataclass_fields__, "place_and_day"} - {"day"}
