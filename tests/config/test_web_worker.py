"""What a web worker loads before anybody asks: nothing that makes files, and no task queue."""

import os
import subprocess
import sys

from tests.architecture.source import PROJECT

LATER = {"celery", "docx", "openpyxl", "pikepdf", "PIL", "redis", "typst", "xlsxwriter"}
SCRIPT = "import sys, config.wsgi; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def test_a_web_worker_starts_without_what_few_requests_want():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "django" in loaded
    assert loaded & LATER == set()
