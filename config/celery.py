"""The task queue and the whole beat schedule, in code: what runs by itself can be read in one place."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lang_nghe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every task finds its work by state, so a missed or doubled run changes nothing. A run that could not start
# within its own period expires: the next one does the same work.
app.conf.beat_schedule = {
    "tell what happened": {"task": "bodies.tasks.tell_pending", "schedule": 5, "options": {"expires": 5}},
    "send messages": {"task": "bodies.tasks.send_due", "schedule": 15, "options": {"expires": 15}},
    "do jobs": {"task": "bodies.tasks.run_jobs", "schedule": 5, "options": {"expires": 5}},
    "reckon clocks after a change of the law or the calendar": {
        "task": "cases.tasks.reckon_anew",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "escalate what is late": {
        "task": "cases.tasks.raise_overdue",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "follow mergers": {"task": "cases.tasks.follow_mergers", "schedule": 300, "options": {"expires": 300}},
    # Made for yesterday, once; asked often, so that a night without a beat leaves no gap of more than a day.
    "seal the day": {"task": "cases.tasks.make_daily_head", "schedule": 1800, "options": {"expires": 1800}},
    # A state decides what is sent ("for the morning, and its hour has come"), so a late beat loses no digest.
    "send digests": {"task": "bodies.tasks.send_digests", "schedule": 300, "options": {"expires": 300}},
    "forget what need not be kept": {
        "task": "bodies.tasks.prune",
        "schedule": crontab(hour="2", minute="30"),
        "options": {"expires": 3600},
    },
}
