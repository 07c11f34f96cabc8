"""Old reception books come in whole, each line once, as written."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from bodies.models import Body, Message
from cases.models import Case
from feedback.models import Petition, RegisterLine
from tests.cases.making import make_body, make_user

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).resolve().parents[2] / "feedback/data/so-tiep-cong-dan-kim-bang-2024.xlsx"
HEADINGS = [
    "STT", "Ngày tiếp", "Họ tên - Địa chỉ", "Số CCCD", "Nội dung vụ việc", "Phân loại đơn", "Thụ lý",
    "Hướng dẫn", "Chuyển đơn", "Kết quả",
]  # fmt: skip


def run(path: Path, body: Body, *more: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_register", str(path), "--body", body.code, "--json", *more, stdout=out)
    return json.loads(out.getvalue())


def book(path: Path, *rows: list[Any], headings: list[str] = HEADINGS) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Sổ"
    sheet.append(["SỔ TIẾP CÔNG DÂN NĂM 2024"])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def line(number: Any = 1, day: Any = "02/01/2024", **other: Any) -> list[Any]:
    return [
        number, day, "Lê Văn A - thôn 1, xã Quế", other.get("id"), other.get("content", "Đường thôn bị hỏng"),
        other.get("kind", "PA; 02 người"), other.get("accept"), other.get("guide"), other.get("transfer"), other.get("result"),
    ]  # fmt: skip


def test_the_sample_book_comes_in_whole_and_only_once(law: None, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLE, tmp_path))
    body = make_body()
    head = make_user(("head", body))
    told = run(path, body)
    assert (told["imported"], told["rejected"], told["unchanged"]) == (320, [], 0)
    # Counted in the book itself: 210 marked accepted, 51 guided, 59 with a body to which it went.
    stages = list(Case.objects.values_list("stage", flat=True))
    assert stages.count("closed") + stages.count("accepted") == 210
    assert (stages.count("guided"), stages.count("transferred_out")) == (51, 59)
    assert set(Case.objects.filter(stage="closed").values_list("result", flat=True)) == {"not_recorded"}
    assert Case.objects.filter(is_imported=False).count() == 0
    assert Message.objects.filter(recipient=head, topic="register.open").count() == 1
    again = run(path, body)
    assert (again["imported"], again["unchanged"], again["changed"]) == (0, 320, [])
    assert Petition.objects.count() == 320


def test_a_decision_closes_the_case_on_its_day(law: None, tmp_path: Path) -> None:
    row = line(accept="x", result="QĐ số 7/QĐ-UBND ngày 20/01/2024", kind="KN; 01 người")
    run(book(tmp_path / "a.xlsx", row), make_body())
    case = Case.objects.get()
    assert (case.stage, str(case.ended_on), case.ended_on_time) == ("closed", "2024-01-20", True)
    assert case.clocks.get(rule="complaint.first.settle").state == "met"


def test_a_denunciation_guided_is_taken_as_written_with_a_mark(law: None, tmp_path: Path) -> None:
    run(book(tmp_path / "a.xlsx", line(kind="TC", guide="x")), make_body())
    case = Case.objects.get()
    assert case.stage == "guided"
    assert case.events.get(move="import").details["against_the_law"] is True


def test_a_changed_line_is_reported_and_never_merged(law: None, tmp_path: Path) -> None:
    body = make_body()
    run(book(tmp_path / "a.xlsx", line()), body)
    told = run(book(tmp_path / "a.xlsx", line(content="Điều khác")), body)
    assert (told["imported"], len(told["changed"])) == (0, 1)
    told = run(book(tmp_path / "a.xlsx", line(day="03/01/2024")), body)
    assert (told["imported"], len(told["changed"])) == (0, 1)
    assert Case.objects.get().content == "Đường thôn bị hỏng"


def test_what_cannot_be_read_is_named_and_shown_in_a_copy(law: None, tmp_path: Path) -> None:
    bad_day, lost_nought = line(1, "31/02/2024"), line(2, id=35071083621)
    formula = line(3, "hôm qua", content="=1+1")
    signature = [None, None, None, None, "Người ghi sổ"]
    told = run(book(tmp_path / "a.xlsx", bad_day, lost_nought, formula, [], signature), make_body())
    assert [(each["row"], each["column"]) for each in told["rejected"]][:2] == [(3, "B"), (4, "D")]
    assert told["imported"] == 0
    copy = openpyxl.load_workbook(tmp_path / "a-loi.xlsx")
    assert {cell.data_type for row in copy.active.iter_rows() for cell in row} <= {"s", "n"}
    assert copy.active.cell(3, copy.active.max_column).value


def test_two_figures_are_a_year_only_in_a_book_of_that_year(law: None, tmp_path: Path) -> None:
    told = run(book(tmp_path / "a.xlsx", line(1, "02/01/24"), line(2, "02/01/23")), make_body())
    assert told["imported"] == 1
    assert [each["row"] for each in told["rejected"]] == [4]


def test_a_dry_run_writes_nothing(law: None, tmp_path: Path) -> None:
    told = run(book(tmp_path / "a.xlsx", line()), make_body(), "--dry-run")
    assert told["imported"] == 1
    assert not RegisterLine.objects.exists()
