"""The citizen's pages, with nothing but the code of the slip: who is let in, what is told, and what never gets out."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from bodies.models import TryCount
from feedback import throttles
from feedback.models import Word
from tests.cases.making import answered, at, do
from tests.feedback.making import make_petition
from tests.feedback.slip_holder import ACTS, NO_CODE, PAGES, enter, let_in, send, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


# --- The code -------------------------------------------------------------------------------------------------------


def test_the_code_leads_to_the_petition_and_is_left_behind(place, citizen, open_case, then):
    code = open_case.tracking_code
    let_in(citizen, open_case)
    page = citizen.get("/track/petition/")
    told = text_of(page)
    for said in (
        "UBND xã Thi Sơn",
        open_case.petition.code,
        "The office looks into the matter and answers you.",
        "Six steps",
        "done on 02/04/2024",
    ):
        assert said in told
    for name in ("Nguyễn Văn An", "0912", "035085004567", "Thôn Vồng", place.handler.full_name):
        assert name not in page.content.decode()
    for every in (page, citizen.get("/track/petition/print/"), *(citizen.get(each) for each in ACTS)):
        assert code not in every.content.decode() + str(every.headers)
    assert code not in str(citizen.cookies)


def test_the_title_names_no_petition_and_no_kind(citizen, closed, then):
    let_in(citizen, closed)
    for page in ("/track/petition/", "/track/petition/verdict/"):
        (title,) = re.findall("<title>(.*)</title>", citizen.get(page).content.decode())
        assert closed.petition.code not in title
        assert "eedback" not in title


def test_nothing_is_kept_by_a_browser_found_by_a_search_or_told_to_another_site(citizen, open_case, then):
    asked = [citizen.get("/track/"), enter(citizen, NO_CODE), enter(citizen, open_case.tracking_code)]
    for answer in [*asked, *(citizen.get(page) for page in PAGES), citizen.post("/track/leave/")]:
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert b"<script" not in answer.content


def test_what_lets_a_browser_on_is_out_of_reach_of_scripts_and_other_sites(citizen, open_case, settings):
    settings.SESSION_COOKIE_SECURE = True
    let_in(citizen, open_case)
    cookie = citizen.cookies["tracked"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["path"], cookie["max-age"], cookie["expires"]) == ("/track/", "", "")


def test_half_an_hour_after_the_last_page_the_code_is_asked_for_again(citizen, open_case, then):
    let_in(citizen, open_case)
    then.shift(timedelta(minutes=29))
    assert citizen.get("/track/petition/").status_code == 200
    then.shift(timedelta(minutes=29))
    assert citizen.get("/track/petition/").status_code == 200
    then.shift(timedelta(minutes=31))
    for page in PAGES:
        answer = citizen.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/track/")


def test_a_cookie_that_was_touched_opens_nothing(citizen, place, open_case):
    other = make_petition(place)
    let_in(citizen, open_case)
    value = citizen.cookies["tracked"].value
    citizen.cookies["tracked"] = value.replace(str(open_case.petition.pk), str(other.petition.pk))
    assert citizen.get("/track/petition/").status_code == 302


def test_one_closes_it_at_once(citizen, open_case):
    let_in(citizen, open_case)
    assert citizen.get("/track/leave/").status_code == 405
    assert citizen.post("/track/leave/").status_code == 302
    assert citizen.get("/track/petition/").status_code == 302


@pytest.mark.parametrize("typed", [NO_CODE, "x", "2024-thi-son-ubnd-000001", "A" * 5000])
def test_a_wrong_code_is_told_in_one_sentence_and_kept_in_the_field(citizen, open_case, typed):
    answer = enter(citizen, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no petition with this code." in page
    assert f'value="{typed}"' in page
    assert re.search(r'id="summary" autofocus', page)
    assert "<title>Error: Look up a petition" in " ".join(page.split())
    assert "tracked" not in citizen.cookies


def test_an_empty_field_is_told_what_belongs_there(citizen):
    answer = enter(citizen, " ")
    assert answer.status_code == 422
    assert "Enter the code that stands on your slip." in text_of(answer)


def test_the_code_is_read_in_any_writing(citizen, open_case):
    typed = f" {open_case.tracking_code.lower().replace('-', ' ')} "
    assert enter(citizen, typed).status_code == 302


# --- Limits ---------------------------------------------------------------------------------------------------------


def test_ten_codes_a_minute_whether_by_page_or_by_the_api(citizen, open_case, then):
    code = open_case.tracking_code
    api = [
        citizen.post("/api/v1/public/track/", {"tracking_code": code}, content_type="application/json")
        for _ in range(5)
    ]
    pages = [enter(citizen, code) for _ in range(6)]
    assert [answer.status_code for answer in api + pages] == [200] * 5 + [302] * 5 + [429]
    assert int(pages[-1].headers["Retry-After"]) > 0
    assert "Too much was asked from here. Try again after 12:0" in text_of(pages[-1])
    assert f'value="{code}"' in pages[-1].content.decode()


def test_wrong_codes_use_up_the_limit_on_guesses_and_right_ones_do_not(citizen, open_case, then):
    enter(citizen, open_case.tracking_code)
    send(citizen, "add", text="Xin gửi thêm")
    assert TryCount.objects.get(name="public:all").tries == 0
    enter(citizen, NO_CODE)
    assert TryCount.objects.get(name="public:all").tries == 1


def test_a_form_sent_too_often_keeps_what_was_typed(citizen, open_case, then):
    let_in(citizen, open_case)
    for _ in range(9):
        send(citizen, "add", text="")
    answer = send(citizen, "add", text="Con đường vẫn hỏng")
    assert answer.status_code == 429
    assert "Con đường vẫn hỏng" in answer.content.decode()
    assert not Word.objects.exists()


def test_pages_are_looked_at_sixty_times_a_minute(citizen, open_case, then):
    let_in(citizen, open_case)
    looked = [
        throttles.LookByAddress().allow_request(RequestFactory().get("/track/"), None) for _ in range(59)
    ]
    assert all(looked)
    assert [citizen.get("/track/petition/").status_code for _ in range(2)] == [200, 429]


# --- Where it stands ------------------------------------------------------------------------------------------------


def test_the_day_its_reckoning_and_the_lateness_are_told(citizen, place):
    receipt = make_petition(place)
    do(receipt.case, "accept", "2024-04-12")
    with time_machine.travel(at("2024-05-20", 9), tick=False):
        told = text_of(let_in(citizen, receipt).get("/track/petition/"))
    for said in (
        "Late",
        "Monday, 13/05/2024",
        "The office is 7 days late.",
        "How the day was counted",
        "Luật Khiếu nại, Đ.28",
        "29 days counted",
    ):
        assert said in told


def test_what_the_office_asks_for_stands_out_with_the_way_to_send_it(citizen, open_case, then):
    do(open_case.case, "ask_supplement", "2024-04-04", what="Bản sao giấy chứng nhận")
    page = let_in(citizen, open_case).get("/track/petition/")
    told = text_of(page)
    assert "Bản sao giấy chứng nhận" in told
    assert "Paused" in told
    assert "By Monday" not in told
    assert page.content.decode().count('href="/track/petition/add/"') == 1


def test_only_what_is_open_is_offered(citizen, open_case, then):
    let_in(citizen, open_case)
    before = citizen.get("/track/petition/").content.decode()
    offered = [page for page in ACTS if f'href="{page}"' in before]
    assert offered == ["/track/petition/add/", "/track/petition/withdraw/"]
    assert citizen.get("/track/petition/verdict/").headers["Location"] == "/track/petition/"
    answered(open_case.case, "2024-04-10", result="met")
    after = citizen.get("/track/petition/").content.decode()
    assert [page for page in ACTS if f'href="{page}"' in after] == ["/track/petition/verdict/"]
    for shut in ("add", "withdraw"):
        assert citizen.get(f"/track/petition/{shut}/").headers["Location"] == "/track/petition/"


def test_it_is_told_in_vietnamese_first(open_case, then):
    citizen = Client()
    assert "Tra cứu đơn" in text_of(citizen.get("/track/"))
    told = text_of(let_in(citizen, open_case).get("/track/petition/"))
    assert "Sáu bước giải quyết" in told
    assert "Nơi đang giữ đơn" in told
    switched = citizen.post("/i18n/setlang/", {"language": "en", "next": "/track/petition/"}, follow=True)
    assert "Six steps" in text_of(switched)


def test_the_page_for_printing_is_unfolded_and_has_no_buttons(citizen, open_case, then):
    page = let_in(citizen, open_case).get("/track/petition/print/").content.decode()
    assert '<details class="fold" open>' in page
    assert 'href="/track/petition/add/"' not in page
    assert "12:00 11/04/2024" in page


def test_a_page_asks_the_database_a_few_times_however_long_the_history(citizen, open_case, then):
    let_in(citizen, open_case)

    def asked(page):
        with CaptureQueriesContext(connection) as seen:
            assert citizen.get(page).status_code == 200
        return len([query for query in seen if "SAVEPOINT" not in query["sql"]])

    first = {page: asked(page) for page in ("/track/", "/track/petition/", "/track/petition/add/")}
    for number in range(5):
        do(open_case.case, "note", "2024-04-05", text=f"ghi chú {number}")
    assert {page: asked(page) for page in first} == first
    assert first["/track/"] == 0
    assert max(first.values()) <= 15


# --- The way in and the logs ----------------------------------------------------------------------------------------


def test_no_form_of_another_site_is_taken(open_case):
    citizen = Client(enforce_csrf_checks=True)
    assert enter(citizen, open_case.tracking_code).status_code == 403
    let_in(tame := Client(), open_case)
    citizen.cookies = tame.cookies
    for page in ("add", "verdict", "withdraw"):
        assert send(citizen, page, text="x").status_code == 403
    assert not Word.objects.exists()


def test_neither_code_nor_words_are_logged(citizen, open_case, then, capfd, caplog):
    caplog.set_level("DEBUG")
    let_in(citizen, open_case)
    enter(citizen, NO_CODE)
    send(citizen, "add", text="Chuyện riêng của tôi")
    logged = caplog.text + "".join(capfd.readouterr())
    assert "track" in logged
    for secret in (open_case.tracking_code, NO_CODE, "Chuyện riêng"):
        assert secret not in logged


def test_the_sign_in_page_shows_the_way(citizen):
    assert 'href="/track/"' in citizen.get("/accounts/login/").content.decode()
