"""Every address of the product."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import health, health_views

urlpatterns = [
    path("healthz", login_not_required(health.healthz), name="healthz"),
    path("readyz", login_not_required(health.readyz), name="readyz"),
    path("metrics", login_not_required(health.metrics), name="metrics"),
    path("health/", health_views.page, name="health"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("config.accounts")),
    path("api/", include("config.api")),
    path("admin/", admin.site.urls),
    path("", include("feedback.urls")),
    path("", include("dialogues.urls")),
    path("", include("plans.urls")),
    path("", include("cases.urls")),
]
