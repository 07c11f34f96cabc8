"""The page of a case tells at which meeting it was agreed or recommended."""

import pytest

from bodies.scopes import standing_of
from cases.conclusions import Promise
from cases.panels import panels_for
from dialogues import meetings, supervisions
from dialogues.models import Meeting, Supervision
from dialogues.supervisions import Recommended
from tests.cases.making import at, day, make_case
from tests.dialogues.meeting import make_commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def shown(case, user):
    found = panels_for(case, standing_of(user, day("2024-05-20")), at("2024-05-20"))
    return {each.panel.name: each.context for each in found}.get("recommendation")


def test_of_a_briefing_and_of_a_supervision():
    commune = make_commune()
    meeting = meetings.record(
        Meeting(
            host=commune.party,
            chaired_by=commune.party,
            kind="briefing",
            rhythm="monthly",
            day=day("2024-05-06"),
            title="Giao ban tháng 5",
        ),
        by=commune.secretary,
        at=at("2024-05-06", 18),
    )
    promise = Promise(text="Sửa cống", body=commune.office, proof="Ảnh")
    agreed = meetings.agree(meeting, promise, by=commune.secretary, at=at("2024-05-07"))
    told = shown(agreed, commune.chair)
    assert (told["title"], told["chair"], told["day"]) == (
        "Giao ban tháng 5",
        commune.party.name,
        meeting.day,
    )
    assert (told["position"], told["proof"], told["is_struck"]) == (1, "Ảnh", False)
    meetings.strike_out(meeting, reason="nhầm", by=commune.secretary, at=at("2024-05-08"))
    assert shown(agreed, commune.chair)["is_struck"] is True

    session = supervisions.record(
        Supervision(kind="criticism", form="conference", chair=commune.front, day=day("2024-05-14"), title="Dự thảo quy chế"),
        by=commune.front_head,
        at=at("2024-05-14", 18),
    )  # fmt: skip
    case = supervisions.recommend(
        session, Recommended(what=promise), by=commune.front_head, at=at("2024-05-15")
    )
    assert shown(case, commune.chair)["chair"] == commune.front.name


def test_other_cases_have_none():
    commune = make_commune()
    assert shown(make_case(commune.office), commune.chair) is None


def test_the_page_shows_it(client):
    commune = make_commune()
    session = supervisions.record(
        Supervision(kind="supervision", form="visit", chair=commune.front, day=day("2024-05-14"), title="Việc tiếp công dân"),
        by=commune.front_head,
        at=at("2024-05-14", 18),
    )  # fmt: skip
    new = Recommended(what=Promise(text="Niêm yết lịch", body=commune.office))
    case = supervisions.recommend(session, new, by=commune.front_head, at=at("2024-05-15"))
    client.force_login(commune.chair)
    page = client.get(f"/cases/{case.reference}/").content.decode()
    assert "Việc tiếp công dân" in page
    assert commune.front.name in page
    assert "14/05/2024" in page
