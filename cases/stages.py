"""The stages of a case, and the sets of stages that rules speak about."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(TextChoices):
    RECEIVED = "received", pgettext_lazy("stage", "Received")
    CLASSIFIED = "classified", pgettext_lazy("stage", "Classified")
    ROUTED = "routed", pgettext_lazy("stage", "Routed")
    ACCEPTED = "accepted", pgettext_lazy("stage", "Accepted")
    VERIFYING = "verifying", pgettext_lazy("stage", "Being verified")
    DRAFTED = "drafted", pgettext_lazy("stage", "Answer drafted")
    SUSPENDED = "suspended", pgettext_lazy("stage", "Suspended")
    ANSWERED = "answered", pgettext_lazy("stage", "Answered")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")
    # Ends without settlement.
    GUIDED = "guided", pgettext_lazy("stage", "Guided elsewhere")
    RETURNED = "returned", pgettext_lazy("stage", "Returned to sender")
    TRANSFERRED_OUT = "transferred_out", pgettext_lazy("stage", "Transferred outside")
    REFUSED = "refused", pgettext_lazy("stage", "Not accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage", "Withdrawn")
    TERMINATED = "terminated", pgettext_lazy("stage", "Terminated")
    ARCHIVED = "archived", pgettext_lazy("stage", "Archived")
    JOINED = "joined", pgettext_lazy("stage", "Joined to another case")
    VOID = "void", _("Void")


PRE = frozenset({Stage.RECEIVED, Stage.CLASSIFIED, Stage.ROUTED})
WORK = frozenset({Stage.ACCEPTED, Stage.VERIFYING, Stage.DRAFTED})
# Somebody still has to act. An answered case has given its answer but may owe its sending and disclosure.
OPEN = PRE | WORK | {Stage.SUSPENDED, Stage.ANSWERED}
UNSETTLED_ENDS = frozenset(
    {
        Stage.GUIDED,
        Stage.RETURNED,
        Stage.TRANSFERRED_OUT,
        Stage.REFUSED,
        Stage.WITHDRAWN,
        Stage.TERMINATED,
        Stage.ARCHIVED,
        Stage.JOINED,
        Stage.VOID,
    }
)
ENDED = UNSETTLED_ENDS | {Stage.CLOSED}
# Shown, but in no share: nobody owed an answer any more (rulings on figures).
OUTSIDE_SHARE = frozenset({Stage.WITHDRAWN, Stage.TERMINATED, Stage.JOINED, Stage.VOID})
ALL = frozenset(Stage)
