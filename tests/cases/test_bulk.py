"""One move in many cases: the summary says what will happen, each case writes its own line, twice changes nothing more."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bodies import jobs
from bodies.kinds import BodyKind
from bodies.models import Announcement, Job, User
from bodies.scopes import standing_of
from bodies.stopwatch import Stopwatch
from cases import bulk, bulk_jobs, workflow
from cases.models import Case, Clock, Event
from cases.steps import Actor
from tests.cases.making import do, make_body, make_case, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def days_ago(count):
    return (timezone.localdate() - timedelta(count)).isoformat()


@pytest.fixture
def office():
    return make_body()


@pytest.fixture
def head(office):
    return make_user(("head", office))


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def hidden(answer):
    """What the summary's form would send with its button."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode())
    sent = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def tried(client, move, cases, **order):
    typed = {f"order-{name}": value for name, value in order.items()}
    data = {"move": move, "step": "try", "case": [case.reference for case in cases], **typed}
    if "order-once" not in data:
        data["order-once"] = "0b5c8a06-33c7-4b5e-9a0c-3f1f2f7a2f11"
    return client.post("/cases/move/", data)


def done(client, summary):
    return client.post("/cases/move/", {**hidden(summary), "step": "do"})


def references(rows):
    return {row["reference"] for row in rows}


def test_each_case_gets_its_own_event_and_announcement(office, head):
    cases = [make_case(office, received=days_ago(2)) for _ in range(3)]
    person = make_user(("handler", office))
    client = signed_in(head)
    summary = tried(client, "assign", cases, person=person.username)
    assert references(summary.context["able"]) == {case.reference for case in cases}
    before = Announcement.objects.count()
    result = done(client, summary)
    assert result.context["is_done"]
    for case in cases:
        case.refresh_from_db()
        assert case.handler == person
        assert [event.by for event in case.events.filter(move="assign")] == [head]
    assert Announcement.objects.count() == before + 3


def test_trying_out_changes_nothing_and_tells_who_cannot_and_why(office, head):
    able = [make_case(office, received=days_ago(2)) for _ in range(2)]
    away = make_case(office, received=days_ago(2))
    elsewhere = make_body(superior=office)
    do(away, "route", days_ago(1), body=elsewhere)
    rows = {model: model.objects.count() for model in (Event, Announcement, Clock)}
    versions = dict(Case.objects.values_list("reference", "version"))
    summary = tried(signed_in(head), "assign", [*able, away], person=make_user(("handler", office)).username)
    assert references(summary.context["able"]) == {case.reference for case in able}
    ((_why, refused),) = summary.context["refused"]
    assert references(refused) == {away.reference}
    assert "1 cannot" in summary.content.decode()
    assert {model: model.objects.count() for model in rows} == rows
    assert dict(Case.objects.values_list("reference", "version")) == versions


def test_what_was_refused_in_the_summary_is_not_asked_again(office, head):
    able, away = make_case(office, received=days_ago(2)), make_case(office, received=days_ago(2))
    do(away, "route", days_ago(1), body=make_body(superior=office))
    client = signed_in(head)
    summary = tried(client, "assign", [able, away], person=make_user(("handler", office)).username)
    result = done(client, summary)
    assert references(result.context["able"]) == {able.reference}
    assert result.context["refused"] == []
    assert not away.events.filter(move="assign").exists()


def test_a_case_changed_since_the_summary_is_left_alone(office, head):
    one, two = make_case(office, received=days_ago(2)), make_case(office, received=days_ago(2))
    person, other = make_user(("handler", office)), make_user(("handler", office), name="Lê Văn Khác")
    client = signed_in(head)
    summary = tried(client, "assign", [one, two], person=person.username)
    two.refresh_from_db()
    signed_in_other = make_user(("head", office), name="Phó chủ tịch")
    workflow.move(
        two, "assign", by=Actor.staff(signed_in_other), recorded_at=timezone.now(), facts={"person": other}
    )
    result = done(client, summary)
    assert references(result.context["able"]) == {one.reference}
    ((why, _cases),) = result.context["refused"]
    assert "Phó chủ tịch" in why
    two.refresh_from_db()
    assert two.handler == other


