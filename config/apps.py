from django.apps import AppConfig, apps
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.contrib import admin
        from django.utils.translation import gettext_lazy as _

        from bodies.navigation import Place, register_place

        # What people sign in with is theirs: the technical administrator neither reads nor changes it.
        for label in ("account", "mfa", "usersessions", "socialaccount"):
            for model in apps.get_app_config(label).get_models():
                if admin.site.is_registered(model):
                    admin.site.unregister(model)
        register_place(
            Place("health", _("Health"), "health", "health", 90, "x", lambda s: bool(s.user.is_staff))
        )
        if settings.INSECURE_HTTP:
            # A demo on this machine: its worker knows the job that loads two years of activity.
            from config import demo_years  # noqa: F401
