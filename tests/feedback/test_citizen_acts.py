"""What a citizen does on the pages of a petition: adds, takes back, rates; once however often, and nothing typed is lost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case, CaseFile, Event
from feedback import words
from feedback.models import Verdict, Word
from tests.cases.making import answered, at
from tests.feedback.slip_holder import NO_CODE, let_in, picture, send, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


# --- Adding ---------------------------------------------------------------------------------------------------------


def test_words_and_files_reach_the_case_once_however_often_the_button_is_pressed(citizen, open_case, then):
    let_in(citizen, open_case)
    typed = {"key": str(uuid4()), "text": "Xin gửi thêm ảnh"}
    answers = [
        citizen.post(
            "/track/petition/add/", typed | {"files": [SimpleUploadedFile("Ảnh nhà An.png", picture())]}
        )
        for _ in range(2)
    ]
    assert [answer.headers["Location"] for answer in answers] == ["/track/petition/"] * 2
    word, file = Word.objects.get(), CaseFile.objects.get()
    event = Event.objects.get(move="supplement")
    assert (word.text, word.event_seq, file.event_seq) == ("Xin gửi thêm ảnh", event.seq, event.seq)
    assert (event.actor, "Xin gửi" in str(event.details)) == ("citizen", False)
    assert "Thank you. The office has what you sent." in text_of(citizen.get("/track/petition/"))


def test_other_words_with_the_same_form_are_asked_about_and_not_lost(citizen, open_case, then):
    let_in(citizen, open_case)
    key = str(uuid4())
    send(citizen, "add", key=key, text="Một")
    answer = send(citizen, "add", key=key, text="Hai")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This was sent before, with other words." in page
    assert ">\nHai</textarea>" in page
    (new,) = re.findall('name="key" value="([^"]+)"', page)
    assert send(citizen, "add", key=new, text="Hai").status_code == 302
    assert [word.text for word in Word.objects.order_by("number")] == ["Một", "Hai"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " "}, "Write in your own words what you want to say."),
        ({"text": "x" * 20_001}, "At most 20000 characters."),
        ({"text": "Ảnh", "files": ("thu.png", b"MZ program")}, "thu.png: Only PDF, JPEG"),
        ({"text": "Ảnh", "files": ("thu.png", b"")}, "thu.png: The file is empty."),
    ],
    ids=["nothing", "too long", "a program", "an empty file"],
)
def test_what_is_wrong_stands_beside_its_field_and_the_words_stay(citizen, open_case, then, typed, said):
    let_in(citizen, open_case)
    if "files" in typed:
        typed |= {"files": [SimpleUploadedFile(*typed["files"])]}
    answer = send(citizen, "add", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert text_of(answer).count(said) == 2
    assert typed["text"].strip() in page
    assert re.search(r'id="summary" autofocus', page)
    assert not Word.objects.exists()
    assert not CaseFile.objects.exists()


def test_files_too_large_together_are_not_taken_in_and_the_words_stay(citizen, open_case, then, monkeypatch):
    monkeypatch.setattr(words, "MOST_BYTES", 100_000)
    monkeypatch.setattr("feedback.portal_views._Fitting.left", 100_000)
    let_in(citizen, open_case)
    large = [SimpleUploadedFile(f"{number}.png", bytes(80_000)) for number in range(2)]
    answer = send(citizen, "add", text="Gửi kèm ảnh", files=large)
    assert answer.status_code == 422
    assert "The files are too large together" in text_of(answer)
    assert ">\nGửi kèm ảnh</textarea>" in answer.content.decode()
    assert not Word.objects.exists()


def test_no_more_than_the_api_takes_at_a_time(citizen, open_case, then):
    let_in(citizen, open_case)
    many = [SimpleUploadedFile(f"{number}.png", picture()) for number in range(words.MOST_FILES + 1)]
    answer = send(citizen, "add", text="Gửi kèm ảnh", files=many)
    assert (answer.status_code, "At most 5 files at a time." in text_of(answer)) == (422, True)


def test_a_form_left_for_too_long_asks_for_the_code_and_keeps_the_words(citizen, open_case, then):
    let_in(citizen, open_case)
    then.shift(timedelta(hours=2))
    late = send(citizen, "add", text="Viết rất lâu")
    assert late.status_code == 422
    page = late.content.decode()
    assert "This page was left for a while" in page
    assert ">\nViết rất lâu</textarea>" in page
    wrong = send(citizen, "add", text="Viết rất lâu", tracking_code=NO_CODE)
    assert (wrong.status_code, "There is no petition with this code." in text_of(wrong)) == (422, True)
    assert not Word.objects.exists()
    right = send(citizen, "add", text="Viết rất lâu", tracking_code=open_case.tracking_code)
    assert right.headers["Location"] == "/track/petition/"
    assert Word.objects.get().text == "Viết rất lâu"
    assert citizen.get("/track/petition/").status_code == 200


def test_what_the_case_takes_no_more_is_refused_with_the_reason(citizen, open_case, then):
    let_in(citizen, open_case)
    answered(open_case.case, "2024-04-10", result="met")
    answer = send(citizen, "add", text="Còn nữa")
    assert (answer.status_code, "Còn nữa" in answer.content.decode()) == (409, True)
    assert "nothing can be added or taken back now" in text_of(answer)


# --- Taking back ----------------------------------------------------------------------------------------------------


def test_a_withdrawal_is_shown_once_more_before_it_is_done(citizen, open_case, then):
    let_in(citizen, open_case)
    key = str(uuid4())
    shown = send(citizen, "withdraw", key=key, whole="yes", text="Đã tự giải quyết")
    told = text_of(shown)
    assert shown.status_code == 200
    assert "Check before you send" in told
    assert "The whole petition" in told
    assert "Đã tự giải quyết" in told
    assert "What is withdrawn is not taken up again." in told
    assert not Word.objects.exists()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.content.decode()))
    assert fields["key"] == key
    changed = citizen.post("/track/petition/withdraw/", fields | {"change": "1"})
    assert (changed.status_code, "Đã tự giải quyết</textarea>" in changed.content.decode()) == (200, True)
    done = [citizen.post("/track/petition/withdraw/", fields | {"sure": "1"}) for _ in range(2)]
    assert [answer.status_code for answer in done] == [302, 302]
    assert Word.objects.get().text == "Đã tự giải quyết"
    assert Case.objects.get().stage == "withdrawn"
    told = text_of(citizen.get("/track/petition/"))
    assert "The petition is withdrawn." in told
    assert "You took this petition back on 11/04/2024." in told


def test_a_part_has_to_be_named(citizen, open_case, then):
    let_in(citizen, open_case)
    answer = send(citizen, "withdraw", whole="no", sure="1")
    assert answer.status_code == 422
    assert "Write in your own words what you want to say." in text_of(answer)
    assert send(citizen, "withdraw", whole="no", text="việc cấp sổ", sure="1").status_code == 302
    assert (Word.objects.get().is_whole, Case.objects.get().stage) == (False, "accepted")
    assert send(citizen, "withdraw", text="x").status_code == 422


# --- The verdict ----------------------------------------------------------------------------------------------------


def test_a_good_score_is_given_at_once_and_once(citizen, closed, then):
    let_in(citizen, closed)
    key = str(uuid4())
    answers = [send(citizen, "verdict", key=key, score="4", comment="Được") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Verdict.objects.values_list("score", "comment", "reopening").get() == (4, "Được", "")
    told = text_of(citizen.get("/track/petition/"))
    assert "Thank you for your verdict." in told
    assert "You rated it 4 of 5." in told
    again = send(citizen, "verdict", score="5")
    assert (again.status_code, "You have rated this answer already." in text_of(again)) == (409, True)


def test_a_bad_score_asks_for_reopening_and_is_shown_once_more_first(citizen, closed, then):
    let_in(citizen, closed)
    shown = send(citizen, "verdict", score="1", comment="Chưa sửa")
    assert (shown.status_code, Verdict.objects.exists()) == (200, False)
    assert "You ask for the matter to be reopened." in text_of(shown)
    assert "1 – very bad" in text_of(shown)
    done = send(citizen, "verdict", score="1", comment="Chưa sửa", sure="1")
    assert done.status_code == 302
    assert Verdict.objects.get().reopening == "waiting"
    told = text_of(citizen.get("/track/petition/"))
    assert "The head of the office decides whether the matter is reopened." in told


def test_after_ten_days_a_bad_score_asks_for_nothing(citizen, closed, then):
    then.move_to(at("2024-04-21", 12))
    let_in(citizen, closed)
    assert send(citizen, "verdict", score="1").status_code == 302
    assert Verdict.objects.get().reopening == ""


@pytest.mark.parametrize("score", ["", "0", "6", "năm"])
def test_a_score_is_one_of_five(citizen, closed, then, score):
    let_in(citizen, closed)
    answer = send(citizen, "verdict", score=score, comment="Được")
    assert (answer.status_code, "Được</textarea>" in answer.content.decode()) == (422, True)
    assert not Verdict.objects.exists()
