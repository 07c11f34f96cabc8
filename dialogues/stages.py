"""The stages of a dialogue, and the sets of stages that rules and figures speak about."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Stage(TextChoices):
    PLANNED = "planned", pgettext_lazy("dialogue", "Planned")
    ANNOUNCED = "announced", pgettext_lazy("dialogue", "Announced")
    HELD = "held", pgettext_lazy("dialogue", "Held")
    MINUTES_DRAFTED = "minutes_drafted", pgettext_lazy("dialogue", "Minutes drafted")
    OPEN_FOR_COMMENTS = "open_for_comments", pgettext_lazy("dialogue", "Open for comments")
    SIGNED = "signed", pgettext_lazy("dialogue", "Signed and locked")
    PUBLISHED = "published", pgettext_lazy("dialogue", "Published")
    POSTPONED = "postponed", pgettext_lazy("dialogue", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("dialogue", "Cancelled")


AHEAD = frozenset({Stage.PLANNED, Stage.ANNOUNCED})
# It was held and the minutes can still be changed.
UNLOCKED = frozenset({Stage.HELD, Stage.MINUTES_DRAFTED, Stage.OPEN_FOR_COMMENTS})
LOCKED = frozenset({Stage.SIGNED, Stage.PUBLISHED})
# What counts as a dialogue held.
WAS_HELD = UNLOCKED | LOCKED
# What the public is shown.
PUBLIC = WAS_HELD | {Stage.ANNOUNCED}
EVERY = frozenset(Stage)
