"""A monitor writes a supervision recommendation: from a figure, from a case, to whoever lies in the area watched."""

import re
from html import unescape

import pytest
import time_machine

from bodies import outbox
from bodies.kinds import BodyKind
from cases import tallies
from cases.models import Case
from dialogues import supervisions
from dialogues.models import Recommendation, Supervision
from tests.cases.desk import browser
from tests.cases.making import at, day, do, due_days, make_body, make_case, make_user
from tests.dialogues.meeting import make_commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
NOW = at("2026-09-15", 12)
URL = "/monitor/recommendations/new/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def monitor(commune):
    return make_user(("monitor", commune.front))


@pytest.fixture
def page(monitor):
    return browser(monitor)


def late_case(body, **facts):
    case = make_case(body, kind=facts.pop("kind", "feedback"), received="2026-05-06", **facts)
    do(case, "accept", "2026-05-06")
    case.refresh_from_db()
    return case


def hidden_and(html, **typed):
    found = dict(re.findall(r'<input type="hidden" name="(key)" value="([^"]*)"', html))
    chair = re.search(r'<select name="chair".*?<option value="(\d+)"', html, re.S).group(1)
    return found | {"chair": chair} | typed


def test_from_a_figure_to_its_rows_to_a_case_with_a_reply_clock(commune, page, monitor):
    for _number in range(2):
        late_case(commune.office)
    outbox.tell_pending(NOW)
    tallies.recount_noted(NOW)
    shown = page.get("/monitor/", {"period": "2026"}).content.decode()
    href = unescape(
        re.search(r'<td class="number"><a href="([^"]*figure=open_overdue[^"]*)">2</a>', shown)[1]
    )
    rows = page.get(href).content.decode()
    assert rows.count('class="cell-reference"') == 2
    write = unescape(re.search(rf'href="({URL}\?[^"]+)"', rows)[1])
    form = page.get(write).content.decode()
    assert f"{commune.office.name}: Open and overdue: 2." in form
    assert "01/01/2026" in form
    sent = hidden_and(form, body=commune.office.code, text="Đề nghị giải quyết dứt điểm", proof="Báo cáo")
    answer = page.post(write, sent)
    case = Case.objects.get(kind="supervision")
    assert answer.url == f"/cases/{case.reference}/"
    assert (case.body, case.received_by, case.channel) == (commune.office, commune.front, "front")
    # 15 working days from Tuesday 15 September 2026.
    assert due_days(case) == {"supervision.reply": "2026-10-06"}
    made = Recommendation.objects.get()
    assert (made.case, made.supervision, made.about, made.proof) == (case, None, None, "Báo cáo")
    panel = page.get(answer.url).content.decode()
    back = unescape(re.search(r'href="(/cases/\?[^"]+)">The cases it was written for', panel)[1])
    assert page.get(back).content.decode().count('class="cell-reference"') == 2
    # The same form sent twice is one recommendation.
    assert page.post(write, sent).url == answer.url
    assert Case.objects.filter(kind="supervision").count() == 1


