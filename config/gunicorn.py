"""How the web server runs: threads for waiting, processes for cores; no line of its log holds a query or an address."""

import gc
import os

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
# Requests are logged by the application, through its list of allowed fields.
accesslog = None
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - gunicorn's heartbeat file


def post_worker_init(worker: object) -> None:
    """What was loaded stays: whoever looks for garbage looks at what came after, and so looks often enough."""
    gc.collect()
    gc.freeze()
