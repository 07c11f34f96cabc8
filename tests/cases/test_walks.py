"""A walk over the whole arrow table: whatever is tried in whatever order, what must hold, holds."""

import os

import pytest

from cases import verification
from cases.stages import ENDED, OPEN, Stage
from tests.cases.walking import walk

# WALK_STEPS=10000 takes the long walk; the suite a part of it.
STEPS = int(os.environ.get("WALK_STEPS", "700"))


def what_must_hold(case):
    live = [clock for clock in case.clocks.all() if clock.is_live]
    if case.stage in ENDED - {Stage.CLOSED}:
        assert {clock.rule for clock in live} <= {"denunciation.send_suspension"}
    if case.stage == Stage.CLOSED:
        assert not live
    running = [clock.due_on for clock in live if clock.due_on]
    assert case.due_on == min(running, default=None)
    assert bool(case.result) == (case.stage in {"answered", "closed"})
    assert not (case.kind == "denunciation" and case.against_body_id == case.body_id)
    assert case.events.count() == case.events_count
    if case.next_attention_at and case.stage not in OPEN:
        # Only for a duty that outlives the end, or to write the levels that an act done late had passed.
        assert any(clock.state in {"met_late", "running"} for clock in case.clocks.all())


@pytest.mark.usefixtures("law")
@pytest.mark.parametrize("seed", range(3))
def test_no_walk_leads_to_an_unlawful_state(seed):
    made = 0
    for case, _now, was_made in walk(seed, STEPS // 3):
        what_must_hold(case)
        made += was_made
    assert made > STEPS // 20
    assert verification.verify().faults == []
