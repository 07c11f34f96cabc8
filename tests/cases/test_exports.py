"""The work list as a file: the cells of the page's list, what is closed stays empty, and no cell becomes a formula."""

import csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bodies.kinds import BodyKind, Level
from bodies.models import User
from bodies.scopes import standing_of
from bodies.working_days import current_calendar
from cases import exports
from cases.columns import COLUMNS
from cases.exports import as_csv, export_of
from cases.lines import line, readable
from cases.models import Case, Subject
from cases.visibility import Viewer, more_than_watched, viewer_of
from tests.cases.making import answered, day, do, make_area, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
CSV, XLSX = "/api/v1/cases/export.csv", "/api/v1/cases/export.xlsx"
TODAY = day("2024-06-03")


@pytest.fixture
def people() -> dict[str, User]:
    """Cases of several kinds and states in a commune, and people who stand towards them in every way."""
    district = make_area(level=Level.DISTRICT)
    commune = make_area(parent=district, remote=True)
    above = make_body(area=district, level=Level.DISTRICT)
    body = make_body(area=commune, superior=above)
    other = make_body(area=make_area(parent=district))
    front = make_body(area=district, kind=BodyKind.MTTQ, level=Level.DISTRICT)
    land = Subject.objects.get(code="land")
    road = make_case(body, kind="feedback", received="2024-04-02", area=commune, subject=land, people_count=3)
    do(road, "accept", "2024-04-03")
    answered(road, "2024-04-05", "explained")
    make_case(body, received="2024-04-03", title="=1+1", flags=frozenset({"complex", "group"}))
    make_case(body, kind="denunciation", received="2024-04-04", title="Tố cáo trưởng thôn")
    sent = make_case(
        body,
        kind="denunciation",
        received="2024-04-05",
        title="Tố cáo cán bộ",
        received_by=other,
        held_by=body,
    )
    assert (sent.received_by, sent.body) == (other, body)
    make_case(other, received="2024-04-08", title='-x, "trích"\nhai dòng')
    return {
        "receptionist": make_user(("receptionist", body)),
        "head": make_user(("head", body)),
        "neighbour": make_user(("handler", other)),
        "superior": make_user(("superior_office", above)),
        "monitor": make_user(("monitor", front)),
        "both": make_user(("monitor", front), ("handler", other)),
        "stranger": make_user(("head", make_body())),
    }


def listed(user: User) -> list[list[str]]:
    """What the page of the list shows of the same rows, in plain Python: the twin of the database's words."""
    standing, calendar = standing_of(user, TODAY), current_calendar()
    rows = readable(Case.objects.visible_to(standing).order_by("-received_at", "-id"))
    lines = [
        line(row, COLUMNS.values(), standing, today=TODAY, calendar=calendar, ordered_by="received_at")
        for row in rows
    ]
    return [["" if cell.is_closed else cell.words for cell in each.cells] for each in lines]


def harmless(cells: list[list[str]]) -> list[list[str]]:
    return [[f"'{cell}" if cell[:1] in {"=", "-"} else cell for cell in row] for row in cells]


def parsed(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "who", ["receptionist", "head", "neighbour", "superior", "monitor", "both", "stranger"]
)
def test_the_file_holds_the_cells_of_the_list(people: dict[str, User], who: str, language: str) -> None:
    user = people[who]
    with translation.override(language):
        standing = standing_of(user, TODAY)
        export = export_of(Case.objects.visible_to(standing), standing)
        found = parsed(b"".join(as_csv(export)))
        assert found[0] == [str(column.label) for column in COLUMNS.values()]
        assert found[1:] == harmless(listed(user))
    assert (found[1:] == []) == (who == "stranger")


def test_whom_the_condition_closes_is_whom_the_table_closes(people: dict[str, User]) -> None:
    for user in people.values():
        standing = standing_of(user, TODAY)
        rows = Case.objects.visible_to(standing)
        more = set(rows.filter(more_than_watched(standing)).values_list("pk", flat=True))
        for case in rows.select_related("body__area"):
            viewer = viewer_of(
                standing,
                body_id=case.body_id,
                body_path=case.body.path,
                area_path=case.body.area.path,
                received_by_id=case.received_by_id,
                is_co_body=False,
            )
            assert (case.pk in more) == (viewer != Viewer.MONITOR)


def test_a_monitor_gets_nothing_written_in_a_denunciation(people: dict[str, User], client_of: Any) -> None:
    content = b"".join(client_of(people["monitor"]).get(CSV).streaming_content).decode()
    assert "Tố cáo" not in content
    assert content.count("Denunciation") == 2


@pytest.mark.parametrize(
    "begins", ["=", "+", "-", "@", " =", "\ufeff=", "＝", "＋", "－", "＠", "\u200b@", "\u00a0="]
)
def test_no_text_becomes_a_formula(people: dict[str, User], begins: str) -> None:
    Case.objects.update(title=f"{begins}cmd|' /C calc'!A0")
    standing = standing_of(people["head"], TODAY)
    export = export_of(Case.objects.visible_to(standing), standing)
    title = list(COLUMNS).index("title")
    assert {row[title][0] for row in parsed(b"".join(as_csv(export)))[1:]} == {"'"}


def test_filters_are_those_of_the_list(people: dict[str, User], client_of: Any) -> None:
    client = client_of(people["head"])
    question = "?kind=denunciation&open=true"
    listed_ = [row["reference"] for row in client.get(f"/api/v1/cases/{question}").json()["results"]]
    rows = parsed(b"".join(client.get(CSV + question).streaming_content))[1:]
    assert [row[list(COLUMNS).index("reference")] for row in rows] == listed_
    assert len(listed_) == 2
    assert client.get(CSV + "?kind=xyz").status_code == 400
    assert client.get(XLSX + "?body=khong-co").status_code == 400


def test_the_workbook_holds_the_same_words_and_no_formula(people: dict[str, User], client_of: Any) -> None:
    client = client_of(people["head"])
    answer = client.get(XLSX)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    rows = parsed(b"".join(client.get(CSV).streaming_content))
    assert cells == rows


def test_a_sheet_larger_than_anybody_opens_is_refused(
    people: dict[str, User], client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_IN_A_SHEET", 2)
    answer = client_of(people["head"]).get(XLSX)
    assert answer.status_code == 400
    assert "CSV" in answer.content.decode()


def test_all_rows_come_by_one_statement(people: dict[str, User]) -> None:
    standing = standing_of(people["head"], TODAY)
    export = export_of(Case.objects.visible_to(standing), standing)
    with CaptureQueriesContext(connection) as seen:
        blocks = list(as_csv(export))
    assert len(seen) == 1
    assert len(blocks) == 2


def test_whoever_sees_no_case_gets_the_headings_alone(people: dict[str, User], client_of: Any) -> None:
    nobody = User.objects.create_superuser("ky-thuat", full_name="Kỹ thuật")
    answer = client_of(nobody).get("/api/v1/cases/export.csv")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1


def test_only_who_signs_in_gets_a_file(client_of: Any) -> None:
    assert client_of(None).get(CSV).status_code == 401
    assert client_of(None).get(XLSX).status_code == 401


def test_no_column_tells_who_petitioned() -> None:
    """The words come from columns of the case alone; people are sealed in another table."""
    user = make_user(("head", make_body()))
    standing = standing_of(user, TODAY)
    statement = str(export_of(Case.objects.visible_to(standing), standing).rows.query)
    assert "bodies_person" not in statement
    assert "feedback_" not in statement
    assert F("content") not in [F(column.field) for column in COLUMNS.values()]
