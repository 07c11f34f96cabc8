from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from bodies.guards import register_guard
        from bodies.navigation import Place, register_place
        from cases.finders import register_finder
        from feedback import figures, listeners, panels, register_jobs  # noqa: F401 - these register themselves
        from feedback.finding import by_person
        from feedback.guards import PetitionGuard
        from feedback.permissions import consents_for, imports_for, receives_for

        register_guard(PetitionGuard())
        register_place(
            Place(
                "reception",
                _("Reception desk"),
                "reception-desk",
                "reception",
                15,
                "r",
                lambda standing: bool(receives_for(standing)),
            )
        )
        register_place(
            Place(
                "import",
                _("Import old books"),
                "import-books",
                "import",
                50,
                "i",
                lambda standing: bool(imports_for(standing)),
            )
        )
        register_place(
            Place(
                "reveals",
                _("Requests to read identities"),
                "reveals",
                "key",
                60,
                "d",
                lambda standing: bool(consents_for(standing)),
            )
        )
        figures.register()
        register_finder("person", by_person)
        panels.register()
