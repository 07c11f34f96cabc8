"""The conclusions of a reception day as a notice: what was promised by whom, never who came."""

import pytest

from cases.conclusions import Promise
from feedback import receptions
from feedback.models import Reception
from tests.bodies.papers import read_docx, read_pdf, squeezed
from tests.cases.making import at, day, make_body, make_user

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def host():
    return make_body()


@pytest.fixture
def head(host):
    return make_user(("head", host), name="Nguyễn Văn An")


def held(host, head):
    row = Reception(host=host, day=day("2026-03-10"), kind="periodic", received_by=head, turns=4, people=7)
    return receptions.record(row, by=head, at=at("2026-03-10", 17))


def url(reception, form):
    return f"/api/v1/receptions/{reception.pk}/conclusions.{form}"


def test_it_says_who_is_to_do_what_until_when(client_of, host, head):
    reception, doer = held(host, head), make_body()
    for text, due_on in (("Sửa cống thôn 4", day("2026-04-15")), ("Trả lời bằng văn bản", None)):
        receptions.conclude(
            reception, Promise(text=text, body=doer, due_on=due_on), by=head, at=at("2026-03-10", 17)
        )
    client = client_of(head)
    pdf, draft = client.get(url(reception, "pdf")), client.get(url(reception, "docx"))
    assert pdf["Content-Disposition"] == f'attachment; filename="reception-{reception.pk}-conclusions.pdf"'
    for text in ("".join(read_pdf(pdf.content)), read_docx(draft.content)):
        for said in (
            "Kết luận tại buổi tiếp công dân ngày 10/03/2026",
            "tổ chức tiếp công dân định kỳ",
            "Nguyễn Văn An, người đứng đầu",
            "Số lượt tiếp: 4; số người: 7",
            "1. Sửa cống thôn 4",
            f"{doer.name}; thời hạn: 15/04/2026",
            "2. Trả lời bằng văn bản",
            # The house rule: 30 days from Tuesday 10 March 2026.
            f"{doer.name}; thời hạn: 09/04/2026",
        ):
            assert squeezed(said) in squeezed(text)


def test_a_day_without_conclusions_has_no_notice(client_of, host, head):
    answer = client_of(head).get(url(held(host, head), "pdf"))
    assert (answer.status_code, list(answer.json())) == (409, ["refused"])


def test_only_the_hosts_own_people_get_it(client_of, host, head):
    reception = held(host, head)
    receptions.conclude(
        reception, Promise(text="Sửa cống", body=make_body()), by=head, at=at("2026-03-10", 17)
    )
    front = make_body(kind="mttq", area=host.area)
    monitor = client_of(make_user(("monitor", front)))
    assert monitor.get(f"/api/v1/receptions/{reception.pk}/").status_code == 200
    assert monitor.get(url(reception, "pdf")).status_code == 404
    assert client_of(make_user(("head", make_body()))).get(url(reception, "docx")).status_code == 404
    assert client_of(make_user(("handler", host))).get(url(reception, "pdf")).status_code == 200