@pytest.mark.parametrize(
    "version", ["²", "9" * 5000, "x", ""], ids=["no number", "endless", "a word", "nothing"]
)
def test_a_version_that_is_none_counts_as_none(office, head, version):
    case, person = make_case(office, received=days_ago(2)), make_user(("handler", office))
    client = signed_in(head)
    sent = {
        **hidden(tried(client, "assign", [case], person=person.username)),
        "case": f"{case.reference}:{version}",
    }
    assert client.post("/cases/move/", {**sent, "step": "do"}).context["is_done"]


def test_the_same_order_sent_twice_urges_once(office):
    superior = make_body()
    office.superior = superior
    office.save()
    case = make_case(office, received=days_ago(60))
    client = signed_in(make_user(("head", superior)))
    summary = tried(client, "urge", [case], reason="Đã quá hạn, đề nghị trả lời")
    assert done(client, summary).context["is_done"]
    assert done(client, summary).status_code == 409
    assert case.events.filter(move="urge").count() == 1


def test_cases_are_routed_to_another_body_and_extended_with_their_paper(office, head):
    below = make_body(superior=office)
    routed = [make_case(office, received=days_ago(1)) for _ in range(2)]
    client = signed_in(head)
    summary = tried(client, "route", routed, body=below.code, instruction="Giải quyết trong tuần")
    done(client, summary)
    assert {case.body for case in Case.objects.all()} == {below}
    worked = make_case(office, kind="recommendation", received=days_ago(10))
    do(worked, "accept", days_ago(9))
    due_on = Case.objects.get(pk=worked.pk).due_on
    summary = tried(
        client,
        "extend",
        [worked],
        number="15/QĐ-UBND",
        date=f"{timezone.localdate():%d/%m/%Y}",
        reason="Cần xác minh thêm",
        days="5",
        once="0b5c8a06-33c7-4b5e-9a0c-3f1f2f7a2f12",
    )
    assert summary.context["refused"] == []
    done(client, summary)
    worked.refresh_from_db()
    assert worked.due_on > due_on
    assert worked.events.get(move="extend").details["document"]["number"] == "15/QĐ-UBND"


