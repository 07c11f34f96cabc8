"""The reception book of a body (Form 03, twelve columns): its lines, and the workbook. In the workbook nobody is named: column 12 names the case.

Form 03 of Circular 04/2021/TT-TTCP. A denunciation of the body itself is not in its book: its people do not know of it.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.later import Later
from bodies.models import Body
from bodies.refusals import BadInput, Refused
from bodies.scopes import Standing
from cases.codes import Channel, Kind, Result
from cases.models import Event
from cases.stages import Stage
from cases.steps import local_day
from feedback.models import Petition
from feedback.permissions import receives_for

xlsxwriter = Later("xlsxwriter")

# A book is kept by the year; two years are more than anybody prints at once.
LONGEST = timedelta(days=731)
_WIDTHS = (5, 11, 24, 16, 46, 16, 18, 8, 10, 20, 24, 26)


def book_of(body: Body, standing: Standing, *, first: date, last: date) -> IO[bytes]:
    """The book of these local days, both included, on disk. Raises Refused for another desk's people, BadInput for the span."""
    if body.pk not in receives_for(standing):
        raise Refused(_("You do not work at this desk."), field="body")
    check_span(first, last)
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        _write(file, body, first, last, rows_of(body, standing, first=first, last=last))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def check_span(first: date, last: date) -> None:
    """Raises BadInput for a span that ends before it begins, or is longer than a book."""
    if not timedelta(0) <= last - first <= LONGEST:
        raise BadInput.of("to", _("Name a last day after the first, and two years at most."))


def rows_of(body: Body, standing: Standing, *, first: date, last: date) -> QuerySet[Petition, Any]:
    """The lines of these local days, both included, in the order in which people came."""
    lines = Event.objects.filter(case=OuterRef("case")).order_by("-seq")
    accepted = lines.filter(move__in=["accept", "import"], to_stage__in=[Stage.ACCEPTED, Stage.CLOSED])
    sent = lines.filter(Q(move="transfer") | Q(move="import", to_stage=Stage.TRANSFERRED_OUT))
    answered = lines.filter(move__in=["answer", "import"])
    rows: QuerySet[Petition, Any] = (
        Petition.objects.visible_to(standing)
        .filter(received_by=body, channel=Channel.RECEPTION)
        .filter(received_at__gte=_midnight(first), received_at__lt=_midnight(last + timedelta(days=1)))
        .order_by("received_at", "code")
        .annotate(
            accepted=Exists(accepted),
            sent=Subquery(sent.values("details")[:1]),
            # Within the system the line of history itself knows who holds it then.
            sent_to=Subquery(sent.values("body__name")[:1]),
            answered=Subquery(answered.values("details")[:1]),
        )
        .values(
            "id", "code", "received_at", "people_count", "accepted", "sent", "sent_to", "answered", "case__kind", "case__title",
            "case__stage", "case__result", "case__earlier_settled_by",
        )
    )  # fmt: skip
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def cells_of(number: int, row: dict[str, Any], *, who: str = "", papers: str = "") -> Iterator[str]:
    """The twelve cells of a line; `who` came and with which identity papers, for a reader who may know it."""
    people = _("%(count)s people") % {"count": f"{row['people_count']:02d}"}
    yield str(number)
    yield f"{local_day(row['received_at']):%d/%m/%Y}"
    yield who or _("Kept sealed")
    yield papers
    yield row["case__title"]
    yield f"{Kind(row['case__kind']).label}; {people}"
    yield row["case__earlier_settled_by"]
    yield "x" if row["accepted"] else ""
    yield "x" if row["case__stage"] == Stage.GUIDED else ""
    yield (row["sent"].get("address") or row["sent_to"]) if row["sent"] else ""
    yield _outcome(row)
    yield row["code"]


def _outcome(row: dict[str, Any]) -> str:
    """The answer and its paper: number and day."""
    told = row["answered"] or {}
    paper = told.get("document") or {}
    said = [str(Result(row["case__result"]).label)] if row["case__result"] else []
    if paper:
        said.append(f"{paper['number']}, {date.fromisoformat(paper['date']):%d/%m/%Y}")
    return "; ".join(said) or str(told.get("text") or "")


@transaction.atomic
def _write(file: IO[bytes], body: Body, first: date, last: date, rows: QuerySet[Petition, Any]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(_("Reception book"))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P/&N")
        bold = book.add_format(
            {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
        )
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        title = book.add_format({"bold": True})
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.write_string(0, 0, body.name, title)
        span = {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        page.write_string(1, 0, _("RECEPTION BOOK from %(first)s to %(last)s") % span, title)
        for column, heading in enumerate(headings()):
            page.write_string(3, column, heading, bold)
        for column in range(len(_WIDTHS)):
            page.write_string(4, column, f"({column + 1})", bold)
        page.repeat_rows(3, 4)
        page.freeze_panes(5, 0)
        for number, row in enumerate(rows.iterator(2000), start=1):
            for column, words in enumerate(cells_of(number, row)):
                page.write_string(4 + number, column, words, plain)


def headings() -> list[str]:
    """The twelve columns of the form."""
    return [
        _("No."),
        _("Received on"),
        _("Full name - address"),
        _("Identity card or passport"),
        _("Content of the matter"),
        _("Kind of letter / number of people"),
        _("Body that settled it before"),
        _("Accepted for settlement"),
        _("Returned and guided"),
        _("Transferred to the competent body"),
        _("Follow-up of the result"),
        _("Remarks (case)"),
    ]
