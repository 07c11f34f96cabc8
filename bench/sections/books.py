"""Old reception books: how many lines a second come in, as cases with clocks, history and sealed people."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

from bench.measuring import Bench, Figure
from bench.places import PROJECT

LINES = 20_000
# A body whose list no other section reads.
_HOST = "kim-bang-mttq"
_HEADINGS = [
    "Số TT", "Ngày tiếp", "Họ tên - Địa chỉ", "Số CCCD/CMND/Hộ chiếu", "Nội dung vụ việc", "Phân loại đơn/Số người",
    "Cơ quan đã giải quyết", "Thụ lý để giải quyết", "Trả lại đơn và hướng dẫn", "Chuyển đơn đến cơ quan có thẩm quyền",
    "Theo dõi kết quả giải quyết", "Ghi chú",
]  # fmt: skip
_MATTERS = [
    (
        "Đơn KN; 01 người",
        "Khiếu nại quyết định thu hồi {n} m2 đất nông nghiệp, đề nghị áp lại giá bồi thường",
    ),
    (
        "Đơn kiến nghị; 03 người",
        "Đề nghị lắp đèn chiếu sáng đoạn đường dài {n} m từ trường học đến nhà văn hóa thôn",
    ),
    ("PA; 02 người", "Phản ánh mương tưới nội đồng bị lấn chiếm, {n} hộ không có nước vụ xuân"),
    ("Tố cáo; 01 người", "Tố cáo việc thu tiền không có biên lai của {n} hộ trong thôn"),
]
_OUTCOMES = [
    (None, "x", None, None, "QĐ số {n}/QĐ-UBND ngày 20/12/2024"),
    (None, "x", None, None, None),
    ("UBND xã Quế", None, "x", None, None),
    (None, None, None, "Thanh tra huyện", None),
]


def measure(bench: Bench) -> Iterable[Figure]:
    """The whole command, from its start to its last line: reading, checking, writing."""
    lines = min(LINES, bench.full.cases // 2)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        # Another sheet in each run: a line comes in once.
        _book(path, f"Sổ {time.time_ns()}", lines, random.Random(2024))
        first, took = _imported(bench, path)
        again, took_again = _imported(bench, path)
    if (first["imported"], again["imported"], again["unchanged"]) != (lines, 0, lines):
        raise AssertionError(f"{lines} lines, {first['imported']} imported, then {again['imported']}")
    yield Figure.plain(
        "books.lines_a_second",
        lines / took,
        unit="lines a second",
        must=500,
        at_least=True,
        of=f"{lines} lines",
    )
    yield Figure.plain("books.lines_a_second_again", lines / took_again, unit="lines a second")


def _imported(bench: Bench, path: Path) -> tuple[dict[str, int], float]:
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "manage.py", "import_register", str(path), "--body", _HOST, "--json"],
        cwd=PROJECT, env=bench.full.environment(), check=True, capture_output=True, timeout=1800,
    )  # fmt: skip
    return json.loads(run.stdout), time.perf_counter() - began


def _book(path: Path, title: str, lines: int, draw: random.Random) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    sheet.append(["SỔ TIẾP CÔNG DÂN NĂM 2024"])
    sheet.append(_HEADINGS)
    for number in range(1, lines + 1):
        kind, content = draw.choice(_MATTERS)
        sheet.append(
            [
                number,
                f"{draw.randint(1, 28):02d}/{draw.randint(1, 11):02d}/2024",
                f"{_name(draw)} - thôn {draw.randint(1, 9)}, xã Thanh Sơn",
                f"0350{draw.randrange(10**8):08d}",
                content.format(n=number),
                kind,
                *(cell and cell.format(n=number) for cell in draw.choice(_OUTCOMES)),
                None,
            ]
        )
    workbook.save(path)


def _name(draw: random.Random) -> str:
    return " ".join(
        draw.choice(words.split()) for words in ("Nguyễn Trần Lê Phạm", "Văn Thị Đức", "An Bình Hà Mai")
    )
