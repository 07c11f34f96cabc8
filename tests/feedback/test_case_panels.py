"""What the petition puts on the page of its case: people as open as each reader may see them, and the citizen's own view."""

import pytest
import time_machine
from django.test import Client

from feedback import verdicts, words
from feedback.models import Petition
from tests.cases.making import answered, at, do
from tests.feedback.making import make_petition, make_place

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def place(db):
    return make_place()


def look(user, case, *more, language="en", **headers):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    with time_machine.travel(at("2026-11-20", 12), tick=False):
        answer = client.get("/".join(["/cases", case.reference, *more, ""]), headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def panel(user, case, name, **options):
    return look(user, case, "panels", name, **{"hx-request": "true"}, **options)


def test_whoever_holds_the_case_sees_who_petitions_and_those_above_parts_of_it(place):
    case = make_petition(place, received="2026-11-02").petition.case
    shown = look(place.handler, case)
    assert "Nguyễn Văn An" in shown
    assert "Thôn Vồng" in shown
    above = look(place.superior, case)
    assert "Thôn Vồng" not in above
    assert "035085004567" not in above
    assert "Parts are hidden" in above
    monitor = look(place.monitor, case)
    assert "Nguyễn Văn An" not in monitor
    assert "1 person, whose identity is kept closed." in monitor


def test_a_denouncer_is_on_nobodys_page(place):
    case = make_petition(place, received="2026-11-02", kind="denunciation").petition.case
    for user in (place.clerk, place.handler, place.head, place.superior, place.monitor):
        for shown in (look(user, case), look(user, case, "panels", "people")):
            assert "Nguyễn Văn An" not in shown
            assert "035085004567" not in shown
    assert "a second person consents" in look(place.head, case)


def test_the_citizens_own_view_is_shown_as_they_read_it(place):
    case = make_petition(place, received="2026-11-02", kind="feedback").petition.case
    do(case, "accept", "2026-11-03")
    assert "The office looks into the matter and answers you." not in look(place.head, case)
    shown = panel(place.head, case, "citizen")
    assert "The office looks into the matter and answers you." in shown
    assert "18/11/2026" in shown
    assert "<html" not in shown
    assert "The office looks into the matter and answers you." in look(place.head, case, "panels", "citizen")
    answered(case, "2026-11-10", "met")
    assert "Đã giải quyết" in panel(place.head, case, "citizen")


def test_what_the_citizen_said_later_is_read_there(place):
    receipt = make_petition(place, received="2026-11-02", kind="feedback")
    petition = Petition.objects.get(pk=receipt.petition.pk)
    words.supplement(petition, text="Xin gửi thêm ảnh ổ gà", at=at("2026-11-05"))
    assert "Xin gửi thêm ảnh ổ gà" in panel(place.head, petition.case, "words")


def test_who_sees_the_outline_only_has_neither_panel(place):
    case = make_petition(place, received="2026-11-02", kind="denunciation").petition.case
    client = Client()
    client.force_login(place.monitor)
    for name in ("citizen", "words", "nonsense"):
        for headers in ({}, {"hx-request": "true"}):
            answer = client.get(f"/cases/{case.reference}/panels/{name}/", headers=headers)
            assert answer.status_code == 404
    assert 'id="panel-citizen"' not in look(place.monitor, case)


def test_a_case_without_a_petition_says_so(place):
    from tests.cases.making import make_case

    case = make_case(place.office, kind="feedback", received="2026-11-02")
    assert "No petition opened this case" in panel(place.head, case, "citizen")
    assert "Nothing was said later." in panel(place.head, case, "words")
    assert 'id="panel-people"' not in look(place.head, case)


def test_the_page_with_its_people_asks_fifteen_times_at_most(place, django_assert_max_num_queries):
    case = make_petition(place, received="2026-11-02").petition.case
    do(case, "assign", "2026-11-03", person=place.handler)
    do(case, "accept", "2026-11-03")
    client = Client()
    client.force_login(place.head)
    with time_machine.travel(at("2026-11-20", 12), tick=False):
        client.get(f"/cases/{case.reference}/")
        with django_assert_max_num_queries(15):
            assert client.get(f"/cases/{case.reference}/").status_code == 200


def answered_badly(place):
    """A feedback that was answered and closed, and whose citizen asks for reopening."""
    petition = make_petition(place, received="2026-11-02", kind="feedback").petition
    do(petition.case, "accept", "2026-11-03")
    answered(petition.case, "2026-11-17", "met")
    do(petition.case, "close", "2026-11-17")
    given = verdicts.give(petition, score=1, comment="Đèn vẫn tối", at=at("2026-11-18"))
    return Petition.objects.get(pk=petition.pk).case, given


def decide(user, case, given, **fields):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    with time_machine.travel(at("2026-11-20", 12), tick=False):
        address = f"/cases/{case.reference}/verdicts/{given.pk}/"
        return client.post(address, fields) if fields else client.get(address)


def test_whoever_asks_for_reopening_stands_on_the_page_until_somebody_decided(place):
    case, given = answered_badly(place)
    assert "asks for reopening" in look(place.head, case)
    assert f"/verdicts/{given.pk}/" in look(place.head, case)
    assert f"/verdicts/{given.pk}/" not in look(place.handler, case)
    assert "Đèn vẫn tối" in decide(place.head, case, given).content.decode()
    answer = decide(place.head, case, given, decision="reopen", reason="Sẽ xem lại")
    assert (answer.status_code, answer.url) == (302, f"/cases/{case.reference}/")
    case.refresh_from_db()
    assert (case.stage, case.reopened_count) == ("accepted", 1)
    assert "asks for reopening" not in look(place.head, case)


def test_a_decision_without_a_reason_or_made_twice_loses_nothing_typed(place):
    case, given = answered_badly(place)
    assert decide(place.head, case, given, decision="keep", reason=" ").status_code == 422
    assert decide(place.head, case, given, decision="keep", reason="Đã thay bóng mới").status_code == 302
    again = decide(place.head, case, given, decision="reopen", reason="Viết lần nữa")
    assert again.status_code == 409
    assert "Viết lần nữa</textarea>" in again.content.decode()
    case.refresh_from_db()
    assert case.stage == "closed"


def test_only_who_may_decide_finds_the_page(place):
    case, given = answered_badly(place)
    for user in (place.handler, place.clerk, place.monitor):
        assert decide(user, case, given).status_code == 404
    other = make_petition(place, received="2026-11-02", kind="feedback").petition.case
    assert decide(place.head, other, given).status_code == 404
