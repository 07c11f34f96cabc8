"""A sealed identity on a page: read with a reason, a denouncer's once after another's consent, and kept nowhere on the way."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bodies import outbox
from bodies.models import IdentityRead, Message, Reveal
from tests.cases.making import at, make_user
from tests.feedback.making import Place, an, make_petition, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
NOW = at("2024-04-20", 10)
SECRETS = [an()[name] for name in ("name", "id_number", "phone", "address")]


@pytest.fixture
def place() -> Place:
    with time_machine.travel(NOW, tick=False):
        yield make_place()


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(petition, position=0):
    return f"/cases/{petition.code}/people/{position}/"


def told(answer):
    return [secret for secret in SECRETS if secret in answer.content.decode()]


@pytest.fixture
def denounced(place):
    return make_petition(place, kind="denunciation", title="Việc của cán bộ").petition


def test_a_superior_reads_a_petitioner_in_full_with_a_reason_that_stays(place):
    petition, client = make_petition(place).petition, signed_in(place.superior)
    page = client.get(f"/cases/{petition.code}/").content.decode()
    assert (url(petition) in page, an()["id_number"] in page) == (True, False)
    assert told(client.get(url(petition))) == []
    answer = client.post(url(petition), {"reason": "Gửi thư trả lời"})
    assert (answer.status_code, told(answer)) == (200, SECRETS)
    line = IdentityRead.objects.get()
    assert (line.by, line.reason, line.case_reference) == (place.superior, "Gửi thư trả lời", petition.code)
    assert "no-store" in answer.headers["Cache-Control"]
    # Asked for again it is not there: each reading has its line.
    assert told(client.get(url(petition))) == []


def test_whoever_sees_people_in_full_is_not_asked_for_a_reason(place):
    petition = make_petition(place).petition
    assert url(petition) not in signed_in(place.clerk).get(f"/cases/{petition.code}/").content.decode()


def test_who_denounces_is_read_once_after_another_consented(place, denounced):
    clerk, head = signed_in(place.clerk), signed_in(place.head)
    assert url(denounced) in clerk.get(f"/cases/{denounced.code}/").content.decode()
    asked = clerk.post(url(denounced), {"reason": "Xác minh tại nhà"}, follow=True)
    assert "Waiting for consent" in asked.content.decode()
    assert told(asked) == []
    waiting = head.get("/reveals/").content.decode()
    assert ("Xác minh tại nhà" in waiting, place.clerk.full_name in waiting) == (True, True)
    reveal = Reveal.objects.get()
    decided = head.post(f"/reveals/{reveal.pk}/", {"decision": "grant"}, follow=True)
    assert "can be read once within 24 hours" in decided.content.decode()
    page = clerk.get(url(denounced))
    assert "Xác minh tại nhà" in page.content.decode()
    assert told(page) == []
    read = clerk.post(url(denounced), {"reason": "Xác minh tại nhà"})
    assert told(read) == SECRETS
    assert "no-store" in read.headers["Cache-Control"]
    # Spent: sent once more it asks anew, and gives nothing away.
    again = clerk.post(url(denounced), {"reason": "Xác minh tại nhà"}, follow=True)
    assert told(again) == []
    assert (IdentityRead.objects.count(), Reveal.objects.waiting().count()) == (1, 1)


def test_a_consent_ends_after_a_day(place, denounced):
    clerk = signed_in(place.clerk)
    clerk.post(url(denounced), {"reason": "Xác minh"})
    signed_in(place.head).post(f"/reveals/{Reveal.objects.get().pk}/", {"decision": "grant"})
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        clerk.force_login(place.clerk)
        page = clerk.get(url(denounced))
        assert "The consent you had has expired." in page.content.decode()
        assert told(clerk.post(url(denounced), {"reason": "Xác minh"}, follow=True)) == []
    assert not IdentityRead.objects.exists()


def test_a_refusal_is_told_and_gives_nothing_away(place, denounced):
    clerk = signed_in(place.clerk)
    clerk.post(url(denounced), {"reason": "Xác minh"})
    signed_in(place.head).post(f"/reveals/{Reveal.objects.get().pk}/", {"decision": "refuse"})
    page = clerk.get(url(denounced))
    assert "Your last request was refused." in page.content.decode()
    assert told(page) == []


def test_nobody_consents_to_their_own_request(place, denounced):
    head = signed_in(place.head)
    head.post(url(denounced), {"reason": "Xác minh"})
    assert "Xác minh" not in head.get("/reveals/").content.decode()
    refused = head.post(f"/reveals/{Reveal.objects.get().pk}/", {"decision": "grant"}, follow=True)
    assert "Another person than the one who asks must decide." in refused.content.decode()
    assert Reveal.objects.waiting().exists()


def test_the_body_complained_of_neither_asks_nor_decides(place):
    denounced = make_petition(place, kind="denunciation", against_body=place.office).petition
    for user in (place.clerk, place.head):
        assert signed_in(user).get(url(denounced)).status_code == 404
        assert signed_in(user).post(url(denounced), {"reason": "x"}).status_code == 404
    superior = signed_in(place.superior)
    superior.post(url(denounced), {"reason": "Xác minh"})
    assert Reveal.objects.count() == 1
    assert "Xác minh" not in signed_in(place.head).get("/reveals/").content.decode()
    assert (
        signed_in(place.head).post(f"/reveals/{Reveal.objects.get().pk}/", {"decision": "grant"}).status_code
        == 404
    )


def test_who_only_watches_and_who_sees_nothing_find_nobody(place, denounced):
    petition = make_petition(place).petition
    for user in (place.monitor, make_user()):
        client = signed_in(user)
        for each in (petition, denounced):
            assert client.get(url(each)).status_code == 404
            assert client.post(url(each), {"reason": "x"}).status_code == 404
    watched = signed_in(place.monitor).get(f"/cases/{petition.code}/").content.decode()
    assert url(petition) not in watched
    assert signed_in(place.superior).get(url(petition, 7)).status_code == 404


def test_without_a_reason_nothing_is_read_or_asked(place, denounced):
    for client, petition in (
        (signed_in(place.superior), make_petition(place).petition),
        (signed_in(place.clerk), denounced),
    ):
        answer = client.post(url(petition), {"reason": "  "})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
        assert told(answer) == []
    assert not IdentityRead.objects.exists()
    assert not Reveal.objects.exists()


def test_nobody_reads_many_in_an_hour(place, monkeypatch):
    monkeypatch.setattr("bodies.throttles.RevealsByPerson.most", 1)
    petition, client = make_petition(place).petition, signed_in(place.superior)
    assert client.post(url(petition), {"reason": "Gửi thư"}).status_code == 200
    answer = client.post(url(petition), {"reason": "Gửi thư"})
    assert (answer.status_code, told(answer)) == (429, [])


def test_what_was_read_is_in_no_log(place, caplog):
    petition, client = make_petition(place).petition, signed_in(place.superior)
    with caplog.at_level("DEBUG"):
        client.post(url(petition), {"reason": "Gửi thư trả lời"})
    assert caplog.records
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_a_page_asks_for_one_of_two_decisions(place, denounced):
    signed_in(place.clerk).post(url(denounced), {"reason": "Xác minh"})
    head, reveal = signed_in(place.head), Reveal.objects.get()
    assert head.post(f"/reveals/{reveal.pk}/", {"decision": "x"}).status_code == 404
    head.post(f"/reveals/{reveal.pk}/", {"decision": "refuse"})
    late = head.post(f"/reveals/{reveal.pk}/", {"decision": "grant"}, follow=True)
    assert "already decided" in late.content.decode()
    reveal.refresh_from_db()
    assert reveal.state == "refused"


def test_those_who_may_consent_are_told_and_then_who_asked(place, denounced):
    signed_in(place.clerk).post(url(denounced), {"reason": "Xác minh"})
    outbox.tell_pending(NOW)
    told_of = Message.objects.filter(topic="reveal.asked")
    # The head of the office, and of the one above; not the clerk who asked, nobody who only works on cases or watches.
    assert {row.recipient for row in told_of} == {place.head, place.superior}
    assert all(row.subject == denounced.code for row in told_of)
    assert not [row for row in told_of if "Xác minh" in row.title + row.text]
    signed_in(place.head).post(f"/reveals/{Reveal.objects.get().pk}/", {"decision": "grant"})
    outbox.tell_pending(NOW)
    (decided,) = Message.objects.filter(topic="reveal.decided")
    assert (decided.recipient, decided.subject) == (place.clerk, denounced.code)


def test_nobody_of_the_body_complained_of_is_told(place):
    denounced = make_petition(place, kind="denunciation", against_body=place.office).petition
    aide = make_user(("handler", place.province))
    signed_in(aide).post(url(denounced), {"reason": "Xác minh"})
    outbox.tell_pending(NOW)
    assert {row.recipient for row in Message.objects.filter(topic="reveal.asked")} == {place.superior}
