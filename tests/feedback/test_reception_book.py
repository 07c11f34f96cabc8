"""The reception book on its form: twelve columns, what the desk did with each matter, and nobody's name."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from cases.models import Case
from tests.cases.making import answered, do, make_user, paper
from tests.feedback.making import Place, an, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/receptions/book.xlsx"
SPAN = {"from": "2024-04-01", "to": "2024-04-30"}


@pytest.fixture
def place() -> Place:
    return make_place()


def fetched(client: Any, place: Place, **span: str) -> tuple[list[list[str]], bytes]:
    answer = client.get(URL, {"body": place.office.code, **SPAN, **span})
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return rows, content


def test_each_matter_of_the_days_stands_on_its_line(place: Place, client_of: Any) -> None:
    kept = make_petition(place, received="2024-04-02", title="=1+1", earlier_settled_by="UBND xã cũ").case
    guided = make_petition(place, received="2024-04-30", kind="complaint", people_count=3).case
    do(guided, "guide", "2024-05-02", right_address="Tòa án")
    sent = make_petition(place, received="2024-04-03", kind="feedback").case
    do(sent, "transfer", "2024-04-04", address="Thanh tra huyện", document=paper("2024-04-04"))
    for received, channel in (
        ("2024-03-31", "reception"),
        ("2024-05-01", "reception"),
        ("2024-04-05", "letter"),
    ):
        make_petition(place, received=received, channel=channel)
    do(kept, "accept", "2024-04-05")
    answered(kept, "2024-04-25", "wrong")
    rows, content = fetched(client_of(place.clerk), place)
    assert (len(rows[3]), rows[4]) == (12, [f"({n})" for n in range(1, 13)])
    assert [(row[0], row[1], row[11]) for row in rows[5:]] == [
        ("1", "02/04/2024", kept.reference),
        ("2", "03/04/2024", sent.reference),
        ("3", "30/04/2024", guided.reference),
    ]
    first, second, third = rows[5:]
    assert (first[4], first[6], first[7:10]) == ("=1+1", "UBND xã cũ", ["x", "", ""])
    assert "15/QĐ-UBND, 25/04/2024" in first[10]
    assert second[7:10] == ["", "", "Thanh tra huyện"]
    assert (third[5].endswith("03 people"), third[7:10]) == (True, ["", "x", ""])
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_matter_handed_on_within_the_system_names_the_body_that_got_it(
    place: Place, client_of: Any
) -> None:
    case = make_petition(place, kind="feedback").case
    do(case, "transfer", "2024-04-04", body=place.province, document=paper("2024-04-04"))
    rows, _content = fetched(client_of(place.clerk), place)
    assert rows[5][9] == place.province.name


def test_nobody_is_named(place: Place, client_of: Any) -> None:
    make_petition(place)
    make_petition(place, kind="denunciation", title="Tố cáo")
    rows, content = fetched(client_of(place.head), place)
    assert len(rows) == 7
    told = an()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        text = "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    for secret in (told["name"], told["id_number"], told["address"]):
        assert secret not in text
        assert secret not in str(rows)


def test_a_denunciation_of_the_body_is_not_in_its_book(place: Place, client_of: Any) -> None:
    make_petition(place, kind="denunciation", against_body=place.office, title="Tố cáo lãnh đạo")
    assert Case.objects.get().body == place.province
    rows, _content = fetched(client_of(place.head), place)
    assert len(rows) == 5


def test_only_the_desk_of_the_body_prints_it(place: Place, client_of: Any) -> None:
    asked = {"body": place.office.code, **SPAN}
    for other in (place.monitor, place.superior, make_user()):
        assert client_of(other).get(URL, asked).status_code == 409
    assert client_of(None).get(URL, asked).status_code == 401


@pytest.mark.parametrize(
    ("span", "field"),
    [
        ({"to": "2024-03-01"}, "to"),
        ({"to": "2027-01-01"}, "to"),
        ({"from": "x"}, "from"),
        ({"body": "x"}, "body"),
    ],
)
def test_a_span_that_means_nothing_is_refused(
    place: Place, client_of: Any, span: dict[str, str], field: str
) -> None:
    answer = client_of(place.clerk).get(URL, {"body": place.office.code, **SPAN, **span})
    assert (answer.status_code, list(answer.json())) == (400, [field])
