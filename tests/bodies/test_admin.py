"""The technical administrator's pages: for superusers, and without anything that was told in confidence."""

from datetime import UTC, date, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from bodies.kinds import Level
from bodies.models import Announcement, CalendarDay, Delivery, Membership, Message, TaskRun, User
from tests.bodies.making import make_area, make_body, make_membership, make_post, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
SHOWN = {
    "bodies.user",
    "bodies.area",
    "bodies.body",
    "bodies.calendarday",
    "bodies.taskrun",
    "bodies.announcement",
    "bodies.delivery",
}
READ_ONLY = {"bodies.taskrun", "bodies.announcement", "bodies.delivery"}
PASSWORD = "một-mật-khẩu-đủ-dài"


@pytest.fixture
def signed_in():
    def make(**flags):
        user = User.objects.create_user("quan-tri", PASSWORD, full_name="Quản trị", **flags)
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return make


@pytest.fixture
def technician(signed_in):
    return signed_in(is_staff=True, is_superuser=True)


def address(label, what="changelist", *args):
    return reverse(f"admin:{label.replace('.', '_')}_{what}", args=args)


def one_of_each():
    """A row for each page, each with something that must not show."""
    body = make_body(area=make_area(code="thi-son", level=Level.COMMUNE))
    binh = make_user("binh")
    make_membership(user=binh, body=body)
    make_post(holder=binh, body=body)
    parked = Announcement.objects.create(
        topic="case.moved",
        subject="2026-x-1",
        day=date(2026, 8, 3),
        at=AT,
        parked_at=AT,
        facts={"secret": "SECRET-FACT"},
    )
    message = Message.objects.create(
        recipient=binh, key="k", topic="t", title="SECRET-TITLE", text="SECRET-TEXT", created_at=AT
    )
    dead = Delivery.objects.create(
        message=message, channel="email", state="dead", not_before=AT, last_error="SMTPError 550"
    )
    return {
        "bodies.user": binh,
        "bodies.area": body.area,
        "bodies.body": body,
        "bodies.calendarday": CalendarDay.objects.create(
            date=date(2031, 9, 2), layer="holiday", name="Quốc khánh"
        ),
        "bodies.taskrun": TaskRun.objects.create(name="bodies.tasks.prune", started_at=AT),
        "bodies.announcement": parked,
        "bodies.delivery": dead,
    }


def test_there_is_a_page_for_what_an_administrator_keeps_and_for_nothing_else():
    assert {model._meta.label_lower for model in admin.site._registry} == SHOWN


def test_every_page_opens_for_a_superuser_and_tells_nothing_in_confidence(technician):
    for label, row in one_of_each().items():
        for path in (address(label), address(label, "change", row.pk), address(label, "history", row.pk)):
            answer = technician.get(path)
            assert answer.status_code == 200, path
            assert "SECRET" not in answer.content.decode(), path


@pytest.mark.parametrize(
    "flags",
    [
        {},
        {"is_staff": True},
        {"is_superuser": True},
        {"is_staff": True, "is_superuser": True, "is_active": False},
    ],
)
def test_nobody_else_enters_whatever_rights_they_were_given(signed_in, flags):
    client = signed_in(**flags)
    User.objects.get(username="quan-tri").user_permissions.set(Permission.objects.all())
    for path in [reverse("admin:index"), *map(address, SHOWN)]:
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.url.split("?")[0] in {reverse("admin:login"), reverse("account_login")}, path


def test_there_is_one_way_in_for_all(signed_in):
    User.objects.create_user("technician", PASSWORD, full_name="t", is_staff=True, is_superuser=True)
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": "technician", "password": PASSWORD})
    assert answer.url == f"{reverse('account_login')}?next={reverse('admin:index')}"
    assert "_auth_user_id" not in client.session
    assert signed_in(is_staff=True).get(reverse("admin:login")).status_code == 403


@pytest.mark.parametrize("label", sorted(READ_ONLY))
def test_what_runs_and_fails_is_only_looked_at(technician, label):
    row = one_of_each()[label]
    assert technician.get(address(label, "add")).status_code == 403
    assert technician.post(address(label, "change", row.pk), {"last_error": "gone"}).status_code == 403
    assert technician.post(address(label, "delete", row.pk), {"post": "yes"}).status_code == 403
    row.refresh_from_db()


