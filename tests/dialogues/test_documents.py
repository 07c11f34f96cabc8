"""The papers of a dialogue: what stands on them, what does not, and that they keep what was said that day."""

from datetime import date

import pytest

from bodies.models import BodyName
from bodies.paper_docx import docx_of
from bodies.paper_pdf import pdf_of
from bodies.refusals import Refused
from cases.conclusions import Promise
from dialogues import concluding, documents
from tests.bodies.papers import read_docx, read_pdf, squeezed
from tests.cases import making as cases
from tests.cases.making import at, day, make_body, make_user, paper
from tests.dialogues.making import brought_to, do, make_host, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def text_of(printed):
    return "\n".join(block.text for block in printed.blocks)


def test_the_notice_says_what_when_where_who_and_how():
    host = make_host()
    dialogue = brought_to(host, "announced")
    notice = documents.notice_of(dialogue)
    text = text_of(notice)
    assert (notice.title, notice.about) == (
        "Thông báo",
        "Tổ chức hội nghị đối thoại: Đối thoại với Nhân dân về đất đai",
    )
    assert "8 giờ 00 phút, thứ Sáu, ngày 20 tháng 3 năm 2026." in text
    assert "Hội trường UBND xã" in text
    assert "Nhân dân trên địa bàn" in text
    assert "Mời bà con dự đối thoại" in text
    assert "Đến trực tiếp" in text
    assert (notice.day, notice.is_draft) == (day("2026-03-10"), False)
    assert notice.signatures[0].authority == "TM. Ủy ban nhân dân"
    assert notice.number == "Số:       /TB-UBND"


def test_before_it_is_announced_the_notice_is_a_draft_and_before_a_day_is_named_there_is_none():
    host = make_host()
    dialogue = make_plan(host)
    with pytest.raises(Refused):
        documents.notice_of(dialogue)
    do(dialogue, host, "schedule", "2026-02-20")
    notice = documents.notice_of(dialogue)
    assert (notice.is_draft, notice.day) == (True, None)


def with_a_conclusion(host, **facts):
    dialogue = brought_to(host, "minutes_drafted")
    given = {"text": "Sửa cống thôn Vồng", "body": make_body(), "due_on": day("2026-04-30"), "proof": "Ảnh"}
    made = concluding.conclude(dialogue, Promise(**(given | facts)), by=host.head, at=at("2026-03-21", 15))
    return dialogue, made


def test_the_minutes_have_who_was_there_what_was_said_and_what_was_promised():
    host = make_host()
    dialogue, made = with_a_conclusion(host)
    text = text_of(documents.minutes_of(dialogue))
    assert f"Chủ trì: {host.head.full_name}, người đứng đầu Ủy ban nhân dân" in text
    assert "Số người có mặt: 85." in text
    assert "Biên bản hội nghị đối thoại" in text
    assert "1. Sửa cống thôn Vồng" in text
    assert f"Cơ quan chịu trách nhiệm: {made.case.body.name}; thời hạn: 30/04/2026." in text
    assert "Minh chứng khi hoàn thành: Ảnh" in text


def test_minutes_are_a_draft_until_they_are_signed_and_then_carry_their_number():
    host = make_host()
    dialogue, _made = with_a_conclusion(host)
    draft = documents.minutes_of(dialogue)
    assert (draft.is_draft, draft.day, draft.number) == (True, None, "Số:       /BB-UBND")
    do(dialogue, host, "open_comments", "2026-03-22")
    do(dialogue, host, "sign", "2026-03-25", no_conclusions=False)
    signed = documents.minutes_of(dialogue)
    assert (signed.is_draft, signed.day, signed.number) == (False, day("2026-03-25"), "Số: 15/QĐ-UBND")
    assert [each.name for each in signed.signatures] == [host.head.full_name, host.head.full_name]
    assert [each.title for each in signed.signatures] == ["Người ghi biên bản", "Chủ trì"]
    with pytest.raises(Refused):
        documents.minutes_of(brought_to(host, "held"))


def test_an_extension_of_the_case_changes_no_paper():
    host = make_host()
    dialogue, made = with_a_conclusion(host)
    before = text_of(documents.minutes_of(dialogue))
    cases.do(
        made.case,
        "extend",
        "2026-04-20",
        by=cases.head_of(host.body),
        reason="mưa lũ",
        days=10,
        document=paper("2026-04-20"),
    )
    assert made.case.clocks.get().due_on != day("2026-04-30")
    assert text_of(documents.minutes_of(dialogue)) == before


def test_a_delegate_is_named_as_one_and_the_chair_says_when_there_is_nothing_to_do():
    host = make_host()
    dialogue = brought_to(host, "announced")
    deputy = make_user(("handler", host.body), name="Trần Thị Cúc")
    do(dialogue, host, "hold", "2026-03-20", chaired_by=deputy, delegate_reason="họp huyện")
    do(dialogue, host, "draft_minutes", "2026-03-21")
    text = text_of(documents.minutes_of(dialogue))
    assert "Chủ trì: Trần Thị Cúc, theo ủy quyền" in text
    assert "họp huyện" in text
    assert "(Chưa ghi kết luận.)" in text
    do(dialogue, host, "open_comments", "2026-03-22")
    do(dialogue, host, "sign", "2026-03-25")
    assert "không có kết luận giao việc" in text_of(documents.minutes_of(dialogue))


def test_the_results_name_what_is_to_be_done():
    host = make_host()
    dialogue, made = with_a_conclusion(host)
    for name, on in [("open_comments", "2026-03-22"), ("sign", "2026-03-25"), ("publish", "2026-03-27")]:
        facts = {"no_conclusions": False} if name == "sign" else {}
        do(dialogue, host, name, on, **facts)
    results = documents.results_of(dialogue)
    assert "Kết quả đối thoại" in text_of(results)
    assert f"{made.case.body.name}; thời hạn: 30/04/2026" in text_of(results)
    assert (results.day, results.is_draft) == (day("2026-03-27"), False)
    with pytest.raises(Refused):
        documents.results_of(brought_to(host, "announced"))


def test_a_paper_of_an_old_day_keeps_the_old_name():
    host = make_host()
    dialogue = brought_to(host, "announced")
    BodyName.objects.create(body=host.body, name="UBND xã Cũ", valid_to=date(2026, 6, 30))
    assert documents.notice_of(dialogue).head.issuer == "ỦY BAN NHÂN DÂN\nXÃ CŨ"
    later = brought_to(host, "planned", year=2026, quarter=3)
    do(later, host, "schedule", "2026-07-01", starts_at=at("2026-08-20", 8))
    assert "XÃ CŨ" not in documents.notice_of(later).head.issuer


def test_pdf_and_draft_say_the_same():
    host = make_host()
    dialogue, _made = with_a_conclusion(host)
    minutes = documents.minutes_of(dialogue)
    printed, drafted = squeezed("".join(read_pdf(pdf_of(minutes)))), squeezed(read_docx(docx_of(minutes)))
    for block in minutes.blocks:
        assert squeezed(block.text) in printed
        assert squeezed(block.text) in drafted
    assert "DỰTHẢO" in printed
    assert "DỰTHẢO" in drafted


def test_what_was_typed_is_filled_into_nothing():
    host = make_host()
    dialogue, _made = with_a_conclusion(host, text="{host} {0} {x.__class__} #panic() <b>")
    assert "1. {host} {0} {x.__class__} #panic() <b>" in text_of(documents.minutes_of(dialogue))
