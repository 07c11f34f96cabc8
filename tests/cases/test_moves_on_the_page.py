"""Moves made on the page of a case: each form asks what its move needs, and says at each field what is wrong."""

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import drafts
from cases.models import Case, CaseFile
from cases.moves import MOVES
from tests.cases.desk import NOW, PAPER, an_office, brought_to, browser, hidden_in, opened, pdf, send, url
from tests.cases.making import at, day, do, make_body, make_case

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def office():
    with time_machine.travel(at(NOW, 12), tick=False):
        yield an_office()


def test_a_move_is_made_and_the_page_says_so(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["head"])
    answer = send(client, case, "accept")
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.reference}/")
    assert "Done: Accept." in client.get(answer.url).content.decode()
    event = case.events.get(move="accept")
    assert (event.by, event.to_stage) == (people["head"], "accepted")


@pytest.mark.parametrize(("kind", "stage"), [
    ("complaint", "received"), ("complaint", "accepted"), ("complaint", "verifying"), ("complaint", "answered"),
    ("denunciation", "received"), ("denunciation", "accepted"), ("denunciation", "answered"), ("feedback", "received"),
    ("feedback", "accepted"), ("feedback", "drafted"), ("conclusion", "accepted"), ("complaint", "suspended"),
])  # fmt: skip
def test_every_move_that_is_offered_has_a_form_with_what_it_needs(office, kind, stage):
    body, people = office
    case = brought_to(stage, make_case(body, kind=kind, received="2026-11-02"))
    client = browser(people["head"])
    offered = re.findall(r'data-act="(\w+)"', client.get(f"/cases/{case.reference}/").content.decode())
    assert len(offered) == len(set(offered)) > 2
    for name in offered:
        html, _hidden = opened(client, case, name)
        form = html.split('id="act"')[1].split("</form>")[0]
        shown = set(re.findall(r'name="([\w.]+)"', form))
        wanted = {_shown_as(field) for field in MOVES[name].needs} | (
            {"reason"} if MOVES[name].needs_reason else set()
        )
        assert wanted <= shown, name


def _shown_as(field):
    return {"document": "document_number", "files": "upload", "fields": "fields.title"}.get(field, field)


def offered(client, case):
    return set(re.findall(r'data-act="(\w+)"', client.get(f"/cases/{case.reference}/").content.decode()))


def test_a_duty_is_offered_while_it_is_owed_and_closing_when_nothing_is(office):
    body, people = office
    case = brought_to("answered", make_case(body, kind="denunciation", received="2026-11-02"))
    client = browser(people["head"])
    owed = {"notify_accepted", "send_conclusion", "record_duty", "disclose"}
    assert owed <= offered(client, case)
    assert "close" not in offered(client, case)
    for name in ("notify_accepted", "send_conclusion"):
        do(case, name, "2026-11-09", day=day("2026-11-09"))
        assert name not in offered(client, case)
    do(case, "record_duty", "2026-11-10", duty="acted", day=day("2026-11-10"))
    do(case, "disclose", "2026-11-11", day=day("2026-11-11"))
    assert "close" in offered(client, case)
    assert offered(client, case).isdisjoint(owed)


def test_what_the_law_would_refuse_is_not_offered(office):
    body, people = office
    client = browser(people["head"])
    complaint = make_case(body, received="2026-11-18")
    feedback = make_case(body, kind="feedback", received="2026-11-18")
    nameless = make_case(body, kind="feedback", received="2026-11-18", flags=["anonymous", "ineligible"])
    assert offered(client, complaint) & {"guide", "archive"} == {"guide"}
    assert offered(client, feedback) & {"guide", "archive"} == set()
    assert offered(client, nameless) & {"guide", "archive"} == {"guide", "archive"}


def test_a_case_rests_only_where_the_law_has_a_ground_for_it(office):
    body, people = office
    client = browser(people["head"])
    assert "suspend" in offered(client, brought_to("accepted", make_case(body, received="2026-11-02")))
    discipline = make_case(body, received="2026-11-02", instance="disciplinary")
    assert "suspend" not in offered(client, brought_to("accepted", discipline))


def test_what_is_not_offered_has_no_form_and_is_not_made(office):
    body, people = office
    case = make_case(body, received="2026-11-18")
    client = browser(people["handler"])
    assert client.get(url(case, "accept")).url == f"/cases/{case.reference}/"
    answer = client.post(url(case, "accept"), {"version": 1})
    assert answer.status_code == 409
    assert "This is not yours to do: Accept." in answer.content.decode()
    assert Case.objects.get(pk=case.pk).stage == "received"
    for name in ("fly", "escalate", "import"):
        assert client.get(url(case, name)).status_code == 404
    for more in ("", "draft/"):
        assert browser(people["stranger"]).post(url(case, "accept", more)).status_code == 404


