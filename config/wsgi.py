"""Where gunicorn comes in."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from bodies.later import left_out
from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# For the coloured tracebacks of a developer, for servers of another kind, for DRF's test client: ten megabytes.
UNWANTED = ["rich", "pygments", "greenlet", *([] if env.text("OIDC_URL", "") else ["requests"])]
with left_out(*UNWANTED):
    application = get_wsgi_application()
    # Every address is known before the first request comes, so that nobody waits for the imports.
    get_resolver().url_patterns  # noqa: B018