@pytest.mark.parametrize("label", ["bodies.user", "bodies.area", "bodies.body"])
def test_who_and_what_history_names_is_not_deleted(technician, label):
    row = one_of_each()[label]
    assert technician.post(address(label, "delete", row.pk), {"post": "yes"}).status_code == 403
    row.refresh_from_db()


def test_only_what_failed_for_good_is_listed(technician):
    rows = one_of_each()
    Announcement.objects.create(topic="under.way", subject="2026-x-2", day=date(2026, 8, 3), at=AT)
    message = Message.objects.create(
        recipient=make_user("chi"), key="k2", topic="t", title="t", created_at=AT
    )
    Delivery.objects.create(message=message, channel="email", not_before=AT)
    parked = technician.get(address("bodies.announcement")).content.decode()
    assert "case.moved" in parked
    assert "under.way" not in parked
    dead = technician.get(address("bodies.delivery")).content.decode()
    assert rows["bodies.user"].username in dead
    assert "chi<" not in dead


def test_a_membership_is_given_on_the_page_of_a_person(technician):
    row = one_of_each()["bodies.user"]
    body = make_body(area=make_area(code="kim-bang"))
    form = {
        "username": row.username,
        "full_name": "Trần Văn Bình",
        "language": "vi",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": row.pk,
        "memberships-0-body": body.pk,
        "memberships-0-role": "head",
        "memberships-0-valid_from": "2026-08-01",
        "posts-TOTAL_FORMS": "0",
        "posts-INITIAL_FORMS": "0",
    }
    answer = technician.post(address("bodies.user", "change", row.pk), form)
    assert answer.status_code == 302
    assert Membership.objects.filter(user=row, body=body, role="head").exists()


def test_an_account_is_made_with_a_password_that_holds(technician):
    form = {
        "username": "moi",
        "full_name": "Người mới",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        "posts-TOTAL_FORMS": "0",
        "posts-INITIAL_FORMS": "0",
    }
    weak = technician.post(address("bodies.user", "add"), form | {"password1": "123", "password2": "123"})
    assert (weak.status_code, User.objects.filter(username="moi").exists()) == (200, False)
    assert technician.post(address("bodies.user", "add"), form).status_code == 302
    made = User.objects.get(username="moi")
    assert made.check_password(PASSWORD)
    assert not made.is_staff


# --- The calendar ---------------------------------------------------------------------------------------------------


def test_an_exception_is_said_changed_and_taken_back_like_everywhere_else(technician, law):
    said = {"date": "2026-11-23", "name": "Bão số 9", "document": "12/CĐ-TTg"}
    assert technician.post(address("bodies.calendarday", "add"), said).status_code == 302
    row = CalendarDay.objects.get(date=date(2026, 11, 23))
    assert (row.layer, row.is_working, row.name) == ("exception", False, "Bão số 9")
    changed = said | {"name": "Bão số 10"}
    assert technician.post(address("bodies.calendarday", "change", row.pk), changed).status_code == 302
    assert (
        technician.post(address("bodies.calendarday", "delete", row.pk), {"post": "yes"}).status_code == 302
    )
    assert not CalendarDay.objects.filter(date=date(2026, 11, 23)).exists()
    told = Announcement.objects.filter(topic="calendar.changed", subject="2026-11-23")
    assert told.count() == 3


@pytest.mark.parametrize(
    "wrong", [{"document": ""}, {"name": ""}, {"date": "1990-01-01"}, {"date": "2026-02-30"}]
)
def test_a_wrong_exception_is_asked_about_again(technician, law, wrong):
    said = {"date": "2026-11-23", "name": "Bão số 9", "document": "12/CĐ-TTg"} | wrong
    answer = technician.post(address("bodies.calendarday", "add"), said)
    assert (answer.status_code, CalendarDay.objects.filter(name="Bão số 9").exists()) == (200, False)
    assert set(answer.context["adminform"].form.errors) == set(wrong)


def test_a_holiday_is_neither_changed_nor_deleted(technician, law):
    row = CalendarDay.objects.filter(layer="holiday").first()
    assert technician.post(address("bodies.calendarday", "change", row.pk), {"name": "x"}).status_code == 403
    assert (
        technician.post(address("bodies.calendarday", "delete", row.pk), {"post": "yes"}).status_code == 403
    )
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    technician.post(address("bodies.calendarday"), chosen)
    assert CalendarDay.objects.filter(pk=row.pk).exists()
