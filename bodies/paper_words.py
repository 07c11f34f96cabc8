"""How the papers of each kind of body are numbered and signed, and how they write days and hours. Pure but for its data file."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bodies.papers import Head, Signature, Skin, month

DATA = Path(__file__).parent / "data" / "papers.yaml"
_BLANK = " " * 6


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The data file; it changes with the product, not while it runs."""
    found: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


def of_kind(kind: str) -> dict[str, str]:
    found: dict[str, str] = words()["kinds"].get(kind, words()["others"])
    return found


def number_line(head: Head, kind: str, of: str, number: str = "") -> str:
    """The number as its line is written; `of` is the code of the sort of paper (TB, BB, BC). None yet: room to write it."""
    party = head.skin == Skin.PARTY
    before = "Số " if party else "Số: "
    if number:
        return before + number
    organ = of_kind(kind)["organ"]
    if party:
        return f"{before}{_BLANK}-{of}" + (f"/{organ}" if organ else "")
    return f"{before}{_BLANK}/{of}" + (f"-{organ}" if organ else "")


def signed_by_head(kind: str, name: str = "") -> Signature:
    """As the head of such a body signs; without a name there is room for it."""
    said = of_kind(kind)
    return Signature(authority=said["authority"], title=said["title"], name=name)


def day_in_words(day: date) -> str:
    """thứ Sáu, ngày 20 tháng 3 năm 2026"""
    return f"{words()['weekdays'][day.weekday()]}, ngày {day.day:02d} tháng {month(day.month)} năm {day.year}"


def hour_in_words(at: datetime) -> str:
    """8 giờ 30 phút; `at` is already the local time."""
    return f"{at.hour} giờ {at.minute:02d} phút"


def place_of(area_name: str) -> str:
    """Where a paper is made out: the place without its type. Xã Thi Sơn: Thi Sơn."""
    for kind in (
        "Thị trấn ",
        "Phường ",
        "Xã ",
        "Huyện ",
        "Thị xã ",
        "Thành phố ",
        "Quận ",
        "Tỉnh ",
        "Đặc khu ",
    ):
        if area_name.startswith(kind):
            return area_name[len(kind) :]
    return area_name
