"""JSON lines in UTC. Only listed fields leave the process: a new one has to be allowed here first."""

from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "request_id", "user_id", "method", "route", "code", "seconds", "task",
        "task_id", "topic", "count", "failed", "parked", "case", "escalated", "level_name", "job", "error", "exception",
        "duration_ms", "version", "announcement", "attempts", "delivery", "kind", "where",
    }
)  # fmt: skip


def only_allowed(logger: Any, name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last word before the line is written: everything not listed is dropped."""
    route = line.get("request")
    if isinstance(route, str):
        # "GET /api/v1/cases/2026-x-000001/?q=..." -> without what was asked for.
        line["route"] = route.partition("?")[0]
    return {key: value for key, value in line.items() if key in ALLOWED}


def _as_json(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure() -> dict[str, Any]:
    """Django's LOGGING, with structlog set up to the same end."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    only_allowed,
                    structlog.processors.JSONRenderer(serializer=_as_json),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # django_structlog tells the same in fields.
            "django.request": {"handlers": [], "propagate": False, "level": "ERROR"},
            "pikepdf._core": {"level": "WARNING"},
            # Beat and workers would tell of every round; what was done is told by the rooms.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # Its messages quote the rejected host and header.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }
