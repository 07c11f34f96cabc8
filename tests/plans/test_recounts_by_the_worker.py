"""What happens reaches the targets through the worker: within a minute on the deployed schedule, and nothing else moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.celery import app
from dialogues import workflow
from plans import recounts
from plans.models import Measure, Touched
from tests.cases.making import make_user
from tests.plans.acts import head_of
from tests.plans.followed import LINES, values
from tests.plans.making import make_dialogue, make_district, make_plan
from tests.processes import beat, running, until, valkey, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
# One after the other: what is announced is told, cases are counted, targets are counted.
STEPS = ("bodies.tasks.tell_pending", "cases.tasks.recount_figures", "plans.tasks.recount_touched")
TICKS = {"app": "tests.listening", "TEST_TICK_SECONDS": "0.5", "TEST_TICK_TASKS": " ".join(STEPS)}


def test_the_steps_from_an_act_to_its_targets_wait_less_than_a_minute_together():
    every = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    seconds = [
        each.total_seconds() if isinstance(each, timedelta) else each for each in map(every.get, STEPS)
    ]
    assert sum(seconds) < 60


def test_a_dialogue_called_off_changes_exactly_the_figures_it_should_through_the_worker(tmp_path):
    year = timezone.localdate().year
    district = make_district()
    plan = make_plan(district, *LINES, period=f"{{from: {year}, to: {year}}}")
    host, other = district.body(0, "ubnd"), district.body(1, "ubnd")
    make_user(("head", host))
    dialogue, _stays = make_dialogue(host, f"{year}-01-01"), make_dialogue(other, f"{year}-01-01")
    recounts.recount(plan, at=timezone.now())
    # That the plan is new is no reason any more to count.
    Touched.objects.all().delete()
    before = {row.pk: values(row) for row in Measure.objects.all()}

    def changed():
        rows = Measure.objects.select_related("target").order_by("pk")
        return {(row.target.code, row.period, row.body_id) for row in rows if values(row) != before[row.pk]}

    with valkey(tmp_path / "valkey") as broker:
        hands, clock = (
            worker(broker, tmp_path / "worker.log", **TICKS),
            beat(broker, tmp_path / "beat.log", **TICKS),
        )
        with running(hands, clock):
            workflow.move(
                dialogue, "cancel", by=head_of(host), recorded_at=timezone.now(), reason="ghi nhầm", facts={}
            )
            until(lambda: len(changed()) >= 8)
    lines = [("ALL", f"{year}-Q1"), *((code, str(year)) for code in ("ALL", "AREA", "HELD"))]
    assert changed() == {(*line, body) for line in lines for body in (host.pk, None)}
