"""Reception days in the browser: a month beside what was owed, a day with its queue, a conclusion that becomes a case."""

import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from bodies.models import Post
from cases.models import Case
from feedback import reception_days, receptions
from feedback.models import Petition, Reception
from tests.cases.making import at, day, make_user
from tests.feedback.making import Place, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
DAYS = "/reception/days/"


@pytest.fixture
def place() -> Place:
    with time_machine.travel(at("2024-04-20", 10), tick=False):
        yield make_place()


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def held(place, on="2024-04-10", **facts):
    row = Reception(
        host=place.office, day=day(on), **{"kind": "periodic", "received_by": place.head, **facts}
    )
    taken = Petition.objects.filter(received_at__date=day(on))
    return receptions.record(row, by=place.head, at=at(on, 17), petitions=list(taken))


def written(place, **more):
    return {
        "key": str(uuid4()), "kind": "periodic", "received_by": place.head.username, "turns": "2", "people": "3", "groups": "0", **more,
    }  # fmt: skip


def test_numbers_of_the_queue_follow_the_desk_day_by_day_and_stay(place):
    first = make_petition(place, received="2024-04-10").petition
    other_day = make_petition(place, received="2024-04-11").petition
    letter = make_petition(place, received="2024-04-10", channel="letter").petition
    elsewhere = make_petition(place, received="2024-04-10", received_by=place.province).petition
    secret = make_petition(place, received="2024-04-10", kind="denunciation", against_body=place.office)
    last = make_petition(place, received="2024-04-10").petition
    numbers = reception_days.queue_of(place.office, date(2024, 4, 10))
    # The desk no longer knows of the second, and its number is given to nobody else.
    assert numbers == {first.pk: 1, secret.petition.pk: 2, last.pk: 3}
    assert {letter.pk, elsewhere.pk, other_day.pk}.isdisjoint(numbers)
    slip = signed_in(place.clerk).get(f"/reception/{last.code}/receipt/").content.decode()
    assert re.search(r"Number in the queue</dt><dd>3<", slip)
    assert (
        "Number in the queue"
        not in signed_in(place.clerk).get(f"/reception/{letter.code}/receipt/").content.decode()
    )


def test_the_desk_tells_the_next_number(place):
    client = signed_in(place.clerk)
    assert "queue: <strong>1</strong>" in client.get("/reception/").content.decode()
    make_petition(place, received="2024-04-20")
    assert "queue: <strong>2</strong>" in client.get("/reception/").content.decode()


