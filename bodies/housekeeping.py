"""What need not be kept is forgotten, a batch at a time, and asked for by age, so that a missed night changes nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session

from bodies import idempotency, jobs, limits, messages, outbox


def prune(now: datetime) -> dict[str, int]:
    """Forget what is older than the settings keep it; how many rows of what."""
    return {
        "announcements": outbox.prune(now - timedelta(days=settings.ANNOUNCEMENTS_KEPT_DAYS)),
        "messages": messages.prune(now - timedelta(days=settings.MESSAGES_KEPT_DAYS)),
        "jobs": jobs.prune(now - timedelta(days=settings.JOBS_KEPT_DAYS)),
        "submissions": idempotency.prune(now),
        "tries": limits.prune(now),
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
    }
