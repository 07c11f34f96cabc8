"""The codes of dialogues that other systems rely on: kinds, groups of participants, chairs, questions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DialogueKind(TextChoices):
    """The plans' own kinds (seeds 001 II.4, 002 III.4.2, 004 II.2.1 and II.5)."""

    PERIODIC = "periodic", pgettext_lazy("dialogue", "Periodic dialogue of the head")
    AD_HOC = "ad_hoc", pgettext_lazy("dialogue", "Ad hoc dialogue")
    THEMATIC = "thematic", pgettext_lazy("dialogue", "Thematic dialogue")
    REGULAR = "regular", pgettext_lazy("dialogue", "Regular dialogue")
    BASE_HEADS = "base_heads", pgettext_lazy("dialogue", "Dialogue with heads at the base")
    FRONT = "front", pgettext_lazy("dialogue", "Dialogue of the front and organisations")


class Participants(TextChoices):
    """The group that was invited (002 III.4.2; 004 II.2.1)."""

    RESIDENTS = "residents", _("Residents")
    OFFICIALS = "officials", _("Officials and party members")
    WORKERS = "workers", _("Workers")
    MEMBERS = "members", _("Members of organisations")
    BASE_HEADS = "base_heads", _("Cell secretaries, village heads, heads of front boards and branches")
    RELIGIOUS = "religious", _("Religious dignitaries and followers")
    BUSINESSES = "businesses", _("Businesses and co-operatives")


class Chair(TextChoices):
    HEAD = "head", pgettext_lazy("chair", "The head in person")
    DELEGATE = "delegate", pgettext_lazy("chair", "A delegate")


class Brought(TextChoices):
    """How a question came."""

    PUBLIC = "public", pgettext_lazy("question", "Through the portal")
    FRONT = "front", pgettext_lazy("question", "Collected by the front")
    STAFF = "staff", pgettext_lazy("question", "Collected by the host")
    IN_ROOM = "in_room", pgettext_lazy("question", "Raised in the room")


class QuestionState(TextChoices):
    OPEN = "open", pgettext_lazy("question", "Waiting")
    ANSWERED = "answered", pgettext_lazy("question", "Answered in the room")
    TAKEN_AWAY = "taken_away", pgettext_lazy("question", "Taken away as a case")
    SET_ASIDE = "set_aside", pgettext_lazy("question", "Set aside")
