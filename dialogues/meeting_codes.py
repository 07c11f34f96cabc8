"""The codes of the small logs that other systems rely on: meetings, supervision sessions, attendance."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class MeetingKind(TextChoices):
    BRIEFING = "briefing", pgettext_lazy("meeting", "Briefing")
    WORKING_SESSION = "working_session", pgettext_lazy("meeting", "Working session")


class Rhythm(TextChoices):
    """For which period a meeting was held (seed 001 II.3: the bloc briefs monthly, quarterly and yearly)."""

    MONTHLY = "monthly", pgettext_lazy("meeting", "Monthly")
    QUARTERLY = "quarterly", pgettext_lazy("meeting", "Quarterly")
    YEARLY = "yearly", pgettext_lazy("meeting", "Yearly")
    AD_HOC = "ad_hoc", pgettext_lazy("meeting", "Ad hoc")


class SupervisionKind(TextChoices):
    """Decisions 217 and 218-QĐ/TW: supervision, social criticism, and opinions on building Party and government."""

    SUPERVISION = "supervision", pgettext_lazy("supervision", "Supervision")
    CRITICISM = "criticism", pgettext_lazy("supervision", "Social criticism")
    OPINIONS = "opinions", pgettext_lazy("supervision", "Contribution of opinions")


class SupervisionForm(TextChoices):
    VISIT = "visit", pgettext_lazy("supervision", "Visit")
    CONFERENCE = "conference", pgettext_lazy("supervision", "Conference")
    WRITTEN = "written", pgettext_lazy("supervision", "In writing")
    DIALOGUE = "dialogue", pgettext_lazy("supervision", "Dialogue")


class AttendedKind(TextChoices):
    CELL = "cell", pgettext_lazy("attendance", "Meeting of a party cell")
    BRANCH = "branch", pgettext_lazy("attendance", "Meeting of a branch of an organisation")
