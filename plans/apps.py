from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("Plans")

    def ready(self) -> None:
        from bodies.delivery import let_words_leave
        from bodies.navigation import Place, register_place
        from plans import listeners, weekly  # noqa: F401 - listeners register themselves
        from plans.head_page import is_for

        register_place(Place("head", _("My offices"), "my-offices", "head", 30, "b", is_for))
        let_words_leave(weekly.TOPIC)
