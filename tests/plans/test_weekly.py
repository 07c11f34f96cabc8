"""The letter of the week: counts and references that survive a calculator, no names, once, and only to who wants it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from bodies import delivery
from bodies.models import Delivery, Message
from plans import weekly
from tests.bodies.letters import body_of
from tests.cases.desk import browser
from tests.cases.making import at, do, make_area, make_body, make_case, make_user
from tests.smtp import mail_server

# A Monday morning before the hour of the digest, and after it.
EARLY, MORNING = at("2026-09-14", 6), at("2026-09-14", 8)


@pytest.fixture
def smtp(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.SITE_URL = "https://lang-nghe.example"
        yield server


def make_head(*bodies, name="Lê Bí Mật", language="vi"):
    head = make_user(*(("head", body) for body in bodies), name=name)
    head.email, head.language = f"{head.username}@example.org", language
    head.save()
    return head


def leave():
    delivery.send_digests(MORNING)
    delivery.send_due(MORNING)


def late(body, **facts):
    case = make_case(body, kind=facts.pop("kind", "feedback"), received="2026-05-06", **facts)
    do(case, "accept", "2026-05-06")
    return case


@pytest.mark.django_db
@pytest.mark.usefixtures("law")
def test_what_was_promised_and_what_is_late_leaves_on_monday_without_a_name(smtp):
    body, other = make_body(), make_body()
    head = make_head(body, language="en")
    mine = [late(body, title="Đơn của ông Nguyễn Văn Kín") for _number in range(2)]
    # Fifteen calendar days: due on Wednesday 16 September.
    do(make_case(body, kind="feedback", received="2026-09-01"), "accept", "2026-09-01")
    kept = make_case(body, kind="conclusion", received="2026-05-04", held_by=other, title="Kín")
    make_case(body, kind="conclusion", received="2026-09-10", held_by=other)
    late(other)
    # Of a denunciation of the own body the head learns nothing.
    denounced = late(other, kind="denunciation", against_body=body)
    assert weekly.tell_heads(EARLY) >= 1
    leave()
    [letter] = [each for each in smtp.received if each["To"] == head.email]
    text, source = body_of(letter), str(letter.as_string()) + body_of(letter)
    assert "Conclusions you gave, being carried out: 2; of these overdue: 1" in text
    assert "Cases of your office that are overdue: 2" in text
    assert "Due by the end of this week: 1" in text
    for case in (*mine, kept):
        assert text.count(case.reference) == 1
    assert denounced.reference not in source
    assert "https://lang-nghe.example/offices/" in text
    for word in ("Nguyễn", "Kín", "Bí Mật"):
        assert word not in source


@pytest.mark.django_db
@pytest.mark.usefixtures("law")
def test_it_comes_once_a_week_and_again_in_the_next(smtp):
    head = make_head(make_body())
    mine = Message.objects.filter(recipient=head, topic="weekly")
    assert weekly.tell_heads(EARLY) == 1
    for later in (timedelta(hours=1), timedelta(days=1), timedelta(days=4)):
        assert weekly.tell_heads(EARLY + later) == 0
    # Not on a day off, though a new week of the calendar could have begun by then.
    assert weekly.tell_heads(EARLY + timedelta(days=5)) == 0
    assert weekly.tell_heads(EARLY + timedelta(days=7)) == 1
    assert [each.key for each in mine.order_by("pk")] == ["weekly:2026-W38", "weekly:2026-W39"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("law")
def test_two_beats_at_once_tell_nobody_twice(smtp):
    for _number in range(6):
        make_head(make_body())
    together = threading.Barrier(2)

    def beat():
        together.wait()
        try:
            weekly.tell_heads(EARLY)
        finally:
            connections.close_all()

    beats = [threading.Thread(target=beat) for _number in range(2)]
    for each in beats:
        each.start()
    for each in beats:
        each.join(60)
    assert Message.objects.filter(topic="weekly").count() == 6
    leave()
    assert len(smtp.received) == 6
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
@pytest.mark.usefixtures("law")
def test_who_turned_it_off_gets_none_and_nobody_but_heads_gets_it(smtp):
    body = make_body()
    head, handler = make_head(body), make_user(("handler", body))
    page = browser(head)
    page.post("/offices/weekly/", {"wanted": "no"})
    assert "turned off for you" in page.get("/offices/").content.decode()
    assert weekly.tell_heads(EARLY) == 0
    page.post("/offices/weekly/", {"wanted": "yes"})
    assert weekly.tell_heads(EARLY) == 1
    assert browser(handler).post("/offices/weekly/", {"wanted": "no"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("law")
def test_a_letter_that_waits_with_others_tells_what_it_says_beside_their_references(smtp):
    from bodies import messages
    from bodies.messages import Wording

    head = make_head(make_body(area=make_area()), language="en")
    words = Wording("Khiếu nại của ông A", "Kín")
    messages.tell([head], key="k", topic="t", wording=words, subject="2026-xa-000001", at=EARLY)
    weekly.tell_heads(EARLY)
    leave()
    [letter] = smtp.received
    assert "New messages: 2" in body_of(letter)
    assert "2026-xa-000001" in body_of(letter)
    assert "Cases of your office that are overdue: 0" in body_of(letter)
    assert "Kín" not in body_of(letter)


@pytest.mark.django_db
@pytest.mark.usefixtures("law")
def test_more_cases_cost_no_more_statements(django_assert_max_num_queries):
    from django.test.utils import CaptureQueriesContext

    body = make_body()
    make_head(body)
    with CaptureQueriesContext(connection) as few:
        weekly.tell_heads(EARLY)
    for _number in range(4):
        late(body)
    with django_assert_max_num_queries(len(few)):
        weekly.tell_heads(EARLY + timedelta(days=7))
