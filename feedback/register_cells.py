"""What the cells of a reception book say: dates, kinds, people, numbers of ids, outcomes. Pure; nothing is guessed.

Raises Unreadable with the sentence for the clerk; the sentence never repeats what stands in the cell.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bodies.text import fold, tidy
from cases.codes import Kind
from cases.stages import Stage

# Day 0 of a workbook's dates, where it does not say otherwise.
WINDOWS_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones


class Unreadable(Exception):
    """A cell that cannot be read without guessing."""


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tidy(str(value))


# --- Days -----------------------------------------------------------------------------------------------------------

_DAY = r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})"
_HOUR = r"(?:\s+\d{1,2}\s*[:h]\s*\d{2}(?::\d{2})?)?"
_DAY_ONLY = re.compile(rf"(?:ngay\s*)?{_DAY}{_HOUR}")
_DAY_OF_MACHINES = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_HOUR}")
_DAY_IN_WORDS = re.compile(r"(?:ngay\s*)?(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")


def day_of(value: Any, *, year: int | None, today: date, epoch: datetime = WINDOWS_EPOCH) -> date:
    """A local day: a date cell or day, month, year in this order. Two figures are a year only in a book of that year.

    A bare number is a day of the workbook's own count (from `epoch`) where it falls into the year of the book.
    """
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        day = _day_counted(value, year, epoch)
    else:
        day = _day_in(value, year)
    if day > today:
        raise Unreadable(_("This lies in the future."))
    if day.year < 1999:
        raise Unreadable(_("This lies before %(day)s.") % {"day": "01/01/1999"})
    return day


def _day_counted(number: float, year: int | None, epoch: datetime) -> date:
    day = epoch.date() + timedelta(days=int(number)) if 0 < number < 100_000 else None
    if day is None or day.year != year:
        raise Unreadable(_("Write the day as dd/mm/yyyy."))
    return day


def _day_in(value: Any, year: int | None) -> date:
    words = fold(tidy(value)) if isinstance(value, str) else ""
    found = _DAY_ONLY.fullmatch(words) or _DAY_IN_WORDS.fullmatch(words)
    if found is None and (machine := _DAY_OF_MACHINES.fullmatch(words)):
        year_, month, day = machine.groups()
        return _date(day, month, year_, book=year)
    if found is None:
        raise Unreadable(_("Write the day as dd/mm/yyyy."))
    return _date(*found.groups(), book=year)


def _date(day: str, month: str, year: str, *, book: int | None) -> date:
    if len(year) == 2:
        if book is None or book % 100 != int(year):
            raise Unreadable(_("Write the year with four figures."))
        year = str(book)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable(_("There is no such day.")) from None


# --- Kinds and people -----------------------------------------------------------------------------------------------

_KINDS = (
    (Kind.COMPLAINT, re.compile(r"khieu nai|\bkn\b")),
    (Kind.DENUNCIATION, re.compile(r"to cao|\btc\b")),
    (Kind.RECOMMENDATION, re.compile(r"kien nghi|\bknghi\b|de nghi")),
    (Kind.FEEDBACK, re.compile(r"phan anh|\bpa\b")),
)
_BOTH = frozenset({Kind.RECOMMENDATION, Kind.FEEDBACK})
_ASKS = re.compile(r"\W*(kien nghi|de nghi)\b")


def kind_of(value: Any, content: str) -> Kind:
    """PAKN and "phản ánh, kiến nghị" are feedback unless the content begins by asking for something."""
    words = fold(text_of(value))
    found = {kind for kind, said in _KINDS if said.search(words)}
    if re.search(r"\bpakn\b", words) or found == _BOTH:
        return Kind.RECOMMENDATION if _ASKS.match(fold(content)) else Kind.FEEDBACK
    if len(found) != 1:
        raise Unreadable(_("Write one kind: complaint, denunciation, recommendation or feedback."))
    return found.pop()


def people_of(*values: Any) -> int:
    """How many people came; one where the book gives no number."""
    for value in values:
        words = fold(text_of(value))
        found = re.search(r"(\d+)\s*(?:nguoi|cong dan|ho\b)", words) or re.fullmatch(r"(\d+)", words)
        if found:
            if not 1 <= int(found[1]) <= 1_000_000:
                raise Unreadable(_("Give a whole number of at least 1."))
            return int(found[1])
    return 1


def number_of(value: Any) -> int:
    words = text_of(value).rstrip(".")
    if not re.fullmatch(r"[0-9]{1,6}", words):
        raise Unreadable(_("The number of the line is missing or no number."))
    return int(words)


def id_number_of(value: Any) -> str:
    """A number of an id as written. A number cell that lost its leading noughts is reported, never mended."""
    words = text_of(value)
    if isinstance(value, (int, float)) and len(words) not in {9, 12}:
        raise Unreadable(_("The number of the id lost its leading noughts: write it as text."))
    return "" if words in {"-", "x", "X"} else words


def name_and_address(value: Any) -> tuple[str, str]:
    """The first line, or what stands before a dash or a comma, is the name."""
    words = tidy(str(value or ""))
    parts = re.split(r"\s*\n\s*|\s+[-–—]\s+|\s*[,;]\s*", words, maxsplit=1)
    address = parts[1] if len(parts) > 1 else ""
    return parts[0].strip(" ,;-"), address.replace("\n", ", ").strip(" ,;-")


_TYPE = re.compile(r"^(xa|phuong|thi tran|tt\.?|p\.|x\.)\s+")


def commune_key(name: str) -> str:
    """The folded name of a commune without its type: the last but districts and provinces of an address."""
    return _TYPE.sub("", fold(tidy(name)))


def commune_in(address: str) -> str:
    """The key of the commune that an address names with its type; empty where it names none."""
    for part in reversed(re.split(r"[,;\n]|\s[-–]\s", address)):
        words = fold(tidy(part))
        if _TYPE.match(words):
            return commune_key(words)
    return commune_key(address.rsplit(",", 1)[-1]) if address else ""


# --- Outcomes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    number: str
    date: date


_DECISION = re.compile(
    rf"(?:QĐ|Quyết định)\s*(?:số)?\s*:?\s*(\d[\w/.\-]*)\s*,?\s*(?:ngày)?\s*{_DAY}", re.IGNORECASE
)
_SPEAKS_OF_ONE = re.compile(r"\b(qd|quyet dinh)\b")


def decision_of(value: Any, *, received: date, today: date, year: int | None) -> Decision | None:
    """The decision of which the book tells, with its day; None where it tells of none."""
    words = text_of(value)
    found = _DECISION.search(words)
    if found is None:
        if _SPEAKS_OF_ONE.search(fold(words)):
            raise Unreadable(_("Write the decision with its number and its day dd/mm/yyyy."))
        return None
    number, *parts = found.groups()
    day = _date(*parts, book=year)
    if day < received:
        raise Unreadable(_("The decision is older than the reception."))
    if day > today:
        raise Unreadable(_("This lies in the future."))
    return Decision(number, day)


def is_marked(value: Any) -> bool:
    return text_of(value) not in {"", "-", "–", "0"}


def outcome_of(accepted: Any, guided: Any, transferred: Any) -> Stage:
    """What was done with it; `received` where no outcome is marked."""
    told = [
        stage
        for stage, value in (
            (Stage.ACCEPTED, accepted),
            (Stage.GUIDED, guided),
            (Stage.TRANSFERRED_OUT, transferred),
        )
        if is_marked(value)
    ]
    if len(told) > 1:
        raise Unreadable(_("Only one outcome can be marked."))
    return told[0] if told else Stage.RECEIVED
