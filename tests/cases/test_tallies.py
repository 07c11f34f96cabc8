"""What cases count for: facts by hand, and cells that stay true however much happens."""

import os
from collections import Counter
from datetime import timedelta

import pytest

from bodies import outbox
from cases import tallies
from cases.facts import Fact, What
from cases.models import CaseFact, FigureCell, FigureCheck, Recount
from tests.cases.making import answered, at, day, do, make_body, make_case
from tests.cases.walking import ENDS, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
# WALK_STEPS=10000 takes the long walk; the suite a part of it.
STEPS = int(os.environ.get("WALK_STEPS", "300"))


def told(now):
    """As the workers do: what was announced is heard, what was noted is counted."""
    outbox.tell_pending(now)
    assert not outbox.Announcement.objects.waiting(now).exists()
    tallies.recount_noted(now)
    assert not Recount.objects.exists()


def facts(case, what):
    rows = CaseFact.objects.filter(case=case, what=what).order_by("day", "pk")
    return [(str(row.day), str(row.until) if row.until else None) for row in rows]


def cells():
    rows = FigureCell.objects.exclude(count=0).values_list(
        "grain", "on", "body", "kind", "is_imported", "measure", "value", "count"
    )
    return Counter({tuple(row[:-1]): row[-1] for row in rows})


def test_a_feedback_is_received_open_late_and_closed():
    case = make_case(kind="feedback", received="2024-04-02")
    told(at("2024-04-02", 11))
    assert facts(case, "received") == [("2024-04-02", None)]
    assert facts(case, "open") == [("2024-04-02", None)]
    do(case, "accept", "2024-04-03")
    answered(case, "2024-06-03", "met")
    do(case, "close", "2024-06-04")
    told(at("2024-06-04", 11))
    assert facts(case, "open") == [("2024-04-02", "2024-06-04")]
    (closed,) = CaseFact.objects.filter(case=case, what="closed")
    assert (str(closed.day), closed.on_time, closed.days) == ("2024-06-04", False, 63)
    # Late from the day after the due day until it was answered, though it was closed a day later.
    due = case.clocks.get(is_deciding=True).due_on
    assert facts(case, "late") == [(str(due + timedelta(days=1)), "2024-06-03")]


def test_a_reopened_case_is_open_again_and_counts_anew_when_closed_again():
    case = make_case(kind="feedback", received="2024-04-02")
    do(case, "accept", "2024-04-03")
    answered(case, "2024-04-05", "met")
    do(case, "close", "2024-04-08")
    do(case, "reopen", "2024-05-06")
    told(at("2024-05-06", 11))
    assert facts(case, "closed") == [("2024-04-08", "2024-05-06")]
    assert facts(case, "open") == [("2024-04-02", "2024-04-08"), ("2024-05-06", None)]
    assert facts(case, "reopened") == [("2024-05-06", None)]
    answered(case, "2024-05-07", "met")
    do(case, "close", "2024-05-08")
    told(at("2024-05-08", 11))
    assert facts(case, "closed") == [("2024-04-08", "2024-05-06"), ("2024-05-08", None)]
    # Of the first closing the cells know nothing any more.
    assert cells()[("y", day("2024-01-01"), case.body_id, "feedback", False, "closed", 0)] == 1


def test_a_void_entry_was_never_received():
    case = make_case(received="2024-04-02")
    do(case, "void", "2024-04-03")
    told(at("2024-04-03", 11))
    assert {row.what for row in CaseFact.objects.filter(case=case)} == {"void"}
    assert {key[5] for key in cells()} == {"void"}


def test_a_routed_case_counts_where_it_is_held():
    first, second = make_body(), make_body()
    case = make_case(first, kind="feedback", received="2024-04-02")
    do(case, "route", "2024-04-04", body=second)
    told(at("2024-04-04", 11))
    held = CaseFact.objects.filter(case=case, what="open").order_by("day").values_list("body", "day", "until")
    assert list(held) == [
        (first.pk, day("2024-04-02"), day("2024-04-04")),
        (second.pk, day("2024-04-04"), None),
    ]


def test_counting_twice_changes_nothing():
    case = make_case(received="2024-04-02")
    assert tallies.recount([case.pk]) == 1
    before = cells()
    assert before
    assert tallies.recount([case.pk, case.pk]) == 0
    assert cells() == before


def test_a_fact_holds_from_its_day_to_the_day_before_its_end():
    fact = Fact(What.OPEN, 1, day("2024-04-02"), day("2024-04-04"))
    assert [fact.holds_on(day(f"2024-04-0{n}")) for n in (1, 2, 3, 4)] == [False, True, True, False]


@pytest.mark.parametrize("seed", range(2))
def test_what_was_counted_bit_by_bit_is_what_is_counted_at_once(seed):
    for number, (_case, now, _made) in enumerate(walk(seed, STEPS // 2, seldom=ENDS)):
        if number % 7 == 0:
            told(now)
    told(now)
    bit_by_bit = cells()
    assert len(bit_by_bit) > 50
    check = tallies.check_daily(now)
    assert check is not None
    assert (check.cases_wrong, check.cells_wrong) == (0, 0)
    assert cells() == bit_by_bit
    CaseFact.objects.all().delete()
    FigureCell.objects.all().delete()
    tallies.rebuild()
    assert cells() == bit_by_bit
    # Today's was made.
    assert tallies.check_daily(now) is None
    assert FigureCheck.objects.count() == 1


def test_a_wrong_cell_is_found_and_mended():
    make_case(received="2024-04-02")
    told(at("2024-04-02", 11))
    right = cells()
    FigureCell.objects.filter(measure="received", grain="m").update(count=7)
    FigureCell.objects.filter(measure="open", grain="y").delete()
    assert tallies.rebuild() == (0, 2)
    assert cells() == right
