"""Messages: once for each person and key, in their own language, and never at night or on a day off outside the application."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from bodies import messages
from bodies.calendars import Calendar, Layer, SpecialDay
from bodies.messages import Told, Wording
from bodies.models import Delivery, Message, User
from bodies.quiet_hours import Hours

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 5, 9, 0, tzinfo=HCM)  # a Thursday
HOURS = Hours(opens=time(7), closes=time(21), digest=time(7, 30), zone=HCM)


@pytest.fixture
def calendar(db):
    call_command("load_calendar", verbosity=0)


@pytest.fixture
def people(calendar):
    return [
        User.objects.create_user("a", full_name="A", email="a@example.org"),
        User.objects.create_user("b", full_name="B", language="en"),
    ]


def tell(people, at=NOW, key="k", *, urgent=False, wording=None):
    return messages.tell(
        people,
        key=key,
        topic="t",
        wording=wording or Wording("Case %(n)s", "", {"n": 7}),
        subject="2026-x-000001",
        at=at,
        urgent=urgent,
    )


def test_each_person_is_told_a_thing_once(people):
    assert tell(people) == 2
    assert tell(people) == 0
    assert tell(people[:1], key="other") == 1
    assert Message.objects.count() == 3
    assert Delivery.objects.count() == 2


def test_the_same_thing_twice_in_one_call_is_told_once(people):
    twice = [Told(people[0], "k", "t", Wording("one")), Told(people[0], "k", "t", Wording("two"))]
    assert messages.tell_many(twice, at=NOW) == 1


def test_a_second_telling_with_other_words_changes_nothing(people):
    tell(people, wording=Wording("as it was"))
    tell(people, wording=Wording("as it is now"))
    assert set(Message.objects.values_list("title", flat=True)) == {"as it was"}


def test_everybody_reads_in_their_own_language_whatever_language_is_active(people):
    tell(people, wording=Wording(gettext_lazy("Monday")))
    said = dict(Message.objects.values_list("recipient__username", "title"))
    assert said == {"a": "Thứ 2", "b": "Monday"}


def test_who_may_no_longer_sign_in_is_not_told(people):
    people[0].is_active = False
    assert tell(people) == 1


def test_thousands_are_told_in_a_few_statements(people, django_assert_max_num_queries):
    told = [
        Told(user, f"case:{n}", "t", Wording("Case %(n)s", "", {"n": n}), urgent=True)
        for n in range(1000)
        for user in people
    ]
    with django_assert_max_num_queries(5):
        assert messages.tell_many(told, at=NOW) == 2000


def test_a_text_message_goes_out_only_where_a_channel_is_set_up_and_only_for_what_is_urgent(people, settings):
    User.objects.update(phone="0912345678")
    people = list(User.objects.all())
    tell(people, key="no channel", urgent=True)
    assert not Delivery.objects.exclude(channel="email").exists()
    settings.MESSAGE_CHANNELS = {**settings.MESSAGE_CHANNELS, "sms": "tests.bodies.test_delivery.Gateway"}
    tell(people, key="not urgent")
    assert not Delivery.objects.exclude(channel="email").exists()
    tell(people, key="urgent", urgent=True)
    assert Delivery.objects.filter(channel="sms").count() == 2
    assert not Delivery.objects.filter(channel="zalo").exists()


def test_what_is_urgent_leaves_by_itself_and_the_rest_with_the_digest(people):
    tell(people, key="urgent", urgent=True)
    tell(people, key="calm")
    rows = dict(Delivery.objects.values_list("message__key", "state"))
    assert rows == {"urgent": "waiting", "calm": "digest"}
    assert Delivery.objects.get(state="digest").not_before == NOW.replace(day=6, hour=7, minute=30)


def test_the_first_opening_is_kept(people):
    tell(people)
    message = Message.objects.first()
    same = Message.objects.get(pk=message.pk)
    message.mark_opened(NOW)
    same.mark_opened(NOW + timedelta(hours=1))
    message.refresh_from_db()
    assert message.opened_at == NOW


def test_only_messages_opened_long_ago_are_forgotten_with_their_deliveries(people):
    for n in range(5):
        tell(people, key=f"old{n}")
    Message.objects.update(opened_at=NOW)
    tell(people, key="unopened")
    assert messages.prune(NOW, batch=3) == 0
    assert messages.prune(NOW + timedelta(seconds=1), batch=3) == 10
    assert set(Message.objects.values_list("key", flat=True)) == {"unopened"}
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (NOW, NOW),
        (NOW.replace(hour=7), NOW.replace(hour=7)),
        (NOW.replace(hour=6, minute=59), NOW.replace(hour=7)),
        (NOW.replace(hour=20, minute=59), NOW.replace(hour=20, minute=59)),
        (NOW.replace(hour=21), NOW.replace(day=6, hour=7)),
        (NOW.replace(day=7), NOW.replace(day=9, hour=7)),  # Saturday: Monday
        (datetime(2026, 2, 13, 22, 0, tzinfo=HCM), datetime(2026, 2, 23, 7, 0, tzinfo=HCM)),  # over Tết
        (
            datetime(2026, 8, 22, 10, 0, tzinfo=HCM),
            datetime(2026, 8, 22, 10, 0, tzinfo=HCM),
        ),  # worked Saturday
    ],
)
def test_no_mail_leaves_at_night_or_on_a_day_off(people, at, leaves):
    tell(people, at=at, urgent=True)
    assert Delivery.objects.get().not_before == leaves
    assert Message.objects.filter(created_at=at).count() == 2  # in the application at once


@pytest.mark.parametrize(
    ("at", "digest"),
    [
        (NOW, NOW.replace(day=6, hour=7, minute=30)),
        (NOW.replace(hour=7, minute=29), NOW.replace(hour=7, minute=30)),
        (NOW.replace(hour=7, minute=30), NOW.replace(day=6, hour=7, minute=30)),
        (NOW.replace(day=6, hour=12), NOW.replace(day=9, hour=7, minute=30)),
    ],
)
def test_the_digest_leaves_in_the_morning_of_the_next_working_day(people, at, digest):
    tell(people, at=at)
    assert Delivery.objects.get().not_before == digest


def test_hours_that_make_no_day_are_refused():
    for opens, closes, digest in [(21, 7, 8), (7, 21, 6), (7, 21, 21)]:
        with pytest.raises(ValueError, match="order"):
            Hours(opens=time(opens), closes=time(closes), digest=time(digest), zone=HCM)


offs = st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=20, unique=True)
minutes = st.integers(0, 90 * 24 * 60)


@given(minutes, offs)
def test_quiet_hours_end_in_the_open_hours_of_the_first_working_day(minute, offs):
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    calendar = Calendar(1, tuple(SpecialDay(day, Layer.HOLIDAY, is_working=False, name="") for day in offs))
    leaves = HOURS.quiet_until(at, calendar)
    local = leaves.astimezone(HCM)
    assert leaves >= at
    assert calendar.is_working_day(local.date())
    assert time(7) <= local.time() < time(21)
    assert HOURS.quiet_until(leaves, calendar) == leaves
    # Nothing earlier would do: each full hour between is at night or on a day off.
    hour = at
    while (hour := hour + timedelta(hours=1)) < leaves:
        there = hour.astimezone(HCM)
        assert not calendar.is_working_day(there.date()) or not time(7) <= there.time() < time(21)
