"""Reception days over HTTP: written by their own desk, read by those who stand towards the body."""

from uuid import uuid4

import pytest

from bodies.kinds import BodyKind, Level
from cases.models import Case
from feedback.models import Reception
from tests.cases.making import make_area, make_body, make_user
from tests.feedback.making import apart

pytestmark = pytest.mark.usefixtures("law")
URL = "/api/v1/receptions/"


@pytest.fixture
def host():
    return make_body(area=make_area(parent=make_area(level=Level.DISTRICT)))


def asked(desk, head, **facts):
    return {
        "host": desk.code,
        "day": "2026-11-09",
        "kind": "periodic",
        "received_by": head.username,
        "turns": 4,
        "people": 9,
        **facts,
    }


def test_a_desk_writes_its_day_down_and_its_head_concludes(client_of, host):
    head = make_user(("head", host))
    client = client_of(head)
    made = client.post(URL, asked(host, head))
    assert made.status_code == 201, made.content
    doer = make_body()
    concluded = client.post(
        f"{URL}{made.json()['id']}/conclusions/",
        {"title": "Sửa cống thôn 4", "body": doer.code, "due_on": "2026-12-01"},
    )
    assert concluded.status_code == 201, concluded.content
    assert concluded.json()["due_on"] == "2026-12-01"
    case = Case.objects.get(reference=concluded.json()["reference"])
    assert (case.kind, case.body) == ("conclusion", doer)
    assert client.get(f"{URL}{made.json()['id']}/").json()["conclusions"] == [case.reference]


def test_another_desk_writes_nothing_and_bad_input_names_its_field(client_of, host):
    head, stranger = make_user(("head", host)), make_user(("head", make_body()))
    assert apart(client_of(stranger)).post(URL, asked(host, head)).status_code == 409
    clerk = make_user(("receptionist", host))
    assert list(apart(client_of(clerk)).post(URL, asked(host, clerk)).json()) == ["delegate_reason"]
    assert list(apart(client_of(head)).post(URL, asked(host, head, day="2999-01-01")).json()) == ["day"]
    assert list(apart(client_of(head)).post(URL, asked(host, head, host="khong-co")).json()) == ["host"]
    assert client_of(head).get(URL).json()["results"] == []


def test_superiors_and_monitors_of_the_area_read_it_and_strangers_do_not(client_of, host):
    head = make_user(("head", host))
    client_of(head).post(URL, asked(host, head))
    front = make_body(kind=BodyKind.MTTQ, area=host.area.parent, level=Level.DISTRICT)
    assert len(client_of(make_user(("monitor", front))).get(URL).json()["results"]) == 1
    assert client_of(make_user(("head", make_body()))).get(URL).json()["results"] == []


def test_the_list_costs_the_same_whatever_it_holds(client_of, host, django_assert_num_queries):
    head = make_user(("head", host))
    client = client_of(head)
    for day in range(1, 6):
        client.post(URL, asked(host, head, day=f"2026-11-0{day}"))
        with django_assert_num_queries(4):  # standing, page, petitions, conclusions
            assert len(client.get(URL).json()["results"]) == day
    assert len(client.get(URL, {"host": host.code, "since": "2026-11-03"}).json()["results"]) == 3


def test_the_same_key_writes_a_day_and_a_conclusion_once(client_of, host):
    head = make_user(("head", host))
    client = apart(client_of(head))
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    first, again = client.post(URL, asked(host, head), **key), client.post(URL, asked(host, head), **key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert client.post(URL, asked(host, head, turns=5), **key).status_code == 422
    assert Reception.objects.count() == 1
    url, new = f"{URL}{first.json()['id']}/conclusions/", {"title": "Sửa cống", "body": make_body().code}
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    assert client.post(url, new, **key).json() == client.post(url, new, **key).json()
    assert Case.objects.count() == 1


def test_days_of_an_area_or_a_branch(client_of, host):
    other = make_body(area=make_area(parent=host.area.parent), superior=host)
    for office in (host, other):
        head = make_user(("head", office))
        client_of(head).post(URL, asked(office, head))
    front = make_body(kind=BodyKind.MTTQ, area=host.area.parent, level=Level.DISTRICT)
    monitor = client_of(make_user(("monitor", front)))

    def hosts(**params):
        return {row["host"] for row in monitor.get(URL, params).json()["results"]}

    assert hosts(area__within=other.area.code) == {other.code}
    assert hosts(body__within=host.code) == {host.code, other.code}
    assert hosts(body__within=other.code) == {other.code}
    assert monitor.get(URL, {"area__within": "khong-co"}).status_code == 400
