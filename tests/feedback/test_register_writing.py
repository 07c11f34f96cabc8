"""Lines of a book are written many at a time: the same rows as one after the other, each once whatever stops the run."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bodies.models import Announcement, Area, Body, Person
from cases import workflow
from cases.models import Case, CaseNumber, Clock, Event
from cases.stages import Stage
from cases.steps import IMPORTER
from feedback import intake, register, register_reading, register_writing
from feedback.models import Petition, Petitioner, RegisterLine
from feedback.register_reading import Book
from tests.cases.making import at, make_body

SAMPLE = Path(__file__).resolve().parents[2] / "feedback/data/so-tiep-cong-dan-kim-bang-2024.xlsx"
NOW = at("2025-03-03", 10)
# What is made by chance, or numbers a row of the database.
BY_CHANCE = {"id", "case_id", "petition_id", "person_id", "token", "box", "tracking_hash"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def sample() -> Book:
    workbook = openpyxl.load_workbook(SAMPLE, data_only=True)
    return register_reading.read(workbook, today=NOW.date())


def host() -> Body:
    """A body whose area has two of the book's communes, one of them remote."""
    body = make_body()
    for name, remote in (("Xã Quế", False), ("Xã Thanh Sơn", True)):
        code = f"noi-{name[-3:]}"
        Area.objects.create(code=code, name=name, level="commune", parent=body.area, remote=remote)
    return body


def one_by_one(book: Book, body: Body) -> None:
    """The same through the ways in of every day."""
    where = register_writing.Host.of(body)
    for line in book.lines:
        new = register_writing.petition_in(line, where)
        receipt = intake.receive(new, by=IMPORTER, recorded_at=NOW)
        if line.stage != Stage.RECEIVED:
            facts = register_writing.facts_in(line)
            workflow.move(
                receipt.case, "import", by=IMPORTER, recorded_at=NOW, at=new.received_at, facts=facts
            )
        RegisterLine.objects.create(
            body=body,
            year=line.year,
            sheet=register_writing.sheet_of(line),
            number=line.number,
            date=line.date,
            fingerprint=register_writing.fingerprint_of(line),
            petition=receipt.petition,
        )


def written(does: Any) -> dict[str, list[Any]]:
    """Every row that came of it, in its order; then it is taken back."""
    with transaction.atomic():
        before = set(Announcement.objects.values_list("pk", flat=True))
        does()
        rows = {
            "cases": Case.objects.order_by("id"),
            "events": Event.objects.order_by("case_id", "seq"),
            "clocks": Clock.objects.order_by("case_id", "id"),
            "petitions": Petition.objects.order_by("case_id"),
            "petitioners": Petitioner.objects.order_by("petition__case_id", "position"),
            "people": Person.objects.order_by("id"),
            "lines": RegisterLine.objects.order_by("petition__case_id"),
            "told": Announcement.objects.exclude(pk__in=before).order_by("subject", "id"),
            "numbers": CaseNumber.objects.order_by("id"),
        }
        found = {
            name: [{k: v for k, v in row.items() if k not in BY_CHANCE} for row in each.values()]
            for name, each in rows.items()
        }
        transaction.set_rollback(True)
    return found


def test_many_lines_at_a_time_are_the_rows_of_one_after_the_other() -> None:
    body, book = host(), sample()
    quick = written(lambda: register.write(book, body, at=NOW))
    slow = written(lambda: one_by_one(book, body))
    assert len(quick["cases"]) == len(book.lines) == 320
    assert any("remote" in case["flags"] for case in quick["cases"])
    for name, rows in slow.items():
        assert quick[name] == rows, name


def test_statements_do_not_grow_with_the_lines() -> None:
    body, book = host(), sample()
    counts = []
    for some in (book.lines[:10], book.lines[10:300]):
        with CaptureQueriesContext(connection) as seen:
            outcome = register.write(Book(lines=some), body, at=NOW)
        assert outcome.imported == len(some)
        counts.append(len(seen))
    assert counts[1] <= counts[0] <= 25


def test_a_line_that_cannot_be_written_takes_no_number_and_stops_no_other() -> None:
    body, book = host(), sample()
    lines = book.lines[:6]
    Body.objects.filter(pk=body.pk).update(valid_from=lines[3].date)
    body.refresh_from_db()
    outcome = register.write(Book(lines=lines), body, at=NOW)
    refused = [line for line in lines if line.date < lines[3].date]
    assert refused
    assert [fault.row for fault in outcome.faults] == [line.row for line in refused]
    numbers = [int(ref[-6:]) for ref in Case.objects.order_by("id").values_list("reference", flat=True)]
    assert numbers == list(range(1, 6 - len(refused) + 1))


def test_a_dry_run_finds_what_the_real_one_would_refuse() -> None:
    body, book, then = host(), sample(), NOW - timedelta(days=330)
    late = {line.row for line in book.lines if line.date > then.date()}
    assert late
    for dry_run in (True, False):
        outcome = register.write(book, body, at=then, dry_run=dry_run)
        assert {fault.row for fault in outcome.faults} == late
        assert outcome.imported == len(book.lines) - len(late)
    assert Case.objects.count() == len(book.lines) - len(late)


def test_two_lines_of_one_number_and_day_or_one_wording_are_one() -> None:
    body, book = host(), sample()
    first = book.lines[0]
    outcome = register.write(Book(lines=[first, first]), body, at=NOW)
    assert (outcome.imported, len(outcome.faults)) == (1, 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_in_the_middle_is_finished_by_the_next(tmp_path: Path) -> None:
    """The importer is a process of its own, killed with -9 once the first batch is in."""
    body = make_body()
    path = tmp_path / "so.xlsx"
    workbook = openpyxl.load_workbook(SAMPLE)
    sheet = workbook.active
    rows = [
        [cell.value for cell in row] for row in sheet.iter_rows(min_row=8) if isinstance(row[0].value, int)
    ]
    for number in range(len(rows) + 1, 1_500):
        row = list(rows[number % len(rows)])
        row[0], row[4] = number, f"{row[4]} ({number})"
        sheet.append(row)
    workbook.save(path)
    command = [sys.executable, "manage.py", "import_register", str(path), "--body", body.code]
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    importer = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(lambda: RegisterLine.objects.count() > 0, importer)
    finally:
        importer.send_signal(signal.SIGKILL)
        importer.wait(timeout=120)
    before = RegisterLine.objects.count()
    assert 0 < before < 1_499
    assert before % register.BATCH == 0
    subprocess.run(command, env=environment, check=True, timeout=120, capture_output=True)
    assert RegisterLine.objects.count() == Case.objects.count() == 1_499
    assert len(set(RegisterLine.objects.values_list("number", flat=True))) == 1_499
    last = CaseNumber.objects.get()
    assert last.last == 1_499


def _wait_for(there: Any, process: "subprocess.Popen[bytes]") -> None:
    from time import monotonic, sleep

    end = monotonic() + 60
    while not there():
        assert process.poll() is None, "the importer ended too early"
        assert monotonic() < end
        sleep(0.02)
