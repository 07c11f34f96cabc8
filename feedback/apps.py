from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from bodies.guards import register_guard
        from feedback import figures, listeners, panels, register_jobs  # noqa: F401 - these register themselves
        from feedback.guards import PetitionGuard

        register_guard(PetitionGuard())
        figures.register()
        panels.register()
