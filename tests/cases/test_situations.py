"""The special situation of a case: recognised, withdrawn, and none at all, over HTTP and on the page."""

import pytest
import time_machine

from tests.cases.desk import NOW, an_office, browser, opened, send
from tests.cases.making import at, do, make_case

pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def office():
    with time_machine.travel(at(NOW, 12), tick=False):
        yield an_office()


def a_remote_case(body, kind="denunciation"):
    case = make_case(body, kind=kind, received="2026-11-09", flags=["group", "remote"])
    do(case, "accept", "2026-11-12")
    case.refresh_from_db()
    return case


def flags_of(case):
    case.refresh_from_db()
    return set(case.flags)


def test_a_situation_is_withdrawn_by_naming_none(office, client_of):
    body, people = office
    case = a_remote_case(body)
    url = f"/api/v1/cases/{case.reference}/moves/"
    told = {"move": "set_situation", "reason": "Không còn ở vùng xa", "version": case.version}
    lacking = client_of(people["head"]).post(url, told, format="json")
    assert (lacking.status_code, list(lacking.json())) == (400, ["flags"])
    answer = client_of(people["head"]).post(url, told | {"flags": []}, format="json")
    assert answer.status_code == 200, answer.content
    # What is no situation of the time limits stays.
    assert flags_of(case) == {"group"}


def test_on_the_page_no_box_ticked_is_no_special_situation(office):
    body, people = office
    case, client = a_remote_case(body), browser(people["head"])
    html, _hidden = opened(client, case, "set_situation")
    assert 'value="remote"' in html
    assert 'name="flags" value="group"' not in html
    answer = send(client, case, "set_situation", reason="Không còn ở vùng xa")
    assert answer.status_code == 302, answer.content.decode()
    assert flags_of(case) == {"group"}
    send(client, case, "set_situation", reason="Phức tạp", flags=["complex"])
    assert flags_of(case) == {"group", "complex"}
