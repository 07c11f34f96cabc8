"""Old books over HTTP: handed in, read by the worker, confirmed, imported, the copy fetched; each harmless twice."""

import io
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bodies import jobs
from bodies.models import Job
from cases.models import Case
from feedback import register, register_jobs
from feedback.models import Petition, RegisterFile, RegisterLine
from tests.cases.making import make_body, make_user
from tests.feedback.test_register import HEADINGS, line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = "/api/v1/registers/"
NAME = "Lê Văn Canh"


@pytest.fixture
def desk() -> Any:
    body = make_body()
    return body, make_user(("receptionist", body)), make_user(("head", body))


def book(*rows: list[Any]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Sổ"
    sheet.append(["SỔ TIẾP CÔNG DÂN NĂM 2024"])
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def lines(count: int) -> list[list[Any]]:
    rows = [line(number) for number in range(1, count + 1)]
    for row in rows:
        row[2] = f"{NAME} - thôn 1, xã Quế"
    return rows


def hand_in(client: Any, body: Any, content: bytes, **headers: str) -> Any:
    file = SimpleUploadedFile("so.xlsx", content)
    return client.post(URL, {"body": body.code, "file": file}, format="multipart", headers=headers)


def work() -> int:
    return jobs.run_waiting(timezone.now())


def shown(client: Any, pk: str) -> Any:
    return client.get(f"{URL}{pk}/").json()


def test_a_book_is_read_confirmed_and_imported(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    client = client_of(clerk)
    answer = hand_in(client, body, book(*lines(3), line(4, "31/02/2024")))
    assert answer.status_code == 201
    pk = answer.json()["id"]
    assert answer.json()["reading"]["state"] == "waiting"
    assert work() == 1
    read = shown(client, pk)
    assert read["reading"]["state"] == "done"
    result = read["reading"]["result"]
    assert (result["imported"], result["rejected"], result["faults"][0]["row"]) == (3, 1, 6)
    assert result["mapping"]["Sổ"]["date"] == "B: Ngày tiếp"
    assert not Petition.objects.exists()
    assert client.post(f"{URL}{pk}/confirm/").status_code == 202
    assert work() == 1
    done = shown(client, pk)
    assert done["importing"]["result"]["imported"] == RegisterLine.objects.count() == 3
    assert (done["importing"]["done"], done["importing"]["total"]) == (3, 3)
    job = client.get(f"/api/v1/jobs/{done['importing']['id']}/").json()
    assert (job["state"], job["kind"]) == ("done", "register.import")


def test_confirming_twice_is_one_import_and_the_book_again_brings_nothing(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    client, content = client_of(clerk), book(*lines(2))
    pk = hand_in(client, body, content).json()["id"]
    work()
    first, again = (client.post(f"{URL}{pk}/confirm/").json() for _ in range(2))
    assert first["importing"]["id"] == again["importing"]["id"]
    work()
    assert Job.objects.filter(kind="register.import").count() == 1
    second = hand_in(client, body, content).json()["id"]
    work()
    told = shown(client, second)["reading"]["result"]
    assert (told["imported"], told["unchanged"]) == (0, 2)
    refused = client.post(f"{URL}{second}/confirm/")
    assert (refused.status_code, Case.objects.count()) == (409, 2)


def test_the_same_key_hands_one_book_in(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    client, content, key = client_of(clerk), book(*lines(1)), str(uuid.uuid4())
    first, again = (hand_in(client, body, content, **{"Idempotency-Key": key}) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert RegisterFile.objects.count() == Job.objects.count() == 1
    other = hand_in(client, body, book(*lines(2)), **{"Idempotency-Key": key})
    assert other.status_code == 422


def test_nothing_is_imported_before_it_was_read(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    client = client_of(clerk)
    pk = hand_in(client, body, book(*lines(1))).json()["id"]
    assert client.post(f"{URL}{pk}/confirm/").status_code == 409
    assert not Job.objects.filter(kind="register.import").exists()


def test_the_copy_says_beside_each_line_what_is_wrong(desk: Any, client_of: Any) -> None:
    body, clerk, head = desk
    client = client_of(clerk)
    pk = hand_in(client, body, book(line(1), line(2, "hôm qua", content="=1+1"))).json()["id"]
    assert client.get(f"{URL}{pk}/copy/").status_code == 404
    work()
    assert shown(client, pk)["has_copy"] is True
    answer = client_of(head).get(f"{URL}{pk}/copy/")
    assert answer["Cache-Control"] == "no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet.cell(3, sheet.max_column).value is None
    assert str(sheet.cell(4, sheet.max_column).value).startswith("B: ")


def test_a_book_is_its_desks_alone(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    pk = hand_in(client_of(clerk), body, book(*lines(1), line(2, "x"))).json()["id"]
    work()
    others = [
        make_user(("handler", body)),
        make_user(("monitor", body)),
        make_user(("receptionist", make_body())),
    ]
    for other in others:
        client = client_of(other)
        assert hand_in(client, body, book(*lines(1))).status_code == 409
        assert client.get(URL).json() == []
        for place in ("", "copy/"):
            assert client.get(f"{URL}{pk}/{place}").status_code == 404
        assert client.post(f"{URL}{pk}/confirm/").status_code == 404
    assert client_of(None).get(URL).status_code == 401
    assert RegisterFile.objects.count() == 1


def test_no_name_of_a_book_lies_open(desk: Any, client_of: Any) -> None:
    """What is kept is no workbook to anybody without the key, and the job says nothing of a person."""
    body, clerk, _head = desk
    content = book(*lines(1), line(2, "x"))
    assert zipfile.is_zipfile(io.BytesIO(content))
    hand_in(client_of(clerk), body, content)
    work()
    row = RegisterFile.objects.get()
    for box in (bytes(row.box), bytes(row.copy_box or b"")):
        assert box
        assert not zipfile.is_zipfile(io.BytesIO(box))
        assert b"[Content_Types].xml" not in box
    assert NAME not in str(Job.objects.values())


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"PK\x03\x04 no zip", "broken"), (b"x" * (8 * 1024 * 1024 + 1), "8 MB")],
    ids=["empty", "broken", "large"],
)
def test_what_is_no_workbook_is_refused(desk: Any, client_of: Any, content: bytes, says: str) -> None:
    body, clerk, _head = desk
    answer = hand_in(client_of(clerk), body, content)
    assert (answer.status_code, says in str(answer.json()["file"])) == (400, True)
    assert not RegisterFile.objects.exists()


def test_a_zip_that_is_no_workbook_fails_the_job_with_a_sentence(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        parts.writestr("a.txt", "x")
    client = client_of(clerk)
    pk = hand_in(client, body, content.getvalue()).json()["id"]
    work()
    reading = shown(client, pk)["reading"]
    assert reading["state"] == "failed"
    assert "xlsx" in reading["error"]
    assert client.post(f"{URL}{pk}/confirm/").status_code == 409


def test_an_import_whose_worker_died_goes_on_and_counts_all(
    desk: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, clerk, _head = desk
    client = client_of(clerk)
    monkeypatch.setattr(register, "BATCH", 2)
    pk = hand_in(client, body, book(*lines(5))).json()["id"]
    work()
    client.post(f"{URL}{pk}/confirm/")

    class Killed(BaseException):
        pass

    def kill(self: Any, done: int, total: int | None = None) -> None:
        if done == 2:
            raise Killed

    with monkeypatch.context() as context:
        context.setattr(jobs.Progress, "__call__", kill)
        with pytest.raises(Killed):
            work()
    assert RegisterLine.objects.count() == 2
    job = Job.objects.get(kind="register.import")
    assert job.state == "running"
    Job.objects.filter(pk=job.pk).update(seen_at=timezone.now() - jobs.SILENT - timedelta(seconds=1))
    work()
    result = shown(client, pk)["importing"]["result"]
    assert (result["imported"], result["unchanged"]) == (5, 0)
    assert RegisterLine.objects.count() == Case.objects.count() == 5


def test_books_are_forgotten_after_a_month(desk: Any, client_of: Any) -> None:
    body, clerk, _head = desk
    pk = hand_in(client_of(clerk), body, book(*lines(1))).json()["id"]
    now = RegisterFile.objects.get(pk=pk).at
    assert register_jobs.prune(now + timedelta(days=29)) == 0
    assert register_jobs.prune(now + timedelta(days=31)) == 1
    work()
    assert Job.objects.get().state == "failed"
