"""After a merger: what was still ahead is the successor's, what was held stays where it counts and is finished by it."""

import pytest

from bodies.models import Body
from cases import upkeep as cases_upkeep
from cases import verification
from cases.periods import period_of
from dialogues import upkeep
from dialogues.models import Dialogue
from tests.cases.making import at, day, make_user
from tests.dialogues.making import brought_to, do, duties_of, make_host, make_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def merge(host, into, on="2026-03-31"):
    Body.objects.filter(pk=host.body.pk).update(valid_to=day(on), successor=into.body)


def test_what_was_ahead_goes_to_the_successor_with_its_history_and_once():
    host, into = make_host(), make_host()
    make_plan(into)
    ahead = brought_to(host, "postponed")
    merge(host, into)
    assert upkeep.follow_mergers(at("2026-03-31", 12)) == 0  # its last day
    assert upkeep.follow_mergers(at("2026-04-01", 1)) == 1
    assert upkeep.follow_mergers(at("2026-04-01", 2)) == 0
    ahead.refresh_from_db()
    assert (ahead.host, ahead.number) == (into.body, 2)
    assert ahead.code == f"2026-{host.body.code}-dt-001"
    line = ahead.events.get(move="succeed")
    assert (line.by, line.details) == (None, {"from_body": host.body.code, "body": into.body.code})
    assert verification.verify().faults == []
    do(ahead, into, "schedule", "2026-04-02", by=into.handler, starts_at=at("2026-05-20", 8))
    assert duties_of(ahead).body == into.body
    assert make_plan(into).number == 3


def test_what_was_held_counts_for_the_former_host_and_the_successor_signs_and_publishes():
    host, into = make_host(), make_host()
    held = brought_to(host, "open_for_comments")
    merge(host, into)
    assert upkeep.follow_mergers(at("2026-04-01")) == 0
    cases_upkeep.follow_mergers(at("2026-04-01"))
    handler = make_user(("handler", into.body))
    assert Dialogue.objects.held(period_of("2026")).hosted_by([host.body.pk]).count() == 1
    do(held, into, "sign", "2026-04-02", by=into.head)
    do(held, into, "publish", "2026-04-02", by=handler)
    assert (held.host, held.stage) == (host.body, "published")
