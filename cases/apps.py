from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from bodies.navigation import Place, register_place
        from bodies.sessions import register_keeper
        from cases import bulk_jobs, case_page, drafts, listeners  # noqa: F401 - some register themselves
        from cases.follows import is_offered, state_of
        from cases.panels import Panel, register_panel
        from cases.permissions import works_on_cases

        register_place(Place("home", _("My work"), "home", "home", 10, "h", works_on_cases))
        register_place(Place("cases", _("Cases"), "work-list", "cases", 20, "c", lambda _standing: True))
        register_place(
            Place("monitor", _("Response times"), "monitor", "monitor", 60, "m", lambda _standing: True)
        )
        register_place(
            Place(
                "told", _("Made known to us"), "told", "ear", 70, "t", lambda standing: bool(standing.places)
            )
        )
        register_keeper(drafts.keep_sent)
        follow = Panel("follow", _("Follow"), "cases/case/follow.html", 80, state_of, is_for=is_offered)
        register_panel(follow)
        told = _("Who was told")
        register_panel(Panel("told", told, "cases/case/told.html", 90, case_page.told_of, is_folded=True))
