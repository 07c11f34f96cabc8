"""The report of a supervision session: what was found and recommended, in the layout of the front."""

import pytest

from bodies.kinds import BodyKind
from cases.conclusions import Promise
from dialogues import supervisions
from dialogues.models import Supervision
from dialogues.supervisions import Recommended
from tests.bodies.papers import read_docx, read_pdf, squeezed
from tests.cases.making import at, day, make_body, make_user
from tests.dialogues.meeting import make_commune

pytestmark = pytest.mark.usefixtures("law")


def session(commune, **facts):
    row = Supervision(
        kind="supervision",
        form="visit",
        chair=commune.front,
        day=day("2024-05-14"),
        title="Việc tiếp công dân",
        findings=facts.pop("findings", "Lịch tiếp chưa niêm yết.\nSổ ghi đủ."),
    )
    women = make_body(kind=BodyKind.DOAN_THE, area=commune.area)
    return supervisions.record(
        row, partners=[women], about=[commune.office], by=commune.front_head, at=at("2024-05-14", 18)
    )


def url(row, form):
    return f"/api/v1/supervisions/{row.pk}/report.{form}"


def test_it_has_findings_and_recommendations(client_of):
    commune = make_commune()
    row = session(commune)
    what = Promise(text="Niêm yết lịch tiếp công dân", body=commune.office)
    supervisions.recommend(
        row, Recommended(what=what, sent_on=day("2024-05-16")), by=commune.front_head, at=at("2024-05-17")
    )
    client = client_of(commune.front_head)
    pdf, draft = client.get(url(row, "pdf")), client.get(url(row, "docx"))
    for text in ("".join(read_pdf(pdf.content)), read_docx(draft.content)):
        for said in (
            "Kết quả giám sát: Việc tiếp công dân",
            "Ngày 14/05/2024",
            "hình thức khảo sát, kiểm tra thực tế",
            f"liên quan: {commune.office.name}.",
            "Lịch tiếp chưa niêm yết.",
            "Sổ ghi đủ.",
            "1. Niêm yết lịch tiếp công dân",
            # 15 working days from Thursday 16 May 2024.
            f"Cơ quan trả lời: {commune.office.name}; thời hạn: 06/06/2024.",
            "TM. BAN THƯỜNG TRỰC",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        ):
            assert squeezed(said) in squeezed(text)


def test_a_session_with_nothing_to_say_says_so(client_of):
    commune = make_commune()
    text = squeezed("".join(read_pdf(client_of(commune.front_head).get(url(session(commune, findings=""), "pdf")).content)))  # fmt: skip
    assert squeezed("Không có kiến nghị.") in text
    assert squeezed("(Chưa ghi kết quả.)") in text


def test_neither_a_stranger_nor_an_entry_struck_out_gets_one(client_of):
    commune = make_commune()
    row = session(commune)
    assert client_of(make_user(("head", make_body()))).get(url(row, "pdf")).status_code == 404
    supervisions.strike_out(row, reason="nhầm", by=commune.front_head, at=at("2024-05-20"))
    assert client_of(commune.front_head).get(url(row, "docx")).status_code == 409
