"""Nothing that somebody typed into a form is lost: not to a colleague who was quicker, nor to leaving the page."""

import re

import pytest
import time_machine

from cases import case_views, drafts
from cases.models import Case, Draft
from tests.cases.desk import NOW, an_office, brought_to, browser, hidden_in, opened, send, url
from tests.cases.making import answered, at, do, make_body, make_case, make_user, paper

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def office():
    with time_machine.travel(at(NOW, 12), tick=False):
        yield an_office()


def test_two_who_write_at_once_see_both_texts_and_lose_none(office):
    body, people = office
    case = brought_to("accepted", make_case(body, kind="feedback", received="2026-11-02"))
    one, two = browser(people["handler"]), browser(people["handler2"])
    _html, hidden = opened(two, case, "ask_supplement")
    assert send(one, case, "ask_supplement", what="Sổ đỏ bản gốc", reason="thiếu giấy").status_code == 302
    answer = two.post(
        url(case, "ask_supplement"), hidden | {"what": "Bản đồ thửa đất", "reason": "chưa rõ ranh"}
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    conflict = html.split('id="conflict"')[1].split("</section>")[0]
    for words in (
        "Trần Văn Xử",
        "Ask for supplements",
        "Sổ đỏ bản gốc",
        "Bản đồ thửa đất",
        "thiếu giấy",
        "chưa rõ ranh",
    ):
        assert words in conflict
    assert "Bản đồ thửa đất</textarea>" in html
    assert drafts.of(case, people["handler2"])["ask_supplement"].typed["what"] == ["Bản đồ thửa đất"]
    # The form that came back knows the case as it is now.
    again = hidden_in(html) | {"what": "Bản đồ thửa đất", "reason": "chưa rõ ranh"}
    assert two.post(url(case, "ask_supplement"), again).status_code == 302


def test_where_the_move_is_not_open_any_more_the_text_is_still_there(office):
    body, people = office
    case = brought_to("accepted", make_case(body, kind="feedback", received="2026-11-02"))
    client = browser(people["handler"])
    _html, hidden = opened(client, case, "submit")
    answered(case, "2026-11-19", "met")
    answer = client.post(url(case, "submit"), hidden | {"draft": "Dự thảo viết cả buổi sáng"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Dự thảo viết cả buổi sáng" in html
    assert "Lê Văn Trưởng" in html
    # What the form itself knows is nothing that anybody typed.
    assert hidden["once"] not in html
    # It stays on the page for its writer alone, until they throw it away.
    assert "Dự thảo viết cả buổi sáng" in client.get(f"/cases/{case.reference}/").content.decode()
    assert "cả buổi sáng" not in browser(people["head"]).get(f"/cases/{case.reference}/").content.decode()
    client.post(url(case, "submit", "draft/"), {"discard": "1"})
    assert "cả buổi sáng" not in client.get(f"/cases/{case.reference}/").content.decode()


def test_where_the_case_went_out_of_sight_meanwhile_the_text_is_still_there(office, monkeypatch):
    """The case is handed on between the look at it and the move: nothing is made, and the text is shown."""
    case = make_case(kind="feedback", received="2026-11-18", held_by=make_body(), received_by=make_body())
    client = browser(make_user(("head", case.body)))
    _html, hidden = opened(client, case, "accept")

    def handed_on(request, page, row, data):
        do(case, "transfer", "2026-11-19", body=make_body(), document=paper("2026-11-19"))
        return []

    monkeypatch.setattr(case_views, "_bring", handed_on)
    answer = client.post(url(case, "accept"), hidden | {"note": "Đã gọi cho dân"})
    assert answer.status_code == 409
    assert "Đã gọi cho dân" in answer.content.decode()
    assert "The case is not with you any more" in answer.content.decode()
    assert not case.events.filter(move="accept").exists()


def test_a_form_sent_twice_makes_one_move(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["head"])
    _html, hidden = opened(client, case, "note")
    for _ in range(2):
        assert client.post(url(case, "note"), hidden | {"text": "Đã gọi cho dân"}).status_code == 302
    assert case.events.filter(move="note").count() == 1
    # The same form with another text is not the same note.
    answer = client.post(url(case, "note"), hidden | {"text": "Chuyện khác"})
    assert answer.status_code == 409
    assert "Chuyện khác</textarea>" in answer.content.decode()


def test_a_note_is_not_refused_because_somebody_moved_the_case(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["head"])
    _html, hidden = opened(client, case, "note")
    do(case, "accept", "2026-11-19")
    assert client.post(url(case, "note"), hidden | {"text": "Đã gọi cho dân"}).status_code == 302


def test_nobody_sends_what_another_typed(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    _html, hidden = opened(browser(people["head"]), case, "note")
    other = browser(people["receptionist"])
    answer = other.post(url(case, "note"), hidden | {"text": "Của trưởng"})
    assert answer.status_code == 409
    assert "Somebody else has signed in meanwhile" in answer.content.decode()
    assert not case.events.filter(move="note").exists()
    assert other.post(url(case, "note", "draft/"), hidden | {"text": "Của trưởng"}).status_code == 404


def test_a_draft_is_kept_shown_again_and_thrown_away(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["head"])
    html, hidden = opened(client, case, "refuse")
    assert "This is your draft" not in html
    typed = hidden | {
        "ground": "Điều 11",
        "reason": "Không phải  người\u0000 khiếu nại",
        "csrfmiddlewaretoken": "x",
    }
    assert client.post(url(case, "refuse", "draft/"), typed).status_code == 204
    (row,) = Draft.objects.all()
    assert row.typed == {"ground": ["Điều 11"], "reason": ["Không phải người khiếu nại"]}
    html, _hidden = opened(client, case, "refuse")
    assert "This is your draft" in html
    assert 'value="Điều 11"' in html
    assert "Không phải người khiếu nại</textarea>" in html
    assert "(draft)" in client.get(f"/cases/{case.reference}/").content.decode()
    assert "(draft)" not in browser(people["receptionist"]).get(f"/cases/{case.reference}/").content.decode()
    assert client.post(url(case, "refuse", "draft/"), {"discard": "1"}).status_code == 302
    assert Draft.objects.count() == 0


def test_a_draft_of_choices_comes_back_as_it_was(office):
    body, people = office
    case = make_case(body, received="2026-11-18", flags=["pressing"])
    client = browser(people["receptionist"])
    _html, hidden = opened(client, case, "classify")
    typed = hidden | {"kind": "feedback", "flags": ["group", "hot_spot"], "eligible": "on"}
    assert client.post(url(case, "classify", "draft/"), typed).status_code == 204
    html, _hidden = opened(client, case, "classify")
    assert set(re.findall(r'name="flags" value="(\w+)"[^>]* checked', html)) == {"group", "hot_spot"}
    assert '<option value="feedback" selected>' in html
    assert re.search(r'name="eligible"[^>]* checked', html)
    assert not re.search(r'name="competent"[^>]* checked', html)


def test_an_emptied_form_leaves_no_draft_and_old_drafts_go(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    drafts.keep(case, people["head"], "note", {"text": ["a"]}, at=at("2026-10-20"))
    drafts.keep(case, people["head"], "refuse", {"reason": ["b"]}, at=at("2026-10-22"))
    assert drafts.prune(at("2026-11-20")) == 1
    assert set(drafts.of(case, people["head"])) == {"refuse"}
    drafts.keep(case, people["head"], "refuse", {"reason": [" "]}, at=at(NOW))
    assert drafts.of(case, people["head"]) == {}


def test_a_move_from_another_site_is_refused(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["head"], enforce_csrf_checks=True)
    assert client.post(url(case, "accept"), {"version": 1}).status_code == 403
    assert client.post(url(case, "note", "draft/"), {"text": "x"}).status_code == 403
    assert Case.objects.get(pk=case.pk).stage == "received"


def test_a_case_that_leaves_ones_sight_leads_back_to_the_list(office):
    body, _people = office
    holder = make_body()
    case = make_case(kind="feedback", received="2026-11-18", held_by=holder, received_by=make_body())
    head = make_user(("head", holder))
    answer = send(browser(head), case, "route", body=body.code)
    assert (answer.status_code, answer.url) == (302, "/cases/")


def test_what_is_sent_after_the_session_ended_waits_for_its_writer(office, settings):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["head"])
    _html, hidden = opened(client, case, "refuse")
    with time_machine.travel(at(NOW, 14), tick=False):
        answer = client.post(url(case, "refuse"), hidden | {"reason": "Viết trong hai giờ"})
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")
        assert not case.events.filter(move="refuse").exists()
        html, _hidden = opened(browser(people["head"]), case, "refuse")
        assert "Viết trong hai giờ</textarea>" in html


def test_nobody_keeps_a_draft_for_another_or_in_a_case_they_may_not_know_of(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["stranger"])
    client.get("/cases/")
    with time_machine.travel(at(NOW, 14), tick=False):
        client.post(url(case, "refuse"), {"reason": "x", "writer": people["stranger"].username})
        other = browser(people["head"])
        other.get("/cases/")
    with time_machine.travel(at(NOW, 16), tick=False):
        other.post(url(case, "refuse"), {"reason": "x", "writer": people["receptionist"].username})
        other.post("/nowhere/", {"reason": "x"})
    assert Draft.objects.count() == 0


def test_a_draft_is_kept_of_whom_the_move_is_and_of_whoever_had_its_form_open(office):
    body, people = office
    case = brought_to("accepted", make_case(body, kind="feedback", received="2026-11-02"))
    typed = {"writer": people["handler"].username, "draft": "Dự thảo"}
    client = browser(people["handler"])
    assert client.post(url(case, "submit", "draft/"), typed).status_code == 204
    # The case is another's now: what is being typed is still kept, what is begun anew is not.
    do(case, "assign", NOW, person=people["handler2"])
    assert client.post(url(case, "submit", "draft/"), typed | {"draft": "Dự thảo, tiếp"}).status_code == 204
    assert drafts.of(case, people["handler"])["submit"].typed["draft"] == ["Dự thảo, tiếp"]
    assert client.post(url(case, "ask_supplement", "draft/"), typed).status_code == 404
    above = {"writer": people["superior"].username, "text": "Tôi xem"}
    assert browser(people["superior"]).post(url(case, "answer", "draft/"), above).status_code == 404
    assert browser(people["superior"]).post(url(case, "note", "draft/"), above).status_code == 204
