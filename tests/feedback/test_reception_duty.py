"""The days a head owes by the law of the day: expected values are counted by hand on a calendar of the year."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bodies.calendars import Calendar, Layer, SpecialDay
from cases.periods import Period
from feedback.reception_duty import Head, Holding, Minimum, Received, months_of_duty

CALENDAR = Calendar(version=1)
CHAIR = 1
WEEKLY = Minimum(
    title="chu_tich_ubnd",
    level="commune",
    amount=1,
    per="week",
    basis="Đ.15",
    mark="SEEN",
    valid_from=date(2014, 7, 1),
    valid_to=date(2026, 6, 30),
)
MONTHLY = Minimum(
    title="chu_tich_ubnd",
    level="commune",
    amount=2,
    per="month",
    basis="Đ.15 sửa đổi",
    mark="SEEN",
    valid_from=date(2026, 7, 1),
)


def head(*received, holdings=None, **facts):
    since = Holding(title="chu_tich_ubnd", holder_id=CHAIR, valid_from=date(2020, 1, 1))
    return Head(
        holdings=tuple(holdings) if holdings is not None else (since,),
        minimums=(WEEKLY, MONTHLY),
        received=tuple(received),
        **facts,
    )


def on(day, *, by=CHAIR, in_person=True, periodic=True):
    return Received(day=date.fromisoformat(day), by_id=by, in_person=in_person, periodic=periodic)


def month(of, text, *, calendar=CALENDAR, over_on=date(2030, 1, 1)):
    first = date.fromisoformat(f"{text}-01")
    found = list(months_of_duty(of, Period(first, first), calendar=calendar, over_on=over_on))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "owed", "per"),
    [
        ("2024-01", 4, "week"),  # Thursdays 4, 11, 18, 25
        ("2024-02", 5, "week"),  # Thursdays 1, 8, 15, 22, 29
        ("2026-06", 4, "week"),  # Thursdays 4, 11, 18, 25: the week of 29 June is July's
        ("2026-07", 2, "month"),
        ("2026-12", 2, "month"),
    ],
)
def test_a_commune_chair_owes_by_the_week_until_june_2026_and_by_the_month_since(text, owed, per):
    found = month(head(), text)
    assert (found.owed, found.minimum.per, found.missed) == (owed, per, owed)


def test_each_week_is_owed_for_itself():
    # Two days in the first week of January 2024 do not stand for the second.
    found = month(head(on("2024-01-02"), on("2024-01-04"), on("2024-01-18"), on("2024-01-22")), "2024-01")
    assert (found.owed, found.in_person, found.missed, found.is_met) == (4, 4, 1, False)


def test_days_of_the_last_month_count_for_the_week_that_reaches_into_it():
    # Monday 29 January 2024 lies in the week of Thursday 1 February.
    days = [on("2024-01-29"), on("2024-02-08"), on("2024-02-15"), on("2024-02-22"), on("2024-02-29")]
    found = month(head(*days), "2024-02")
    assert (found.in_person, found.missed, found.is_met) == (4, 0, True)


def test_only_periodic_days_held_in_person_fulfil_the_duty():
    days = [
        on("2026-08-03"),
        on("2026-08-03"),  # the same day twice
        on("2026-08-10", by=2, in_person=False),
        on("2026-08-12", periodic=False),
        on("2026-08-03", by=2, in_person=False),  # a deputy beside the head: that day was the head's
    ]
    found = month(head(*days), "2026-08")
    assert (found.in_person, found.delegated, found.ad_hoc) == (1, 1, 1)
    assert (found.owed, found.missed, found.by_holder) == (2, 1, {CHAIR: 1})


def test_a_week_without_a_working_day_owes_nothing():
    tet = tuple(
        SpecialDay(date(2025, 1, 27) + timedelta(days=n), Layer.HOLIDAY, "Tết Nguyên đán") for n in range(5)
    )
    assert month(head(), "2025-01").owed == 5
    assert month(head(), "2025-01", calendar=Calendar(version=2, days=tet)).owed == 4


def test_what_is_not_over_yet_can_still_be_held():
    of = head(on("2026-08-03"))
    running = month(of, "2026-08", over_on=date(2026, 8, 30))
    assert (running.missed, running.still_owed, running.is_met) == (0, 1, None)
    over = month(of, "2026-08", over_on=date(2026, 8, 31))
    assert (over.missed, over.still_owed, over.is_met) == (1, 0, False)


def test_a_vacant_post_owes_nothing_and_two_heads_share_a_month():
    old = Holding(title="chu_tich_ubnd", holder_id=1, valid_from=date(2020, 1, 1), valid_to=date(2026, 8, 14))
    new = Holding(title="chu_tich_ubnd", holder_id=2, valid_from=date(2026, 10, 29))
    of = head(on("2026-08-03"), on("2026-08-10"), on("2026-10-30", by=2), holdings=(old, new))
    assert (month(of, "2026-08").owed, month(of, "2026-08").is_met) == (2, True)
    assert month(of, "2026-09") is None
    # Thursday 29 and Friday 30 October were all the working days with somebody in the post.
    assert (month(of, "2026-10").owed, month(of, "2026-10").by_holder) == (2, {2: 1})
    assert month(head(holdings=(Holding(title="chu_tich_ubnd", holder_id=3, valid_from=date(2026, 10, 30)),)), "2026-10").owed == 1  # fmt: skip


def test_a_body_that_ended_owes_nothing_afterwards():
    of = head(open_to=date(2025, 6, 30))
    assert month(of, "2025-06").owed == 4
    assert month(of, "2025-07") is None


def test_a_post_without_a_minimum_owes_nothing_but_its_days_are_counted():
    of = head(on("2026-08-03"), holdings=(Holding(title="chu_tich_mttq", holder_id=1, valid_from=date(2020, 1, 1)),))  # fmt: skip
    found = month(of, "2026-08")
    assert (found.minimum, found.owed, found.in_person, found.is_met) == (None, 0, 1, None)


def test_a_month_is_judged_by_the_law_of_its_last_day_and_a_week_by_that_of_its_thursday():
    since = Holding(title="chu_tich_ubnd", holder_id=CHAIR, valid_from=date(2020, 1, 1))

    def owed(text, **facts):
        law = replace(MONTHLY, **{"valid_from": date(2014, 1, 1), **facts})
        found = list(
            months_of_duty(
                Head(holdings=(since,), minimums=(law,), received=()),
                Period(date.fromisoformat(f"{text}-01"), date.fromisoformat(f"{text}-01")),
                calendar=CALENDAR,
                over_on=date(2030, 1, 1),
            )
        )
        return found[0].owed

    assert owed("2026-08", valid_from=date(2026, 8, 31)) == 2
    assert owed("2026-08", valid_to=date(2026, 8, 30)) == 0
    # Of the Thursdays 4, 11, 18 and 25 January 2024, two lie before Wednesday the 17th.
    assert owed("2024-01", per="week", amount=1, valid_to=date(2024, 1, 17)) == 2
    assert owed("2024-01", per="week", amount=1, valid_from=date(2024, 1, 25)) == 1


def test_in_its_last_month_a_body_owes_no_more_days_than_it_worked():
    # Monday 3 August 2026 was the only working day of that month before the end.
    assert month(head(open_to=date(2026, 8, 3)), "2026-08").owed == 1


def test_a_month_is_told_under_the_post_as_it_was_called_last():
    old = Holding(title="bi_thu", holder_id=1, valid_from=date(2020, 1, 1), valid_to=date(2026, 8, 14))
    new = Holding(title="chu_tich_ubnd", holder_id=2, valid_from=date(2026, 8, 15))
    assert month(head(holdings=(old, new)), "2026-08").title == "chu_tich_ubnd"


def test_an_ad_hoc_day_of_a_delegate_is_nobodys():
    found = month(head(on("2026-08-12", periodic=False, in_person=False, by=2)), "2026-08")
    assert (found.ad_hoc, found.delegated) == (0, 0)