def test_an_answer_with_its_proof(office):
    body, people = office
    case = brought_to("drafted", make_case(body, kind="feedback", received="2026-11-02"))
    client = browser(people["head"])
    html, hidden = opened(client, case, "answer")
    assert "dự thảo</textarea>" in html  # what waits for the signature
    sent = hidden | PAPER | {"result": "met", "text": "Đã sửa đường.", "upload": [pdf(), pdf("b.pdf")]}
    answer = client.post(url(case, "answer"), sent)
    assert answer.status_code == 302
    event = case.events.get(move="answer")
    assert event.details["document"] == {"number": "15/QĐ-UBND", "date": "2026-11-19", "signer": "Chủ tịch"}
    assert CaseFile.objects.filter(case=case, event_seq=event.seq).count() == 2


def test_what_is_wrong_is_named_and_nothing_typed_or_brought_is_lost(office):
    body, people = office
    case = brought_to("accepted", make_case(body, kind="feedback", received="2026-11-02"))
    client = browser(people["head"])
    _html, hidden = opened(client, case, "answer")
    bad = SimpleUploadedFile("virus.exe", b"MZ\x90\x00" + b"0" * 100)
    sent = hidden | {
        "text": "Đã sửa đường.",
        "document_number": "7/UBND",
        "document_date": "31/02/2026",
        "upload": [pdf(), bad],
    }
    answer = client.post(url(case, "answer"), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_result"' in html
    assert "Write a day such as 05/12/2026." in html
    assert "virus.exe: Only PDF" in html
    assert "Đã sửa đường.</textarea>" in html
    kept = CaseFile.objects.get(case=case)
    assert f'value="{kept.pk}"' in html
    assert drafts.of(case, people["head"])["answer"].typed["text"] == ["Đã sửa đường."]
    again = hidden_in(html) | {
        "text": "Đã sửa.",
        "result": "met",
        "document_number": "7",
        "document_date": "19.11.2026",
    }
    assert client.post(url(case, "answer"), again | {"files": [str(kept.pk)]}).status_code == 302
    kept.refresh_from_db()
    assert kept.event_seq == case.events.get(move="answer").seq
    assert drafts.of(case, people["head"]) == {}


def test_a_rule_speaks_at_its_field(office):
    body, people = office
    case = brought_to("accepted", make_case(body, kind="feedback", received="2026-11-02"))
    client = browser(people["head"])
    html = send(client, case, "route", body=body.code).content.decode()
    assert "The case is with this body already." in html
    html = send(client, case, "assign", person=people["handler"].username, at="16/11/2026").content.decode()
    assert "An act of an earlier day needs its document." in html
    assert 'id="id_document_number_error"' in html


def test_a_body_is_found_by_its_code_or_its_name_and_an_unknown_one_is_named(office):
    body, people = office
    other = make_body(superior=body.superior, area=body.area)
    case = make_case(body, kind="feedback", received="2026-11-18")
    client = browser(people["receptionist"])
    assert "“nơi nào” was not found." in send(client, case, "route", body="nơi nào").content.decode()
    assert send(client, case, "route", body=other.name.upper()).status_code == 302
    assert Case.objects.get(pk=case.pk).body == other


def test_an_act_of_an_earlier_day_counts_for_that_day(office):
    body, people = office
    case = make_case(body, received="2026-11-16")
    assert (
        send(
            browser(people["head"]), case, "accept", at="17/11/2026", **PAPER | {"document_date": "17/11/26"}
        ).status_code
        == 302
    )
    assert case.clocks.get(rule="complaint.first.accept").met_on.isoformat() == "2026-11-17"


def test_only_what_was_changed_is_corrected(office):
    body, people = office
    case = make_case(body, received="2026-11-18", title="Đường hỏnh", content="Ổ gà", flags=["pressing"])
    client = browser(people["receptionist"])
    html, hidden = opened(client, case, "correct")
    now = {
        "fields.kind": "complaint", "fields.instance": "first", "fields.channel": "hotline", "fields.title": "Đường hỏng",
        "fields.content": "Ổ gà", "fields.people_count": "1", "fields.flags": ["pressing"], "reason": "gõ nhầm",
    }  # fmt: skip
    assert 'value="Đường hỏnh"' in html
    assert client.post(url(case, "correct"), hidden | now).status_code == 302
    assert case.events.get(move="correct").details["fields"] == {
        "title": {"was": "Đường hỏnh", "now": "Đường hỏng"}
    }
