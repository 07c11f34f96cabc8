"""Is it alive, is it ready, and what is degraded. The broker being down must not take intake away: it is told, not fatal."""

import shutil
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bodies import outbox
from bodies.models import Announcement, Delivery, TaskRun

# A beat that told nothing for so long is silent.
_BEAT_SILENT = timedelta(minutes=3)
_LAG_SECONDS = 60
_DISK_SHARE = 0.10


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and migrations are there; what else is wrong stands in `degraded`, still 200."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # For this transaction only: the connection goes back to the pool, and to somebody's long export.
            cursor.execute("SET LOCAL statement_timeout = '2s'")
            cursor.execute("SELECT 1")
        missing = _unapplied()
    except Exception:
        return JsonResponse({"ready": False, "why": "database"}, status=503)
    if missing:
        return JsonResponse({"ready": False, "why": "migrations"}, status=503)
    return JsonResponse({"ready": True, "degraded": degraded()})


def degraded() -> dict[str, Any]:
    """What does not work as it should, by name; empty when all is well. Each probe is bounded in time."""
    now = timezone.now()
    found: dict[str, Any] = {}
    if not _broker_answers():
        found["broker"] = "down"
    last = TaskRun.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    if last is None or now - last > _BEAT_SILENT:
        found["beat"] = last.isoformat() if last else "never"
    lag = outbox.lag(now)
    if lag > _LAG_SECONDS:
        found["outbox_seconds"] = round(lag)
    parked = Announcement.objects.parked().count()
    dead = Delivery.objects.dead().count()
    found |= {name: count for name, count in {"parked": parked, "undelivered": dead}.items() if count}
    disk = shutil.disk_usage(settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.BASE_DIR)
    if disk.free / disk.total < _DISK_SHARE:
        found["disk_free"] = f"{disk.free / disk.total:.0%}"
    return found


def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper inside the house: the proxy does not let it through, other addresses see nothing."""
    if request.META.get("REMOTE_ADDR") not in settings.METRICS_ALLOWED:
        return HttpResponse(status=404)
    answer = ExportToDjangoView(request)
    answer.write(generate_latest(_of_the_database()))
    return answer


def _of_the_database() -> CollectorRegistry:
    """What is true of the installation and not of one process: read when it is asked for."""
    now = timezone.now()
    registry = CollectorRegistry()
    figures = {
        "outbox_lag_seconds": ("Age of the oldest announcement that waits", outbox.lag(now)),
        "outbox_parked": ("Announcements no listener could take", Announcement.objects.parked().count()),
        "deliveries_due": ("Letters that could leave now", Delivery.objects.due(now).count()),
        "deliveries_dead": ("Letters given up", Delivery.objects.dead().count()),
    }
    for name, (what, figure) in figures.items():
        Gauge(f"lang_nghe_{name}", what, registry=registry).set(figure)
    ran = Gauge("lang_nghe_task_started_seconds", "When each task last started", ["task"], registry=registry)
    for name, started_at in TaskRun.objects.values_list("name", "started_at"):
        ran.labels(name).set(started_at.timestamp())
    return registry


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker_answers() -> bool:
    # Nobody else in a web worker wants it.
    import redis

    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=None
        )
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
