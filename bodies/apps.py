from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "bodies"
    verbose_name = _("Bodies and people")

    def ready(self) -> None:
        # The signal comes when every app's tables are there.
        post_migrate.connect(_grant, sender=self, dispatch_uid="bodies.privileges")


def _grant(using: str, **_kwargs: Any) -> None:
    from bodies import privileges

    privileges.grant(using)
