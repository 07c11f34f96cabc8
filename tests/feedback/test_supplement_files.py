"""Proof that a citizen sends after the petition, with nothing but the tracking code: looked through, limited, seen by the desk."""

import io
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cases.models import CaseFile, Event
from feedback import words
from feedback.models import Word
from tests.feedback.making import PUBLIC, Place, apart, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
URL = f"{PUBLIC}supplement/"


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def citizen(client_of: Any) -> Any:
    return apart(client_of(None))


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return content.getvalue()


def paper() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(content)
    return content.getvalue()


def send(citizen: Any, code: str, *contents: bytes) -> Any:
    files = [SimpleUploadedFile("Ảnh của Nguyễn Văn An.png", content) for content in contents]
    asked = {"tracking_code": code, "text": "Xin gửi thêm ảnh", "files": files}
    return citizen.post(URL, asked, format="multipart")


def test_files_come_with_the_supplement_and_the_desk_reads_them(
    place: Place, citizen: Any, client_of: Any
) -> None:
    receipt = make_petition(place)
    answer = send(citizen, receipt.tracking_code, picture(), paper())
    assert answer.status_code == 201, answer.content
    event = Event.objects.latest("seq")
    files = list(CaseFile.objects.order_by("name"))
    assert (event.move, Word.objects.get().event_seq) == ("supplement", event.seq)
    assert [(file.event_seq, file.uploaded_by, file.content_type) for file in files] == [
        (event.seq, None, "image/png"),
        (event.seq, None, "application/pdf"),
    ]
    assert "Nguyễn" not in str([file.name for file in files])
    desk = client_of(place.clerk)
    shown = desk.get(f"/api/v1/cases/{receipt.case.reference}/").json()["files"]
    assert len(shown) == 2
    got = desk.get(f"/api/v1/cases/{receipt.case.reference}/files/{shown[1]['id']}/")
    assert b"".join(got.streaming_content).startswith(b"%PDF")


def test_words_without_files_go_as_before_in_both_forms(place: Place, citizen: Any) -> None:
    code = make_petition(place).tracking_code
    assert send(citizen, code).status_code == 201
    assert citizen.post(URL, {"tracking_code": code, "text": "x"}).status_code == 201
    assert not CaseFile.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"MZ program", b"%PDF-1.7 broken"], ids=["empty", "program", "broken"]
)
def test_a_file_that_is_not_taken_is_named_and_takes_all_back(
    place: Place, citizen: Any, content: bytes
) -> None:
    answer = send(citizen, make_petition(place).tracking_code, picture(), content)
    assert (answer.status_code, list(answer.json())) == (400, ["files.1"])
    assert not CaseFile.objects.exists()
    assert not Word.objects.exists()


def test_so_many_at_a_time_and_so_many_in_all(
    place: Place, citizen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_petition(place).tracking_code
    monkeypatch.setattr(words, "MOST_FILES", 2)
    monkeypatch.setattr(words, "MOST_IN_ALL", 3)
    small = picture()
    assert list(send(citizen, code, small, small, small).json()) == ["files"]
    assert send(citizen, code, small, small).status_code == 201
    refused = send(citizen, code, small, small)
    assert (refused.status_code, list(refused.json())) == (400, ["files"])
    assert send(citizen, code, small).status_code == 201
    assert CaseFile.objects.count() == 3


def test_too_much_together_is_refused_by_its_length(
    place: Place, citizen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST_BYTES", 1000)
    answer = send(citizen, make_petition(place).tracking_code, b"x" * 100_000)
    assert answer.status_code == 413
    assert not Word.objects.exists()


def test_without_a_right_code_nothing_is_looked_at(citizen: Any) -> None:
    assert send(citizen, "ABCD-EFGH-JKMN", picture()).status_code == 404
    assert not CaseFile.objects.exists()
