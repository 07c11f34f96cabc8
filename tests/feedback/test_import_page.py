"""The import page, without a browser: a book is handed in, read, confirmed and imported; others see nothing of it."""

import io
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bodies import jobs
from bodies.models import Job
from feedback.models import Petition, RegisterFile, RegisterLine
from tests.cases.making import make_body, make_user
from tests.feedback.test_register import line
from tests.feedback.test_register_api import NAME, book, lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def signed_in(*posts):
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(*posts))
    return client


@pytest.fixture
def office():
    body = make_body()
    return signed_in(("receptionist", body)), body


def hand_in(client, body, content, key=None):
    file = SimpleUploadedFile("so.xlsx", content)
    return client.post("/import/", {"body": body.code, "file": file, "key": key or str(uuid4())})


def work():
    return jobs.run_waiting(timezone.now())


def test_a_book_is_seen_before_it_is_imported(office):
    client, body = office
    answer = hand_in(client, body, book(*lines(3), line(4, "31/02/2024")))
    file = RegisterFile.objects.get()
    url = f"/import/{file.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    waiting = client.get(url).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "<progress" in waiting
    assert client.post(f"{url}confirm/").status_code == 409
    work()
    read = client.get(url).content.decode()
    assert "Import 3 lines" in read
    assert "<td>B</td><td>Ngày tiếp</td>" in read
    assert '<td class="number">6</td><td>B</td>' in read
    assert "every 1s" not in read
    assert NAME not in read
    assert not Petition.objects.exists()
    for _time in range(2):
        assert client.post(f"{url}confirm/").headers["Location"] == url
    work()
    assert RegisterLine.objects.count() == 3
    assert Job.objects.count() == 2
    done = client.get(f"{url}state/").content.decode()
    assert "The book is imported." in done
    assert "/confirm/" not in done
    assert "Import: Done" in client.get("/import/").content.decode()


def test_how_far_the_worker_is_stands_on_the_bar(office):
    client, body = office
    hand_in(client, body, book(*lines(1)))
    Job.objects.update(state="running", done=50, total=200)
    part = client.get(f"/import/{RegisterFile.objects.get().pk}/state/").content.decode()
    assert 'value="50" max="200"' in part
    assert "25%" in part


def test_the_copy_with_the_errors_is_fetched(office):
    client, body = office
    hand_in(client, body, book(line(1), line(2, "hôm qua")))
    url = f"/import/{RegisterFile.objects.get().pk}/"
    assert client.get(f"{url}copy/").status_code == 404
    work()
    assert f"{url}copy/" in client.get(url).content.decode()
    answer = client.get(f"{url}copy/")
    assert "no-store" in answer.headers["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert str(sheet.cell(4, sheet.max_column).value).startswith("B: ")


def test_what_is_no_workbook_is_told_beside_the_field(office):
    client, body = office
    for content, says in ((b"", "empty"), (b"PK\x03\x04 no zip", "broken")):
        answer = hand_in(client, body, content)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert 'id="summary"' in answer.content.decode()
    assert client.post("/import/", {"body": body.code}).status_code == 422
    assert not RegisterFile.objects.exists()


def test_sent_twice_it_is_one_book(office):
    client, body = office
    content, key = book(*lines(1)), str(uuid4())
    first, again = hand_in(client, body, content, key), hand_in(client, body, content, key)
    assert first.headers["Location"] == again.headers["Location"]
    assert hand_in(client, body, book(*lines(2)), key).status_code == 409
    assert RegisterFile.objects.count() == Job.objects.count() == 1


def test_a_book_without_anything_new_offers_no_import(office):
    client, body = office
    hand_in(client, body, book(line(1, "x")))
    work()
    page = client.get(f"/import/{RegisterFile.objects.get().pk}/").content.decode()
    assert "There is nothing new in this book." in page
    assert "/confirm/" not in page


def test_a_book_is_its_desks_alone(office):
    client, body = office
    hand_in(client, body, book(line(1), line(2, "x")))
    work()
    url = f"/import/{RegisterFile.objects.get().pk}/"
    for other in (signed_in(("handler", body)), signed_in(("monitor", body))):
        assert other.get("/import/").status_code == 403
        assert hand_in(other, body, book(line(1))).status_code == 403
    stranger = signed_in(("receptionist", make_body()))
    assert hand_in(stranger, body, book(line(1))).status_code == 422
    assert "/import/0" not in stranger.get("/import/").content.decode()
    for other in (stranger, signed_in(("handler", body))):
        for place in ("", "state/", "copy/"):
            assert other.get(f"{url}{place}").status_code == 404
        assert other.post(f"{url}confirm/").status_code == 404
    assert RegisterFile.objects.count() == 1
