"""The beat goes on whatever is done to the clock."""

from datetime import timedelta

import pytest
import time_machine
from celery import Celery

from config.beat import Scheduler
from config.celery import app as product
from tests.cases.making import at


class Told(Scheduler):
    """Writes down what it would send, and knows no broker."""

    producer = None

    def __init__(self, *args, **kwargs):
        self.sent = []
        super().__init__(*args, **kwargs)

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.name)


@pytest.fixture
def beat(tmp_path):
    app = Celery(set_as_current=False)
    app.conf.beat_schedule = {
        name: {"task": name, "schedule": seconds} for name, seconds in (("often", 5), ("seldom", 60))
    }
    with time_machine.travel(at("2026-11-20"), tick=False) as clock:
        beat = Told(app, schedule_filename=str(tmp_path / "beat"))
        yield beat, clock
        beat.close()


def run(beat, clock, seconds):
    """What is sent while the clock goes on by so many seconds, one at a time."""
    beat.sent.clear()
    for _ in range(seconds):
        clock.shift(timedelta(seconds=1))
        while beat.tick() == 0:
            pass
    return [beat.sent.count(name) for name in ("often", "seldom")]


def test_every_task_is_sent_at_its_pace(beat):
    assert run(*beat, 120) == [24, 2]


@pytest.mark.parametrize("hours", [-1, -24, 1, 24])
def test_after_the_clock_was_moved_every_task_is_sent_within_its_time(beat, hours):
    scheduler, clock = beat
    run(scheduler, clock, 120)
    clock.shift(timedelta(hours=hours))
    often, seldom = run(scheduler, clock, 61)
    assert 12 <= often <= 13
    assert 1 <= seldom <= 2


def test_a_beat_that_starts_anew_after_the_clock_was_put_back_does_not_wait_for_its_last_run(beat, tmp_path):
    first, clock = beat
    run(first, clock, 120)
    first.close()
    clock.shift(timedelta(hours=-1))
    second = Told(first.app, schedule_filename=str(tmp_path / "beat"))
    assert run(second, clock, 60)[0] >= 11
    second.close()


def test_the_product_uses_it_and_looks_at_the_clock_often():
    assert product.conf.beat_scheduler == "config.beat:Scheduler"
    assert product.conf.beat_max_loop_interval <= 5
