"""Where gunicorn comes in."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Every address is known before the first request comes, so that nobody waits for the imports.
get_resolver().url_patterns  # noqa: B018
