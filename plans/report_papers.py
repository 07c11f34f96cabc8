"""A dated report as a paper: the body's words, then every figure with its parts, as a Word file and as a workbook.

Words of ours stand in data/report_papers.yaml. A figure that was typed in is marked as such beside those that were counted.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from bodies.later import Later
from bodies.paper_words import number_line, place_of, signed_by_head
from bodies.papers import Block, Paper, head_of, paragraphs, written_out
from cases.steps import Document
from plans.models import Report
from plans.terms import WHOLE

xlsxwriter = Later("xlsxwriter")

DATA = Path(__file__).parent / "data" / "report_papers.yaml"
Figures = Sequence[dict[str, Any]]


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    """The data file; it changes with the product, not while it runs."""
    found: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


def docx_of(report: Report, figures: Figures, document: Document | None = None) -> bytes:
    """The report as a Word file; without its document a draft, to be numbered and signed."""
    # Loaded when a paper is asked for.
    from bodies import paper_docx

    return paper_docx.docx_of(paper_of(report, figures, document))


def paper_of(report: Report, figures: Figures, document: Document | None) -> Paper:
    said, duty = _words(), report.duty
    day = document.date if document else None
    as_of = day or report.due_on
    name = report.body.name_on(as_of)
    facts = {"plan": duty.plan.title, "body": written_out(name), "period": _period(report.period)}
    superior = report.body.superior.name_on(as_of) if report.body.superior else ""
    head = head_of(report.body.kind, name, superior)
    return Paper(
        head=head,
        number=number_line(head, report.body.kind, said["sort"], document.number if document else ""),
        place=place_of(report.body.area.name),
        day=day,
        title=said["title"],
        about=said["about"].format(**facts),
        blocks=(*_blocks(report, figures, said, facts),),
        signatures=(signed_by_head(report.body.kind, document.signer if document else ""),),
        recipients=_recipients(report, said, as_of),
        is_draft=document is None,
    )


def _blocks(report: Report, figures: Figures, said: dict[str, Any], facts: dict[str, str]) -> list[Block]:
    blocks = [Block(kind="paragraph", text=said["opening"].format(**facts))]
    if report.is_review:
        blocks.append(Block(kind="paragraph", text=said["review"]))
    blocks.append(Block(kind="heading", text=said["words"]))
    blocks += paragraphs(report.words or said["no_words"])
    blocks.append(Block(kind="heading", text=said["figures"]))
    blocks += [Block(kind="item", text=_line(figure, said)) for figure in figures]
    last = max((figure["as_of"] for figure in figures), default="")
    blocks.append(
        Block(
            kind="paragraph",
            text=said["as_of"].format(as_of=_day(last)) if figures else said["no_figures"],
        )
    )
    return blocks


def _line(figure: dict[str, Any], said: dict[str, Any]) -> str:
    value = said["nothing"] if figure["value"] is None else f"{figure['value']} {figure['unit']}".strip()
    if figure["value"] is not None and figure["is_share"]:
        value = said["share"].format(**figure)
    threshold = ""
    if figure["threshold"] is not None:
        threshold = said["threshold"].format(**figure) + (said["ours"] if figure["threshold_is_ours"] else "")
    judged = {True: said["kept"], False: said["missed"], None: ""}[figure["passed"]]
    return str(
        said["figure"].format(
            code=figure["code"],
            text=figure["text"],
            period=_period(figure["period"]),
            value=value,
            threshold=threshold,
            judged=judged,
            typed=said["typed"] if figure["is_typed"] else "",
        )
    )


def _recipients(report: Report, said: dict[str, Any], as_of: date) -> tuple[str, ...]:
    duty = report.duty
    to = written_out(duty.to.name_on(as_of)) if duty.to else duty.to_words
    via = written_out(duty.via.name_on(as_of)) if duty.via else duty.via_words
    return tuple(filter(None, [to, said["through"].format(body=via) if via else "", said["file"]]))


def _period(code: str) -> str:
    said = _words()["periods"]
    if code == WHOLE:
        return str(said["plan"])
    year, _dash, part = code.partition("-")
    if not part:
        return str(said["year"].format(year=year))
    if part.startswith("Q"):
        return str(said["quarter"].format(quarter=part[1:], year=year))
    return str(said["month"].format(month=int(part), year=year))


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d/%m/%Y")


def sheet_of(figures: Figures) -> bytes:
    """The figures as XLSX: values only, nothing that a spreadsheet would run."""
    said = _words()["sheet"]
    mark = {True: said["yes"], False: said["no"], None: ""}
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet(said["name"])
        page.set_landscape()
        page.set_paper(9)
        page.set_column(1, 1, 60)
        page.freeze_panes(1, 0)
        for column, title in enumerate(said["columns"]):
            page.write_string(0, column, title, bold)
        for line, figure in enumerate(figures, start=1):
            page.write_string(line, 0, figure["code"])
            page.write_string(line, 1, figure["text"], wrapped)
            page.write_string(line, 2, _period(figure["period"]))
            for column, name in enumerate(("numerator", "denominator", "value", "threshold"), start=3):
                if figure[name] is not None:
                    page.write_number(line, column, float(figure[name]))
            page.write_string(line, 7, mark[figure["threshold_is_ours"]])
            page.write_string(line, 8, mark[figure["passed"]])
            page.write_string(line, 9, mark[figure["is_typed"]])
            page.write_string(line, 10, _day(figure["as_of"]))
    return buffer.getvalue()