@pytest.mark.parametrize(
    ("move", "order", "field"),
    [
        ("route", {"body": "nowhere"}, "body"),
        ("route", {}, "body"),
        ("assign", {"person": "nobody"}, "person"),
        ("urge", {"reason": "  "}, "reason"),
        ("extend", {"number": "1", "date": "31/02/2026", "reason": "x"}, "date"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_any_case_is_tried(office, head, move, order, field):
    case = make_case(office, received=days_ago(1))
    answer = tried(signed_in(head), move, [case], **order)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert case.reference in answer.content.decode()


def test_only_moves_of_ones_part_are_offered_and_taken(office):
    case = make_case(office, received=days_ago(1))
    front = make_body(kind=BodyKind.MTTQ, area=office.area)
    names = {
        role: [move.name for move in bulk.offered(_standing(make_user((role, body))))]
        for role, body in (
            ("head", office),
            ("receptionist", office),
            ("handler", office),
            ("superior_office", office),
            ("monitor", front),
            ("plan_keeper", office),
        )
    }
    assert names == {
        "head": ["route", "assign", "urge", "extend"],
        "receptionist": ["route", "urge"],
        "handler": [],
        "superior_office": ["route", "urge"],
        "monitor": ["urge"],
        "plan_keeper": [],
    }
    assert tried(signed_in(make_user(("handler", office))), "route", [case], body="x").status_code == 404


def _standing(user):
    return standing_of(user, timezone.localdate())


def test_a_case_out_of_sight_is_not_among_the_chosen(office, head):
    strange = make_case(make_body(), received=days_ago(1))
    answer = tried(signed_in(head), "urge", [strange], reason="x")
    assert answer.status_code == 422
    assert strange.reference not in answer.content.decode()


def test_a_monitor_urges_a_denunciation_without_reading_its_title(office):
    case = make_case(office, kind="denunciation", title="Chủ nhiệm nhận quà", received=days_ago(40))
    front = make_body(kind=BodyKind.MTTQ, area=office.area)
    client = signed_in(make_user(("monitor", front)))
    summary = tried(client, "urge", [case], reason="Quá hạn")
    assert references(summary.context["able"]) == {case.reference}
    assert "nhận quà" not in summary.content.decode()
    assert "nhận quà" not in done(client, summary).content.decode()


def test_what_was_typed_can_be_changed_after_the_summary(office, head):
    case, away = make_case(office, received=days_ago(2)), make_case(office, received=days_ago(2))
    do(away, "route", days_ago(1), body=make_body(superior=office))
    client = signed_in(head)
    summary = tried(client, "urge", [case, away], reason="Lý do đầu")
    again = client.post("/cases/move/", {**hidden(summary), "step": ""})
    assert again.context["form"]["reason"].value() == "Lý do đầu"
    assert references(again.context["cases"]) == {case.reference, away.reference}


# --- All rows of a list ---------------------------------------------------------------------------------------------


def asked_of_all(client, move, query="open=true", **order):
    typed = {f"order-{name}": value for name, value in order.items()}
    typed.setdefault("order-once", "0b5c8a06-33c7-4b5e-9a0c-3f1f2f7a2f12")
    return client.post("/cases/move/", {"move": move, "step": "try", "all": "1", "in": query, **typed})


def test_a_short_list_is_moved_as_if_each_of_it_had_been_chosen(office, head):
    cases = [make_case(office, received=days_ago(2)) for _ in range(3)]
    other = make_case(office, received=days_ago(2), kind="feedback")
    summary = asked_of_all(signed_in(head), "urge", f"kind={cases[0].kind}&open=true", reason="Chậm")
    assert references(summary.context["able"]) == {case.reference for case in cases} - {other.reference}


def test_a_long_list_is_tried_out_and_moved_by_the_worker(office, head, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    cases = [make_case(office, received=days_ago(2)) for _ in range(4)]
    away = make_case(office, received=days_ago(2))
    do(away, "route", days_ago(1), body=make_body(superior=office))
    person, client = make_user(("handler", office), name="Trần Văn Xử"), signed_in(head)
    first = client.post("/cases/move/", {"move": "assign", "all": "1", "in": "open=true"})
    assert "all 5 cases of the list" in first.content.decode()
    led = asked_of_all(client, "assign", person=person.username)
    assert asked_of_all(client, "assign", person=person.username).url == led.url
    assert "Waiting for the worker" in client.get(led.url).content.decode()
    assert person.username not in str(Job.objects.get().arguments)
    before = Event.objects.count()
    jobs.run_waiting(timezone.now())
    summary = client.get(led.url).content.decode()
    assert "4 cases can, 1 cannot" in summary
    assert away.reference in summary
    assert Event.objects.count() == before
    # One of them goes on meanwhile: it is not moved on what was seen.
    do(cases[0], "classify", days_ago(1), kind="complaint")
    made = client.post(led.url)
    assert client.post(led.url).url == made.url
    jobs.run_waiting(timezone.now())
    told = client.get(made.url, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in told
    assert "done in 3 cases, 1 cannot" in told
    for case in cases[1:]:
        assert [event.by for event in case.events.filter(move="assign")] == [head]
    assert not cases[0].events.filter(move="assign").exists()
    # A worker that is run again after a crash moves nothing twice, and tells the same.
    job = Job.objects.get(kind=bulk_jobs.MAKE)
    again = (
        bulk_jobs.move_many(job, jobs.Progress(job, Stopwatch(timezone.now()))) if _taken_up(job) else None
    )
    assert len(again["able"]) == 3
    assert Event.objects.filter(move="assign").count() == 3


def _taken_up(job):
    job.state, job.finished_at = Job.State.RUNNING, None
    job.save()
    return True


def test_nobody_else_sees_the_job_and_too_long_a_list_is_refused(office, head, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 0)
    make_case(office, received=days_ago(2))
    led = asked_of_all(signed_in(head), "urge", reason="Chậm")
    for other in (make_user(("head", office)), User.objects.create_superuser("ky-thuat")):
        assert signed_in(other).get(led.url).status_code == 404
    assert "no case in which" in signed_in(head).post(led.url, follow=True).content.decode()
    monkeypatch.setattr(bulk_jobs, "MOST", 0)
    assert asked_of_all(signed_in(head), "urge", reason="Chậm").status_code == 422
    assert asked_of_all(signed_in(head), "urge", "kind=nonsense", reason="Chậm").status_code == 422
