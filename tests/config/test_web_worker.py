"""What a web worker loads before anybody asks: nothing that makes files, and no task queue."""

import os
import subprocess
import sys

from tests.architecture.source import PROJECT

LATER = {"celery", "docx", "openpyxl", "pikepdf", "PIL", "redis", "typst", "xlsxwriter"}
# What libraries take along where it is there.
EXTRAS = {"greenlet", "pygments", "requests", "rich"}
SIGN_IN = {
    "OIDC_URL": "https://id.example.vn",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_SECRET": "not-a-secret",
}
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
    assert loaded & (LATER | EXTRAS) == set()


def test_what_was_left_out_is_there_for_who_asks_for_it_even_where_people_sign_in_elsewhere():
    script = "import config.wsgi, requests, rich; print(requests.Session.__name__)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1", **SIGN_IN},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == ["Session"]
