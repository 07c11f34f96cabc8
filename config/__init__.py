"""Wiring only: settings, addresses, the task queue, the services of a demo. No rule lives here.

`celery -A config` finds its app in config.celery; a web worker has no use for it.
"""
