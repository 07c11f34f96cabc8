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
    # A state decides what is sent ("for the morning, and its hour has come"), so a late beat loses no digest.
    "send digests": {"task": "bodies.tasks.send_digests", "schedule": 300, "options": {"expires": 300}},
    "forget what need not be kept": {
        "task": "bodies.tasks.prune",
        "schedule": crontab(hour="2", minute="30"),
        "options": {"expires": 3600},
    },
}
