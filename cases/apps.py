from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from bodies.navigation import Place, register_place
        from bodies.sessions import register_keeper
        from cases import drafts, listeners  # noqa: F401 - listeners register themselves
        from cases.permissions import works_on_cases

        register_place(Place("home", _("My work"), "home", "home", 10, "h", works_on_cases))
        register_place(Place("cases", _("Cases"), "work-list", "cases", 20, "c", lambda _standing: True))
        register_keeper(drafts.keep_sent)
