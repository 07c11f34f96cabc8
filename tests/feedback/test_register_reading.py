"""Books as offices really keep them: other headings and orders, several sheets, merged cells, dates of every make, totals."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from cases.codes import Kind
from cases.stages import Stage
from feedback import register_reading
from feedback.register_reading import Book

TODAY = date(2025, 3, 3)
TITLE = ["SỔ TIẾP CÔNG DÂN NĂM 2024"]
USUAL = [
    "Số TT", "Ngày tiếp", "Họ tên - Địa chỉ", "Nội dung vụ việc", "Phân loại đơn/Số người", "Thụ lý để giải quyết",
    "Trả lại đơn và hướng dẫn", "Chuyển đơn đến cơ quan có thẩm quyền", "Theo dõi kết quả giải quyết",
]  # fmt: skip


def usual(number: Any, day: Any, **cells: Any) -> list[Any]:
    return [
        number, day, cells.get("who", "Lê Văn A - thôn 1, xã Quế"), cells.get("content", "Đường thôn bị hỏng"),
        cells.get("kind", "PA"), cells.get("accept"), cells.get("guide"), cells.get("transfer"), cells.get("result"),
    ]  # fmt: skip


def read(*rows: list[Any], title: str = "Sổ", then: Callable[[Worksheet], None] | None = None) -> Book:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if then is not None:
        then(sheet)
    return register_reading.read(workbook, today=TODAY)


def days(book: Book) -> list[str]:
    return [line.date.isoformat() for line in book.lines]


def why(book: Book) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in book.faults]


def test_columns_in_another_order_and_other_words_are_found_by_meaning() -> None:
    headings = [
        "Ghi chú", "Kết quả giải quyết", "Loại đơn", "Tóm tắt nội dung đơn", "Nơi ở", "Họ và tên công dân", "Số người",
        "Ngày, tháng, năm tiếp", "Thứ tự", "Căn cước công dân", "Đã thụ lý", "Hướng dẫn công dân", "Chuyển cơ quan khác",
    ]  # fmt: skip
    row = [
        "gấp", None, "Khiếu nại", "Thu hồi đất", "Xã Quế", "Trần Thị B", 5, "02/01/2024", 7, "035071083621", "x", None, None,
    ]  # fmt: skip
    book = read(TITLE, headings, row)
    assert book.faults == []
    (line,) = book.lines
    assert (line.number, days(book)[0], line.name, line.address) == (7, "2024-01-02", "Trần Thị B", "Xã Quế")
    assert (line.kind, line.people, line.id_number) == (Kind.COMPLAINT, 5, "035071083621")
    assert (line.stage, line.content, line.note) == (Stage.ACCEPTED, "Thu hồi đất", "gấp")
    assert book.mapping["Sổ"]["date"] == "H: Ngày, tháng, năm tiếp"


def test_each_sheet_has_its_own_columns_and_year() -> None:
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    first.title = "2023"
    for row in (["SỔ TIẾP CÔNG DÂN NĂM 2023"], USUAL, usual(1, "05/06/23")):
        first.append(row)
    second = workbook.create_sheet("Năm 2024")
    for row in (list(reversed(USUAL)), list(reversed(usual(1, "05/06/24")))):
        second.append(row)
    workbook.create_sheet("Trống")
    book = register_reading.read(workbook, today=TODAY)
    assert [(line.sheet, line.year, line.date.isoformat()) for line in book.lines] == [
        ("2023", 2023, "2023-06-05"),
        ("Năm 2024", 2024, "2024-06-05"),
    ]
    assert (book.faults, set(book.mapping)) == ([], {"2023", "Năm 2024"})


def test_a_sheet_without_a_table_is_named_and_holds_up_no_other() -> None:
    workbook = openpyxl.Workbook()
    cover = workbook.active
    assert cover is not None
    cover.title = "Bìa"
    cover.append(["UBND xã Quế"])
    table = workbook.create_sheet("Sổ")
    for row in (TITLE, USUAL, usual(1, "02/01/2024")):
        table.append(row)
    book = register_reading.read(workbook, today=TODAY)
    assert len(book.lines) == 1
    assert [fault.sheet for fault in book.faults] == ["Bìa"]


def test_headings_of_two_rows_with_merged_cells() -> None:
    upper = [
        "STT",
        "Ngày tiếp",
        "Họ tên - Địa chỉ",
        "Nội dung",
        "Phân loại đơn",
        "Hướng xử lý",
        None,
        None,
        "Kết quả",
    ]
    lower = [None, None, None, None, None, "Thụ lý", "Trả lại, hướng dẫn", "Chuyển đơn", None]
    numbers = [f"({n})" for n in range(1, 10)]

    def merge(sheet: Worksheet) -> None:
        for column in "ABCDEI":
            sheet.merge_cells(f"{column}2:{column}3")
        sheet.merge_cells("F2:H2")

    row = usual(1, "02/01/2024", transfer="Thanh tra huyện")
    book = read(TITLE, upper, lower, numbers, row, then=merge)
    assert book.faults == []
    (line,) = book.lines
    assert (line.stage, line.transferred_to) == (Stage.TRANSFERRED_OUT, "Thanh tra huyện")
    assert {"accept", "guide", "transfer", "result", "number"} <= book.mapping["Sổ"].keys()


def test_a_day_merged_over_several_lines_is_the_day_of_each() -> None:
    rows = [usual(1, "02/01/2024"), usual(2, None), usual(3, None), usual(4, None)]
    book = read(TITLE, USUAL, *rows, then=lambda sheet: sheet.merge_cells("B3:B5"))
    assert days(book) == ["2024-01-02"] * 3
    # The fourth has no day at all, and none is guessed.
    assert why(book) == [(6, "B")]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("02/01/2024", "2024-01-02"),
        ("2-1-2024", "2024-01-02"),
        ("02.01.2024", "2024-01-02"),
        ("02/01/24", "2024-01-02"),
        ("ngày 02 tháng 01 năm 2024", "2024-01-02"),
        ("Ngày 2/1/2024", "2024-01-02"),
        ("2024-01-02", "2024-01-02"),
        ("02/01/2024 08:30", "2024-01-02"),
        (
            datetime(2024, 1, 2, 8, 30),  # noqa: DTZ001 - a cell knows no zone
            "2024-01-02",
        ),
        (date(2024, 1, 2), "2024-01-02"),
        (45293, "2024-01-02"),
        (45293.354, "2024-01-02"),
        (unicodedata.normalize("NFD", "ngày 02 tháng 01 năm 2024"), "2024-01-02"),
    ],
    ids=str,
)
def test_days_of_every_make(cell: Any, day: str) -> None:
    book = read(TITLE, USUAL, usual(1, cell))
    assert (days(book), book.faults) == ([day], [])


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/2024",
        "13/2024",
        "hôm qua",
        "02/01/23",
        "2/1",
        20240102,
        1,
        "",
        None,
        True,
        "01/02/2099",
        "02/13/2024",
    ],
    ids=repr,
)
def test_no_day_is_guessed(cell: Any) -> None:
    book = read(TITLE, USUAL, usual(1, cell))
    assert (book.lines, why(book)) == ([], [(3, "B")])


def test_a_serial_number_is_a_day_only_in_a_book_of_that_year() -> None:
    assert read(USUAL, usual(1, 45293)).lines == []
    assert read(TITLE, USUAL, usual(1, 44927)).lines == []


def test_a_book_from_a_mac_counts_its_days_from_1904() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    sheet = workbook.active
    assert sheet is not None
    for row in (TITLE, USUAL, usual(1, 45293 - 1462)):
        sheet.append(row)
    assert days(register_reading.read(workbook, today=TODAY)) == ["2024-01-02"]


def test_blank_lines_totals_and_signatures_are_no_lines() -> None:
    total = ["Tổng cộng", None, None, None, "2 đơn", 1, 1, None, None]
    signed = [None, None, None, None, None, None, "Người lập sổ"]
    book = read(
        TITLE, USUAL, usual(1, "02/01/2024"), [], [None, " "], usual(2, "03/01/2024"), total, [], signed, ["(Ký tên)"]
    )  # fmt: skip
    assert ([line.number for line in book.lines], book.faults) == ([1, 2], [])


def test_headings_printed_again_on_each_page_are_no_lines() -> None:
    numbers = [f"({n})" for n in range(1, 10)]
    book = read(
        TITLE, USUAL, numbers, usual(1, "02/01/2024"), USUAL, numbers, usual(2, "03/01/2024"), [x.upper() for x in USUAL]
    )  # fmt: skip
    assert ([line.number for line in book.lines], book.faults) == ([1, 2], [])


def test_capitals_decomposed_letters_and_line_breaks_in_headings() -> None:
    headings = [unicodedata.normalize("NFD", heading.upper().replace(" ", "\n", 1)) for heading in USUAL]
    book = read(TITLE, headings, usual(1, "02/01/2024"))
    assert (len(book.lines), book.faults) == (1, [])


@pytest.mark.parametrize(
    ("number", "read_as"), [(1, 1), ("1", 1), ("01", 1), ("1.", 1), (1.0, 1), ("0012", 12)], ids=repr
)
def test_numbers_of_lines(number: Any, read_as: int) -> None:
    assert [line.number for line in read(TITLE, USUAL, usual(number, "02/01/2024")).lines] == [read_as]


def test_a_missing_column_is_named() -> None:
    book = read(TITLE, [heading for heading in USUAL if "Ngày" not in heading], usual(1, None)[2:])
    assert book.lines == []
    assert book.faults[0].why == "Không tìm thấy các cột: “Ngày tiếp”."
