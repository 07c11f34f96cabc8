from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("Dialogues")

    def ready(self) -> None:
        from bodies.guards import register_guard
        from cases.verification import register_histories
        from dialogues import history, meeting_panels, panels
        from dialogues.guards import QuestionGuard

        register_guard(QuestionGuard())
        register_histories(history.faults)
        panels.register()
        meeting_panels.register()
