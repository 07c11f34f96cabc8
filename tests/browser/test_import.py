"""An old book in a browser: handed in, seen, confirmed, watched on its bar, and the copy with the errors fetched."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from bodies import jobs
from bodies.models import Job
from feedback.models import RegisterFile, RegisterLine
from tests.browser.desk import Desk
from tests.cases.making import make_area, make_body, make_user
from tests.feedback.test_register import line
from tests.feedback.test_register_api import book, lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


@pytest.mark.parametrize("width", [1280, 320])
def test_a_book_is_imported_and_its_errors_fetched(desk: Desk, width: int):
    body = make_body(area=make_area())
    page = desk.sign_in(make_user(("receptionist", body)))
    page.set_viewport_size({"width": width, "height": 800})

    def is_whole() -> None:
        assert desk.faults() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto("/import/")
    is_whole()
    page.locator(".book-form button").click()
    page.locator("#summary").wait_for()
    assert page.locator("#summary").evaluate("element => element === document.activeElement")
    is_whole()
    content = book(*lines(3), line(4, "31/02/2024"))
    page.set_input_files("input[type=file]", {"name": "so.xlsx", "mimeType": "", "buffer": content})
    page.locator(".book-form button").click()
    page.wait_for_url("**/import/*-*/")
    page.locator("progress").wait_for()
    is_whole()
    jobs.run_waiting(timezone.now())
    page.locator(".mapping").wait_for()
    assert page.locator("#said").text_content() == page.locator("#how-far").text_content()
    is_whole()
    with page.expect_download() as download:
        page.locator("a[download]").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert str(sheet.cell(6, sheet.max_column).value).startswith("B: ")
    page.locator("#state form button").click()
    page.locator("progress").wait_for()
    # As a worker tells it on its way.
    Job.objects.filter(pk=RegisterFile.objects.get().taking_in).update(done=2, total=3)
    page.locator("progress[value='2'][max='3']").wait_for()
    is_whole()
    jobs.run_waiting(timezone.now())
    page.locator("progress").wait_for(state="detached")
    assert RegisterLine.objects.count() == 3
    is_whole()
    page.goto("/import/")
    page.locator(".chip-done").wait_for()
    is_whole()
