"""The task queue and the whole beat schedule, in code: what runs by itself can be read in one place."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lang_nghe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every task finds its work by state, so a missed or doubled run changes nothing. A run that could not start
# within its own period expires: the next one does the same work.
app.conf.beat_schedule = {}