def test_whoever_came_that_day_stands_ready_and_is_written_down_once(place):
    petition = make_petition(place, received="2024-04-10", people_count=2).petition
    make_petition(place, received="2024-04-11")
    client, url = signed_in(place.clerk), f"{DAYS}new/?body={place.office.code}&day=2024-04-10"
    answer = client.get(url)
    form = answer.context["form"]
    assert f'name="petitions" value="{petition.code}"' in answer.content.decode()
    assert [code for code, _label in form.fields["petitions"].choices] == [petition.code]
    assert (form["turns"].value(), form["people"].value()) == (1, 2)
    sent = written(place, petitions=[petition.code])
    first, second = client.post(url, sent), client.post(url, sent)
    row = Reception.objects.get()
    assert first.url == second.url == f"{DAYS}{row.pk}/"
    assert (row.day, row.received_by, row.people, list(row.petitions.all())) == (
        date(2024, 4, 10), place.head, 3, [petition],
    )  # fmt: skip
    # As people type a day.
    assert client.get(f"{DAYS}new/?day=10/4/2024").context["day"] == date(2024, 4, 10)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"received_by": "tiep-thi-son"}, "delegate_reason"),
        ({"received_by": "nobody"}, "received_by"),
        ({"turns": "-1"}, "turns"),
        ({"petitions": ["2024-x-1"]}, "petitions"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_what_cannot_be_written_down_is_said_at_its_field(place, more, field):
    answer = signed_in(place.clerk).post(f"{DAYS}new/?day=2024-04-10", written(place, **more))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Reception.objects.exists()


def test_a_day_to_come_is_refused(place):
    answer = signed_in(place.clerk).post(f"{DAYS}new/?day=2024-05-10", written(place))
    assert answer.status_code == 422
    assert "This lies in the future." in answer.content.decode()


def test_the_day_tells_who_was_received_and_who_received(place):
    make_petition(place, received="2024-04-10")
    make_petition(place, received="2024-04-10", kind="denunciation")
    row = held(place, received_by=place.handler, delegate_reason="Họp tỉnh")
    answer = signed_in(place.clerk).get(f"{DAYS}{row.pk}/")
    page = answer.content.decode()
    told = [(guest.number, [one.name for one in guest.people]) for guest in answer.context["guests"]]
    assert told == [(1, ["Nguyễn Văn An"]), (2, [])]
    assert "Kept sealed" in page
    assert "by delegation" in page
    assert "Họp tỉnh" in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_conclusion_becomes_a_case_once(place):
    row, client = held(place), signed_in(place.head)
    sent = {"key": str(uuid4()), "text": "Sửa cống thôn 4", "body": place.office.code, "due_on": "15/05/2024"}
    answers = [client.post(f"{DAYS}{row.pk}/", sent) for _press in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    case = Case.objects.get()
    assert (case.kind, case.title, case.due_on) == ("conclusion", "Sửa cống thôn 4", date(2024, 5, 15))
    page = client.get(f"{DAYS}{row.pk}/").content.decode()
    assert case.reference in page
    assert f"/api/v1/receptions/{row.pk}/conclusions.pdf" in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": " "}, "text"),
        ({"body": "x"}, "body"),
        ({"due_on": "01/04/2024"}, "due_on"),
        ({"person": "xx"}, "person"),
    ],
)
def test_a_conclusion_that_says_too_little_is_refused_with_all_that_was_typed(place, more, field):
    sent = {"text": "Sửa cống", "body": place.office.code, "proof": "Ảnh đã chụp", **more}
    answer = signed_in(place.head).post(f"{DAYS}{held(place).pk}/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Ảnh đã chụp" in answer.content.decode()
    assert not Case.objects.exists()


def test_only_the_head_or_whoever_received_concludes(place):
    row, client = held(place), signed_in(place.clerk)
    assert "State a conclusion" not in client.get(f"{DAYS}{row.pk}/").content.decode()
    answer = client.post(f"{DAYS}{row.pk}/", {"text": "Sửa cống", "body": place.office.code})
    assert answer.status_code == 409
    assert not Case.objects.exists()


def test_the_month_stands_beside_what_the_head_owed(place):
    Post.objects.create(
        body=place.office, duty="head", title="ubnd_chair", holder=place.head, valid_from=date(2020, 1, 1)
    )
    held(place)
    held(place, "2024-04-17", received_by=place.handler, delegate_reason="Họp")
    held(place, "2024-03-13")
    client = signed_in(place.head)
    april = client.get(f"{DAYS}?month=2024-04").context["month"]
    assert [row.day.day for row in april.days] == [17, 10]
    assert (april.duty.in_person, april.duty.delegated) == (1, 1)
    march = client.get(f"{DAYS}?month={april.before:%Y-%m}").context["month"]
    assert [row.day.day for row in march.days] == [13]
    for nonsense in ("x", "2024-13", "0001-01"):
        assert client.get(f"{DAYS}?month={nonsense}").context["month"].first == date(2024, 4, 1)


def test_only_the_people_of_the_desk_come_in(place):
    row = held(place)
    for user in (place.monitor, make_user()):
        client = signed_in(user)
        assert client.get(DAYS).status_code == 403
        assert client.get(f"{DAYS}new/").status_code == 403
        assert client.get(f"{DAYS}{row.pk}/").status_code == 404
    other = signed_in(make_place(code="thanh-son").clerk)
    assert other.get(f"{DAYS}?body={place.office.code}").status_code == 404
    assert other.get(f"{DAYS}{row.pk}/").status_code == 404


def test_a_month_and_a_day_cost_the_same_for_more_of_either(place, django_assert_max_num_queries):
    make_petition(place, received="2024-04-10")
    row, client = held(place), signed_in(place.head)
    for url in (f"{DAYS}?month=2024-04", f"{DAYS}{row.pk}/"):
        client.get(url)
        with django_assert_max_num_queries(15) as few:
            client.get(url)
        for number in range(3):
            row.petitions.add(make_petition(place, received="2024-04-10").petition)
            held(place, f"2024-04-{12 + number}")
        with django_assert_max_num_queries(len(few)):
            client.get(url)
