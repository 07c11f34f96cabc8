"""The task queue and the whole beat schedule, in code: what runs by itself can be read in one place."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lang_nghe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_scheduler = "config.beat:Scheduler"
# Seconds between two looks at the clock, at most.
app.conf.beat_max_loop_interval = 5

# Every task finds its work by state, so a missed or doubled run changes nothing. A run that could not start in time
# expires, so that a night without a worker leaves no queue; not sooner than this, or the clocks of two machines that
# differ by a few seconds would stop all work.
_AT_LEAST = 30


def _every(seconds: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, _AT_LEAST)}}


app.conf.beat_schedule = {
    "tell what happened": _every(5, "bodies.tasks.tell_pending"),
    "do jobs": _every(5, "bodies.tasks.run_jobs"),
    "send messages": _every(15, "bodies.tasks.send_due"),
    # A state decides what is sent ("for the morning, and its hour has come"), so a late beat loses no digest.
    "put the morning's digests together": _every(60, "bodies.tasks.send_digests"),
    # Once a working day, from the morning on.
    "tell the administrators what failed": _every(600, "bodies.tasks.report_failures"),
    "reckon clocks after a change of the law or the calendar": _every(60, "cases.tasks.reckon_anew"),
    # Twice a minute: with the time that a sweep takes, nothing is told later than a minute after it became true.
    "escalate what is late": _every(30, "cases.tasks.raise_overdue"),
    "count again what happened": _every(15, "cases.tasks.recount_figures"),
    # Once a local day, whenever the machine is on.
    "count everything anew": _every(1800, "cases.tasks.check_figures"),
    "count the targets again that were touched": _every(15, "plans.tasks.recount_touched"),
    "remind of figures to type in": _every(3600, "plans.tasks.remind_typing"),
    "count all targets anew": _every(1800, "plans.tasks.recount_everything"),
    "open reports that fall due": _every(3600, "plans.tasks.open_reports"),
    # Once a week and person, from the first working day on.
    "tell heads of their week": _every(3600, "plans.tasks.tell_heads"),
    "follow mergers": _every(300, "cases.tasks.follow_mergers"),
    "give dialogues to the successors of their hosts": _every(300, "dialogues.tasks.follow_mergers"),
    # Made for yesterday, once; asked often, so that a night without a beat leaves no gap of more than a day.
    "seal the day": _every(1800, "cases.tasks.make_daily_head"),
    "forget drafts that nobody came back to": _every(3600, "cases.tasks.forget_drafts"),
    "forget books that were handed in": _every(3600, "feedback.tasks.forget_books"),
    # By age and not by hour: an office's machine may be off at night.
    "forget what need not be kept": _every(3600, "bodies.tasks.prune"),
}
