"""What each head owed and held, month by month, told to whoever stands towards the body."""

from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from bodies.kinds import BodyKind, Level
from bodies.models import Post
from feedback import receptions
from feedback.models import Reception
from tests.cases.making import at, day, make_area, make_body, make_user

pytestmark = pytest.mark.usefixtures("law")
URL = "/api/v1/receptions/months/"


@pytest.fixture(autouse=True)
def minimums(db):
    call_command("load_bodies", minimums=True, verbosity=0)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(at("2026-09-15"), tick=False):
        yield


def make_commune(district):
    """A commune's people's committee with its chair."""
    office = make_body(area=make_area(parent=district))
    chair = make_user(("head", office))
    Post.objects.create(
        body=office, duty="head", title="chu_tich_ubnd", holder=chair, valid_from=date(2020, 1, 1)
    )
    return office, chair


def received(office, by, on, *, reason="", kind="periodic"):
    row = Reception(host=office, day=day(on), kind=kind, received_by=by, delegate_reason=reason)
    return receptions.record(row, by=by, at=at(on, 17))


@pytest.fixture
def district():
    return make_area(level=Level.DISTRICT)


def test_a_chair_sees_what_the_new_law_asks_and_what_was_held(client_of, district):
    office, chair = make_commune(district)
    deputy = make_user(("handler", office))
    received(office, chair, "2026-07-06")
    received(office, chair, "2026-07-20")
    received(office, chair, "2026-08-03")
    received(office, deputy, "2026-08-17", reason="họp huyện")
    received(office, chair, "2026-08-18", kind="ad_hoc")
    (told,) = client_of(chair).get(URL, {"period": "2026-Q3"}).json()["results"]
    months = [
        {key: month[key] for key in ("month", "owed", "in_person", "delegated", "ad_hoc", "missed", "is_met")}
        for month in told["months"]
    ]
    assert months == [
        dict(month="2026-07", owed=2, in_person=2, delegated=0, ad_hoc=0, missed=0, is_met=True),
        dict(month="2026-08", owed=2, in_person=1, delegated=1, ad_hoc=1, missed=1, is_met=False),
        dict(month="2026-09", owed=2, in_person=0, delegated=0, ad_hoc=0, missed=0, is_met=None),
    ]
    assert (told["body"], told["owed"], told["in_person"], told["missed"]) == (office.code, 6, 3, 1)
    assert told["months"][1]["heads"] == [
        {"username": chair.username, "full_name": chair.full_name, "days": 1}
    ]
    assert "136/2025" in told["months"][0]["basis"]


def test_the_link_of_a_month_leads_to_exactly_its_days(client_of, district):
    office, chair = make_commune(district)
    for on in ("2026-07-31", "2026-08-03", "2026-08-31", "2026-09-01"):
        received(office, chair, on)
    client = client_of(chair)
    (told,) = client.get(URL, {"period": "2026-08"}).json()["results"]
    days = [row["day"] for row in client.get(told["months"][0]["receptions"]).json()["results"]]
    assert (days, told["months"][0]["in_person"]) == (["2026-08-31", "2026-08-03"], 2)


def test_days_can_be_asked_for_by_who_held_them(client_of, district):
    office, chair = make_commune(district)
    received(office, chair, "2026-08-03")
    received(office, make_user(("handler", office)), "2026-08-04", reason="ốm")
    ask = lambda value: [  # noqa: E731
        row["day"]
        for row in client_of(chair).get("/api/v1/receptions/", {"held_by": value}).json()["results"]
    ]
    assert (ask("head"), ask("delegate")) == (["2026-08-03"], ["2026-08-04"])


def test_only_those_who_read_the_bodys_days_see_its_months(client_of, district):
    office, _chair = make_commune(district)
    other, _other = make_commune(district)
    make_commune(make_area(level=Level.DISTRICT))
    front = make_body(kind=BodyKind.MTTQ, area=district, level=Level.DISTRICT)
    seen = client_of(make_user(("monitor", front))).get(URL).json()["results"]
    assert {row["body"] for row in seen} == {office.code, other.code}
    assert client_of(make_user(("head", make_body()))).get(URL).json()["results"] == []
    narrowed = client_of(make_user(("monitor", front))).get(URL, {"body": other.code}).json()["results"]
    assert [row["body"] for row in narrowed] == [other.code]


def test_a_bad_period_and_an_unknown_area_name_their_field(client_of, district):
    _office, chair = make_commune(district)
    for asked, field in (({"period": "2026-13"}, "period"), ({"area__within": "khong-co"}, "area__within")):
        answer = client_of(chair).get(URL, asked)
        assert (answer.status_code, list(answer.json())) == (400, [field])


def test_it_costs_the_same_for_one_body_and_for_five(client_of, district, django_assert_num_queries):
    front = make_body(kind=BodyKind.MTTQ, area=district, level=Level.DISTRICT)
    client = client_of(make_user(("monitor", front)))
    for count in range(1, 6):
        office, chair = make_commune(district)
        received(office, chair, "2026-08-03")
        client.get(URL)  # the calendar is read once for each version
        with django_assert_num_queries(
            7
        ):  # standing, page, posts, days, minimums, calendar's version, people
            assert len(client.get(URL).json()["results"]) == count


def test_somebody_who_was_not_its_head_that_day_needs_a_reason(district):
    from bodies.refusals import BadInput

    office, chair = make_commune(district)
    second = make_user(("head", office))  # may sign for the head, but is not the chair
    with pytest.raises(BadInput, match="delegate_reason"):
        received(office, second, "2026-08-03")
    assert received(office, chair, "2026-08-03").is_in_person
    assert not received(office, second, "2026-08-04", reason="  được phân công ").is_in_person
    with pytest.raises(BadInput, match="delegate_reason"):
        received(office, second, "2026-08-05", reason="   ")
