from django.apps import AppConfig, apps


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.contrib import admin

        # What people sign in with is theirs: the technical administrator neither reads nor changes it.
        for label in ("account", "mfa", "usersessions", "socialaccount"):
            for model in apps.get_app_config(label).get_models():
                if admin.site.is_registered(model):
                    admin.site.unregister(model)
