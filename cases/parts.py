"""The parts people play in a case. Who plays which is in cases.permissions; what each may do, in cases.moves."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    RECEPTIONIST = "receptionist", _("Receptionist of the receiving or holding body")
    HANDLER = "handler", _("Handler")
    HEAD = "head", _("Head of the holding body")
    CHAIR = "chair", _("Head of the body that gave the conclusion")
    SUPERIOR = "superior", _("Superior's office")
    MONITOR = "monitor", _("Monitor")
    CO_BODY = "co_body", _("Co-ordinating body")
    CITIZEN = "citizen", _("Holder of the tracking code")
    CLOCK = "clock", _("The clock")
    IMPORTER = "importer", _("The importer")


class ActorKind(TextChoices):
    """Who moved a case. Nobody is not the clock: each event says which it was."""

    USER = "user", _("A member of staff")
    CLOCK = "clock", _("The clock")
    CITIZEN = "citizen", _("The citizen")
    IMPORTER = "importer", _("The importer")
