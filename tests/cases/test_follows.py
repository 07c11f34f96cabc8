"""Following a case: told when it moves on, once for each step, as long as one may know of it."""

import pytest

from bodies import outbox
from bodies.models import Membership, Message
from tests.cases.desk import browser
from tests.cases.making import at, do, make_area, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "in_english")]


@pytest.fixture
def watched():
    area = make_area()
    monitor = make_user(("monitor", make_body(kind="mttq", area=area)))
    monitor.language = "en"
    monitor.save()
    return monitor, browser(monitor), make_case(make_body(area=area), kind="feedback", received="2026-09-01")


def told(monitor):
    return [
        each.title for each in Message.objects.filter(recipient=monitor, topic="case.followed").order_by("pk")
    ]


def test_who_follows_is_told_of_each_step_once(watched):
    monitor, page, case = watched
    page.post(f"/cases/{case.reference}/follow/", {"wanted": "yes"})
    do(case, "accept", "2026-09-02")
    do(case, "note", "2026-09-02", text="x")
    outbox.tell_pending(at("2026-09-02", 16))
    outbox.tell_pending(at("2026-09-02", 17))
    assert told(monitor) == [f"You follow Feedback {case.reference}: it is now “Accepted”"]
    assert "Follow no longer" in page.get(f"/cases/{case.reference}/").content.decode()
    assert case.reference in page.get("/cases/?followed=true").content.decode()


def test_who_follows_no_longer_or_may_not_know_of_it_any_more_is_told_nothing(watched):
    monitor, page, case = watched
    for wanted in ("yes", "yes", "no"):
        page.post(f"/cases/{case.reference}/follow/", {"wanted": wanted})
    assert case.reference not in page.get("/cases/?followed=true").content.decode()
    page.post(f"/cases/{case.reference}/follow/", {"wanted": "yes"})
    Membership.objects.filter(user=monitor).update(body=make_body(kind="mttq"))
    do(case, "accept", "2026-09-02")
    outbox.tell_pending(at("2026-09-02", 16))
    assert told(monitor) == []


def test_a_case_out_of_sight_cannot_be_followed(watched):
    _monitor, page, _case = watched
    elsewhere = make_case(make_body(), kind="feedback", received="2026-09-01")
    assert page.post(f"/cases/{elsewhere.reference}/follow/", {"wanted": "yes"}).status_code == 404