def test_from_a_case_it_goes_to_the_body_that_holds_it(commune, page):
    case = late_case(commune.office)
    shown = page.get(f"/cases/{case.reference}/").content.decode()
    assert "None was written about this case." in shown
    write = f"{URL}?case={case.reference}"
    assert write in shown
    form = page.get(write).content.decode()
    assert (
        f"Case {case.reference} at {commune.office.name} was due on 21/05/2026 and is 117 days late." in form
    )
    assert 'name="body"' not in form
    page.post(write, hidden_and(form, text="Đề nghị trả lời dân", due_on="30/9/2026"))
    made = Recommendation.objects.get()
    assert (made.about, made.case.body) == (case, commune.office)
    assert due_days(made.case) == {"supervision.reply": "2026-09-30"}
    assert made.case.reference in page.get(f"/cases/{case.reference}/").content.decode()
    # The body that must reply sees what it is about.
    theirs = browser(commune.chair).get(f"/cases/{made.case.reference}/").content.decode()
    assert f'href="/cases/{case.reference}/"' in theirs


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(commune, page):
    form = page.get(URL).content.decode()
    elsewhere = make_body()
    answer = page.post(URL, hidden_and(form, body=elsewhere.code, text="Lời đã gõ", due_on="1/1/2020"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This body lies outside the area that you watch." in shown
    assert "Lời đã gõ" in shown
    answer = page.post(URL, hidden_and(form, body=commune.office.code, text="Lời đã gõ", due_on="1/1/2020"))
    assert "This lies before the day of the conclusion." in answer.content.decode()
    answer = page.post(URL, hidden_and(form, text=""))
    assert answer.content.decode().count("This field is required.") >= 2
    assert not Case.objects.filter(kind="supervision").exists()


def test_after_a_session_of_ones_own_it_is_one_of_that_session(commune, page):
    row = Supervision(
        kind="supervision", form="visit", chair=commune.front, day=day("2026-09-01"), title="Đợt 1"
    )
    session = supervisions.record(row, about=[commune.office], by=commune.front_head, at=at("2026-09-01", 18))
    form = page.get(URL).content.decode()
    page.post(URL, hidden_and(form, body=commune.office.code, text="Niêm yết lịch", session=str(session.pk)))
    assert [each.text for each in session.recommendations.all()] == ["Niêm yết lịch"]


def test_only_sessions_of_the_year_are_offered(commune, page):
    def held(on, title):
        row = Supervision(kind="supervision", form="visit", chair=commune.front, day=day(on), title=title)
        supervisions.record(row, by=commune.front_head, at=at(on, 18))

    held("2025-09-01", "Đợt năm ngoái")
    held("2026-09-01", "Đợt năm nay")
    html = page.get(URL).content.decode()
    assert "01/09/2026 – Đợt năm nay" in html
    assert "Đợt năm ngoái" not in html


def test_the_council_and_the_inspection_recommend_too_and_not_as_the_front(commune):
    council = make_body(kind=BodyKind.HDND, area=commune.area)
    page = browser(make_user(("monitor", council)))
    page.post(URL, hidden_and(page.get(URL).content.decode(), body=commune.office.code, text="Giải trình"))
    made = Case.objects.get(kind="supervision")
    assert (made.received_by, made.channel) == (council, "letter")


def test_a_denunciation_lends_neither_its_matter_nor_whom_it_is_about(commune, page):
    case = late_case(commune.office, kind="denunciation", against_body=make_body(), title="Tố cáo ông Bí Mật")
    form = page.get(f"{URL}?case={case.reference}").content.decode()
    assert case.reference in form
    assert "Bí Mật" not in form
    asked = {"figure": "received", "kind": "denunciation", "against_body": case.against_body.code}
    form = page.get(URL, asked).content.decode()
    assert "By the figures" not in form


def test_what_was_recommended_about_a_case_out_of_sight_is_not_named(commune, page):
    """A case that went to another body is no longer seen by the one that had to reply."""
    case = late_case(commune.office)
    page.post(
        f"{URL}?case={case.reference}",
        hidden_and(page.get(f"{URL}?case={case.reference}").content.decode(), text="Trả lời"),
    )
    made, elsewhere = Recommendation.objects.get(), make_body()
    Case.objects.filter(pk=case.pk).update(body=elsewhere, received_by=elsewhere)
    theirs = browser(commune.chair).get(f"/cases/{made.case.reference}/").content.decode()
    assert f'href="/cases/{case.reference}/"' not in theirs


@pytest.mark.parametrize("role", ["head", "handler", "receptionist", "superior_office", "plan_keeper"])
def test_nobody_else_has_the_page(commune, role):
    assert browser(make_user((role, commune.office))).get(URL).status_code == 404


def test_a_case_out_of_sight_is_404(page):
    assert page.get(f"{URL}?case={late_case(make_body()).reference}").status_code == 404
