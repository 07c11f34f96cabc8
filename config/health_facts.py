"""What the technical administrator is shown: what runs by itself, what waits, what failed, how full the disk is."""

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import outbox
from bodies.models import Announcement, Delivery, Job, TaskRun
from config import health

_NIGHT = timedelta(hours=24)
_MOST = 20


def facts(now: datetime) -> dict[str, Any]:
    """The rows behind the page: every task with its last run, what was parked or given up, jobs that failed."""
    since = now - _NIGHT
    return {
        "now": now,
        "tasks": list(TaskRun.objects.order_by("name")),
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
            "says": _("the oldest waits for %(seconds)d s; %(parked)d parked")
            % {"seconds": round(outbox.lag(now)), "parked": wrong.get("parked", 0)},
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


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S %d/%m/%Y")
