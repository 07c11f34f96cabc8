"""The logs over HTTP: written once, read within one's branch, struck out, with what was agreed as cases."""

from uuid import uuid4

import pytest

from bodies.kinds import BodyKind, Level
from cases.models import Case
from dialogues.models import Attendance, Meeting, Supervision
from tests.cases.making import make_area, make_body, make_user
from tests.dialogues.meeting import make_commune, make_member
from tests.feedback.making import apart

pytestmark = pytest.mark.usefixtures("law")
MEETINGS, SUPERVISIONS, ATTENDANCES = (
    f"/api/v1/{name}/" for name in ("meetings", "supervisions", "attendances")
)


@pytest.fixture
def client_of(client_of):
    """What is refused takes its own back, as its transaction would."""
    return lambda user: apart(client_of(user))


@pytest.fixture
def district():
    return make_area(level=Level.DISTRICT)


@pytest.fixture
def commune(district):
    return make_commune(district)


def a_briefing(commune, **facts):
    return {
        "host": commune.party.code,
        "chaired_by": commune.party.code,
        "kind": "briefing",
        "rhythm": "monthly",
        "day": "2026-11-03",
        "title": "Giao ban tháng 11",
        "participants": [commune.office.code],
    } | facts


def a_session(commune, **facts):
    return {
        "kind": "supervision",
        "form": "visit",
        "chair": commune.front.code,
        "about": [commune.office.code],
        "day": "2026-11-04",
        "title": "Giám sát tiếp công dân",
    } | facts


def an_attendance(commune, member, **facts):
    return {
        "committee": commune.party.code,
        "member": member.username,
        "kind": "cell",
        "day": "2026-11-05",
        "area": commune.area.code,
        "attended": "Chi bộ thôn Vồng",
    } | facts


def a_promise(commune, **facts):
    return {"text": "Sửa cống thôn Vồng", "body": commune.office.code, "due_on": "2026-12-15"} | facts


def test_a_meeting_is_written_down_and_what_was_agreed_becomes_a_case(client_of, commune):
    client = client_of(commune.secretary)
    made = client.post(MEETINGS, a_briefing(commune))
    assert made.status_code == 201, made.content
    assert (made.json()["participants"], made.json()["struck_at"]) == ([commune.office.code], None)
    url = f"{MEETINGS}{made.json()['id']}/"
    owed = client.post(f"{url}recommendations/", a_promise(commune, co_bodies=[commune.front.code]))
    assert owed.status_code == 201, owed.content
    case = Case.objects.get(reference=owed.json()["reference"])
    assert (case.kind, case.channel, case.received_by) == ("conclusion", "briefing", commune.party)
    (listed,) = client.get(url).json()["recommendations"]
    assert listed["case"] == {
        "reference": case.reference,
        "stage": "accepted",
        "responsible_body": commune.office.code,
        "due_on": "2026-12-15",
    }


def test_a_session_and_its_recommendation(client_of, commune):
    client = client_of(commune.front_head)
    made = client.post(SUPERVISIONS, a_session(commune))
    assert made.status_code == 201, made.content
    url = f"{SUPERVISIONS}{made.json()['id']}/"
    asked = a_promise(commune, due_on=None, sent_on="2026-11-06")
    owed = client.post(f"{url}recommendations/", asked)
    assert owed.status_code == 201, owed.content
    # 15 working days from Friday 6 November 2026; Tuesday 24 November is a holiday since 2026.
    assert owed.json()["due_on"] == "2026-11-30"
    assert Case.objects.get(reference=owed.json()["reference"]).kind == "supervision"
    assert client.get(url).json()["recommendations"][0]["text"] == "Sửa cống thôn Vồng"


