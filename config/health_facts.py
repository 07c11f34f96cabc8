"""What the technical administrator is shown: what runs by itself, what waits, what failed, how full the disk is."""

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodies import outbox
from bodies.models import Announcement, Delivery, Job, TaskRun
from cases.models import Case
from config import health

_NIGHT = timedelta(hours=24)
_MOST = 20
# A sweep comes each minute: a case whose time came so long ago was passed over, because something went wrong with it.
_LEFT_LYING = timedelta(minutes=15)


def facts(now: datetime) -> dict[str, Any]:
    """The rows behind the page: every task with its last run, what was parked or given up, jobs that failed."""
    since = now - _NIGHT
    return {
        "now": now,
        "tasks": list(TaskRun.objects.order_by("name")),
        "night": list(TaskRun.objects.filter(failed_at__gte=since).order_by("-failed_at")),
        "left_lying": list(
            Case.objects.needing_attention(now - _LEFT_LYING).values("reference", "next_attention_at")[:_MOST]
        ),
        "parked": list(Announcement.objects.parked().order_by("-parked_at")[:_MOST]),
        "dead": list(Delivery.objects.dead().order_by("-pk")[:_MOST]),
        "failed": list(
            Job.objects.filter(state=Job.State.FAILED, finished_at__gte=since).order_by("-finished_at")[
                :_MOST
            ]
        ),
    }


def parts(now: datetime) -> list[dict[str, Any]]:
    """The lights of the page: what it is, whether it is well, and its figure in words."""
    wrong = health.degraded()
    last = TaskRun.objects.order_by("-started_at").first()
    store = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.BASE_DIR
    disk = shutil.disk_usage(store)
    return [
        {
            "name": _("Scheduled work"),
            "well": "beat" not in wrong,
            "says": _("last started %(when)s") % {"when": _clock(last.started_at)}
            if last
            else _("never started"),
        },
        {
            "name": _("Broker"),
            "well": "broker" not in wrong,
            "says": _("answers")
            if "broker" not in wrong
            else _("does not answer; petitions are taken all the same"),
        },
        {
            "name": _("Outbox"),
            "well": "outbox_seconds" not in wrong and "parked" not in wrong,
            "says": _("the oldest has waited %(waited)s; %(parked)d parked")
            % {"waited": _span(outbox.lag(now)), "parked": wrong.get("parked", 0)},
        },
        {
            "name": _("Letters"),
            "well": "undelivered" not in wrong,
            "says": _("%(due)d could leave now; %(dead)d given up")
            % {"due": Delivery.objects.due(now).count(), "dead": wrong.get("undelivered", 0)},
        },
        {
            "name": _("Disk of the files"),
            "well": "disk_free" not in wrong,
            "says": _("%(free)d GB free of %(total)d GB")
            % {"free": disk.free // 2**30, "total": disk.total // 2**30},
        },
    ]


def _span(seconds: float) -> str:
    """A length of time in the unit that people would use."""
    if seconds < 120:
        return ngettext("%(count)d second", "%(count)d seconds", round(seconds)) % {"count": round(seconds)}
    if seconds < 2 * 60 * 60:
        return _("%(count)d minutes") % {"count": seconds // 60}
    if seconds < 2 * 24 * 60 * 60:
        return _("%(count)d hours") % {"count": seconds // 3600}
    return _("%(count)d days") % {"count": seconds // 86400}


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S %d/%m/%Y")
