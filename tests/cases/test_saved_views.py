"""Lists under a name: whose they are, who keeps and drops them, with which one the work list opens."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from bodies.kinds import BodyKind
from bodies.models import Role
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases import kept_lists
from cases.list_forms import ListForm
from cases.models import SavedView
from tests.cases.making import at, make_body, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_body()


def standing(user):
    return standing_of(user, timezone.localdate())


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def keep(user, name="Đất đai", query="kind=complaint", **facts):
    whole = {"body": None, "is_default": False, "role": "", "at": at("2026-01-05")} | facts
    return kept_lists.keep(standing(user), name=name, query=query, **whole)


def opens_with(user):
    """The filters to which the bare work list leads."""
    answer = signed_in(user).get("/cases/")
    return answer.status_code == 302 and parse_qs(urlsplit(answer.url).query)


def sent(client, **typed):
    return client.post("/cases/lists/", {f"view-{name}": value for name, value in typed.items()})


def test_a_list_is_kept_as_its_address_says_and_offered_among_the_lists(office):
    user = make_user(("handler", office))
    client = signed_in(user)
    query = (
        "kind=complaint&due=late&col=due&col=title&cursor=abc&page_size=5&stray=1&received_after=01/02/2026"
    )
    answer = sent(client, name="  Khiếu nại quá hạn ", query=query)
    kept = {
        "kind": ["complaint"],
        "due": ["late"],
        "col": ["due", "title"],
        "received_after": ["2026-02-01"],
    }
    assert parse_qs(urlsplit(answer.url).query) == kept
    view = SavedView.objects.get()
    assert (view.owner, view.body, view.name) == (user, None, "Khiếu nại quá hạn")
    page = client.get(answer.url)
    (tab,) = [tab for tab in page.context["tabs"] if tab["is_here"]]
    assert tab["label"] == "Khiếu nại quá hạn"


def test_the_list_of_one_person_is_nobody_elses_and_that_of_a_body_everybodys_there(office):
    one, other, stranger = make_user(("handler", office)), make_user(("head", office)), make_user()
    keep(one, "Của tôi")
    keep(one, "Của cơ quan", body=office)
    assert [view.name for view in kept_lists.views_for(standing(one))] == ["Của tôi", "Của cơ quan"]
    assert [view.name for view in kept_lists.views_for(standing(other))] == ["Của cơ quan"]
    assert kept_lists.views_for(standing(stranger)) == []


def test_a_list_of_the_same_name_is_replaced_by_whoever_may(office):
    one, other = make_user(("handler", office)), make_user(("receptionist", office))
    keep(one, body=office)
    keep(one, body=office, query="kind=feedback")
    assert SavedView.objects.get().query == "kind=feedback"
    with pytest.raises(Refused):
        keep(other, body=office, query="kind=opinion")
    keep(make_user(("head", office)), body=office, query="kind=opinion")
    assert SavedView.objects.get().query == "kind=opinion"


def test_nobody_keeps_a_list_for_a_body_they_do_not_work_in(office):
    monitor = make_user(("monitor", office))
    for user in (make_user(("head", make_body())), monitor):
        with pytest.raises(Refused):
            keep(user, body=office)
    assert not SavedView.objects.exists()


def test_a_list_has_a_name_and_there_are_not_too_many(office, monkeypatch):
    user = make_user(("handler", office))
    with pytest.raises(BadInput):
        keep(user, "")
    monkeypatch.setattr(kept_lists, "MOST", 2)
    keep(user, "một")
    keep(user, "hai")
    with pytest.raises(BadInput):
        keep(user, "ba")
    keep(user, "hai", query="kind=opinion")
    assert SavedView.objects.count() == 2


def test_ones_own_default_comes_before_that_of_the_role_and_that_before_that_of_the_body(office):
    head, handler, clerk = (make_user((role, office)) for role in ("head", "handler", "receptionist"))
    assert opens_with(handler) == {"queue": ["mine"]}
    assert opens_with(clerk)["stage"] == ["received", "classified"]
    keep(head, "Cả cơ quan", "open=true", body=office, is_default=True)
    assert opens_with(handler) == opens_with(clerk) == {"open": ["true"]}
    keep(head, "Người thụ lý", "due=soon", body=office, is_default=True, role=Role.HANDLER)
    assert opens_with(handler) == {"due": ["soon"]}
    assert opens_with(clerk) == {"open": ["true"]}
    keep(handler, "Của tôi", "kind=feedback", is_default=True)
    assert opens_with(handler) == {"kind": ["feedback"]}
    keep(handler, "Mới", "kind=opinion", is_default=True)
    assert opens_with(handler) == {"kind": ["opinion"]}
    assert SavedView.objects.filter(owner=handler, is_default=True).count() == 1


def test_a_monitor_begins_with_what_is_late_and_who_has_no_part_with_what_is_open(office):
    front = make_body(kind=BodyKind.MTTQ)
    assert opens_with(make_user(("monitor", front))) == {"open": ["true"], "due": ["late"]}
    assert opens_with(make_user()) is False


@pytest.mark.parametrize("role", sorted(kept_lists.BY_ROLE))
def test_what_a_role_begins_with_is_a_list_that_can_be_asked_for(role):
    form = ListForm(QueryDict(kept_lists.BY_ROLE[role]))
    assert form.is_valid(), form.errors
    assert form.asked().urlencode() == kept_lists.BY_ROLE[role]


def test_only_the_head_says_with_what_the_work_of_a_body_begins(office):
    with pytest.raises(Refused):
        keep(make_user(("handler", office)), body=office, is_default=True)
    client = signed_in(make_user(("handler", office)))
    answer = sent(client, name="x", query="open=true", body=office.code, is_default="on")
    assert answer.status_code == 422
    assert "is_default" in answer.context["form"].errors


def test_a_list_is_dropped_by_its_owner_its_maker_or_the_head_and_nobody_else(office):
    maker, other, head = (make_user((role, office)) for role in ("handler", "receptionist", "head"))
    view = keep(maker, body=office)
    own = keep(maker, "riêng")
    client = signed_in(other)
    client.post(f"/cases/lists/{view.pk}/drop/")
    assert client.post(f"/cases/lists/{own.pk}/drop/").status_code == 404
    assert SavedView.objects.count() == 2
    signed_in(head).post(f"/cases/lists/{view.pk}/drop/")
    signed_in(maker).post(f"/cases/lists/{own.pk}/drop/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("typed", [{"name": " ", "query": "open=true"}, {"name": "x", "query": "kind=x"}])
def test_what_cannot_be_kept_is_said(office, typed):
    answer = sent(signed_in(make_user(("handler", office))), **typed)
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"owner": None, "body": None},
        {"role": "handler"},
        {"role": "emperor", "is_default": True},
    ],
    ids=["of nobody", "a role of one person", "no such role"],
)
def test_the_database_keeps_no_list_that_means_nothing(office, facts):
    user = make_user()
    whole = {"owner": user, "name": "x", "query": "", "made_by": user, "made_at": at("2026-01-05")} | facts
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(**whole)
