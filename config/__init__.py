"""Wiring only: settings, addresses, the task queue, the services of a demo. No rule lives here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