def test_the_same_key_writes_once_and_another_body_with_it_is_refused(client_of, commune):
    client = client_of(commune.secretary)
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    first = client.post(MEETINGS, a_briefing(commune), **key)
    again = client.post(MEETINGS, a_briefing(commune), **key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert client.post(MEETINGS, a_briefing(commune, title="Khác"), **key).status_code == 422
    assert Meeting.objects.count() == 1
    url = f"{MEETINGS}{first.json()['id']}/recommendations/"
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    assert (
        client.post(url, a_promise(commune), **key).json()
        == client.post(url, a_promise(commune), **key).json()
    )
    assert Case.objects.count() == 1


def test_who_left_the_body_is_not_told_again_what_they_wrote(client_of, commune):
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    client = client_of(commune.secretary)
    assert client.post(MEETINGS, a_briefing(commune), **key).status_code == 201
    commune.secretary.memberships.update(valid_to="2020-01-01")
    gone = client_of(type(commune.secretary).objects.get(pk=commune.secretary.pk))
    assert gone.post(MEETINGS, a_briefing(commune), **key).status_code == 404
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"day": "2999-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"host": "khong-co"}, "host"),
        ({"kind": "party"}, "kind"),
        ({"title": " "}, "title"),
        ({"present_count": -1}, "present_count"),
        ({"participants": ["khong-co"]}, "participants"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else next(iter(value)),
)
def test_bad_input_names_its_field_and_writes_nothing(client_of, commune, facts, field):
    answer = client_of(commune.secretary).post(MEETINGS, a_briefing(commune, **facts))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Meeting.objects.exists()


def test_a_recommendation_without_a_body_is_refused(client_of, commune):
    client = client_of(commune.secretary)
    url = f"{MEETINGS}{client.post(MEETINGS, a_briefing(commune)).json()['id']}/recommendations/"
    answer = client.post(url, {"text": "Sửa cống"})
    assert (answer.status_code, list(answer.json())) == (400, ["body"])
    assert client.post(url, a_promise(commune, due_on="2026-11-02")).json().keys() == {"due_on"}
    assert not Case.objects.exists()


def test_outside_ones_branch_there_is_nothing(client_of, commune, district):
    row = client_of(commune.secretary).post(MEETINGS, a_briefing(commune)).json()
    session = client_of(commune.front_head).post(SUPERVISIONS, a_session(commune)).json()
    stranger = client_of(make_user(("head", make_body())))
    for url, pk in ((MEETINGS, row["id"]), (SUPERVISIONS, session["id"])):
        assert stranger.get(url).json()["results"] == []
        assert stranger.get(f"{url}{pk}/").status_code == 404
        assert stranger.post(f"{url}{pk}/strike/", {"reason": "x"}).status_code == 404
        assert stranger.post(f"{url}{pk}/recommendations/", a_promise(commune)).status_code == 404
    monitor = client_of(
        make_user(("monitor", make_body(kind=BodyKind.MTTQ, area=district, level=Level.DISTRICT)))
    )
    assert monitor.get(f"{MEETINGS}{row['id']}/").status_code == 200
    # They see it, but it is not their log.
    assert monitor.post(f"{MEETINGS}{row['id']}/strike/", {"reason": "x"}).status_code == 409
    assert client_of(None).get(MEETINGS).status_code == 401


def test_a_partner_sees_the_session_it_took_part_in(client_of, commune):
    women = make_body(kind=BodyKind.DOAN_THE)
    client_of(commune.front_head).post(SUPERVISIONS, a_session(commune, partners=[women.code]))
    client_of(commune.front_head).post(SUPERVISIONS, a_session(commune, day="2026-11-05"))
    seen = client_of(make_user(("handler", women))).get(SUPERVISIONS).json()["results"]
    assert [row["day"] for row in seen] == ["2026-11-04"]


def test_filters(client_of, commune, district):
    client = client_of(commune.secretary)
    client.post(MEETINGS, a_briefing(commune))
    client.post(MEETINGS, a_briefing(commune, kind="working_session", day="2026-10-01", rhythm="ad_hoc"))
    other = make_commune(district)
    client_of(other.secretary).post(MEETINGS, a_briefing(other))
    monitor = client_of(
        make_user(("monitor", make_body(kind=BodyKind.MTTQ, area=district, level=Level.DISTRICT)))
    )

    def days(**asked):
        return [row["day"] for row in monitor.get(MEETINGS, asked).json()["results"]]

    assert days() == ["2026-11-03", "2026-11-03", "2026-10-01"]
    assert days(kind="briefing", host=commune.party.code) == ["2026-11-03"]
    assert days(rhythm="ad_hoc") == ["2026-10-01"]
    assert days(chaired_by=other.party.code) == ["2026-11-03"]
    assert days(since="2026-10-01", until="2026-10-31") == ["2026-10-01"]
    assert days(area__within=other.area.code) == ["2026-11-03"]
    assert days(body__within=commune.party.code) == ["2026-11-03", "2026-10-01"]
    assert monitor.get(MEETINGS, {"area__within": "khong-co"}).status_code == 400
    sessions = client_of(commune.front_head)
    women = make_body(kind=BodyKind.DOAN_THE, area=commune.area)
    sessions.post(SUPERVISIONS, a_session(commune, partners=[women.code]))
    sessions.post(SUPERVISIONS, a_session(commune, kind="criticism", day="2026-11-06"))

    def held(**asked):
        return [row["day"] for row in sessions.get(SUPERVISIONS, asked).json()["results"]]

    assert held(partner=women.code) == held(chair_or_partner=women.code) == ["2026-11-04"]
    assert (
        held(chair_or_partner=commune.front.code)
        == held(about=commune.office.code)
        == ["2026-11-06", "2026-11-04"]
    )
    assert held(kind="criticism") == ["2026-11-06"]


def test_what_is_struck_out_is_marked_and_can_be_left_out(client_of, commune):
    client = client_of(commune.secretary)
    pk = client.post(MEETINGS, a_briefing(commune)).json()["id"]
    assert client.post(f"{MEETINGS}{pk}/strike/", {}).status_code == 400
    struck = client.post(f"{MEETINGS}{pk}/strike/", {"reason": "ghi hai lần"})
    assert (struck.status_code, struck.json()["struck_reason"]) == (200, "ghi hai lần")
    assert client.post(f"{MEETINGS}{pk}/strike/", {"reason": "lại"}).status_code == 409
    assert client.get(MEETINGS, {"struck": "false"}).json()["results"] == []
    assert len(client.get(MEETINGS, {"struck": "true"}).json()["results"]) == 1


def test_attendance_is_written_by_the_committee_or_the_member(client_of, commune):
    an = make_member(commune.party)
    assert client_of(commune.secretary).post(ATTENDANCES, an_attendance(commune, an)).status_code == 201
    again = client_of(commune.secretary).post(ATTENDANCES, an_attendance(commune, an))
    assert (again.status_code, again.json()["field"]) == (409, "attended")
    own = client_of(an).post(ATTENDANCES, an_attendance(commune, an, day="2026-11-06"))
    assert own.status_code == 201, own.content
    assert len(client_of(an).get(ATTENDANCES).json()["results"]) == 2
    wrong = client_of(commune.secretary).post(ATTENDANCES, an_attendance(commune, commune.chair))
    assert (wrong.status_code, list(wrong.json())) == (400, ["member"])
    elsewhere = an_attendance(commune, an, area=make_area().code, day="2026-11-07")
    assert list(client_of(commune.secretary).post(ATTENDANCES, elsewhere).json()) == ["area"]
    assert Attendance.objects.count() == 2


def test_the_lists_cost_the_same_whatever_they_hold(client_of, commune, django_assert_num_queries):
    secretary, front = client_of(commune.secretary), client_of(commune.front_head)
    an = make_member(commune.party)
    for number in range(1, 5):
        on = f"2026-11-0{number}"
        pk = secretary.post(MEETINGS, a_briefing(commune, day=on)).json()["id"]
        secretary.post(f"{MEETINGS}{pk}/recommendations/", a_promise(commune))
        pk = front.post(SUPERVISIONS, a_session(commune, day=on)).json()["id"]
        front.post(f"{SUPERVISIONS}{pk}/recommendations/", a_promise(commune))
        secretary.post(ATTENDANCES, an_attendance(commune, an, day=on))
        # A savepoint of the tests about each; standing, page, participants, recommendations with their cases.
        with django_assert_num_queries(2 + 4):
            assert len(secretary.get(MEETINGS).json()["results"]) == number
        with django_assert_num_queries(2 + 5):  # the same, and the bodies it was about
            assert len(front.get(SUPERVISIONS).json()["results"]) == number
        with django_assert_num_queries(2 + 2):
            assert len(secretary.get(ATTENDANCES).json()["results"]) == number


def test_pages_follow_one_another_without_a_gap(client_of, commune):
    client = client_of(commune.front_head)
    for number in range(1, 6):
        client.post(SUPERVISIONS, a_session(commune, day=f"2026-11-0{1 + number // 2}"))
    seen, url = [], f"{SUPERVISIONS}?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == list(Supervision.objects.order_by("-day", "-pk").values_list("pk", flat=True))
    assert len(seen) == 5
