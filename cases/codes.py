"""The codes that other systems rely on: kinds, instances, channels, flags, results, duties. Stages have their own module."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    COMPLAINT = "complaint", pgettext_lazy("kind", "Complaint")
    DENUNCIATION = "denunciation", pgettext_lazy("kind", "Denunciation")
    RECOMMENDATION = "recommendation", pgettext_lazy("kind", "Recommendation")
    FEEDBACK = "feedback", pgettext_lazy("kind", "Feedback")
    OPINION = "opinion", pgettext_lazy("kind", "Opinion")
    CONCLUSION = "conclusion", pgettext_lazy("kind", "Conclusion of the chair")
    SUPERVISION = "supervision", pgettext_lazy("kind", "Supervision recommendation")
    DIALOGUE = "dialogue", pgettext_lazy("kind", "Dialogue duties")
    REPORT = "report", pgettext_lazy("kind", "Report")


PETITIONS = frozenset({Kind.COMPLAINT, Kind.DENUNCIATION, Kind.RECOMMENDATION, Kind.FEEDBACK, Kind.OPINION})
# What opens at `accepted`: nobody decides whether to take it up.
DUTIES = frozenset({Kind.CONCLUSION, Kind.SUPERVISION, Kind.DIALOGUE, Kind.REPORT})
# Kinds whose answer clock is a house rule or a fixed day, which the house may pause.
HOUSE = frozenset({Kind.RECOMMENDATION, Kind.FEEDBACK, Kind.OPINION, Kind.CONCLUSION, Kind.SUPERVISION})
ALL_KINDS = frozenset(Kind)


class Instance(TextChoices):
    FIRST = "first", _("First instance")
    SECOND = "second", _("Second instance")
    DISCIPLINARY = "disciplinary", _("Disciplinary decision")
    FURTHER = "further", _("Further denunciation")


class Channel(TextChoices):
    RECEPTION = "reception", _("Citizen reception")
    LETTER = "letter", _("Letter")
    HOTLINE = "hotline", _("Hotline")
    SUGGESTION_BOX = "suggestion_box", _("Suggestion box")
    FORUM = "forum", _("Forum")
    PORTAL = "portal", _("Portal")
    SOCIAL_NETWORK = "social_network", _("Social network")
    ONLINE_PRESS = "online_press", _("Online press")
    ZALO_GROUP = "zalo_group", _("Zalo group")
    VOTER_CONTACT = "voter_contact", _("Voter contact")
    VILLAGE_MEETING = "village_meeting", _("Village meeting")
    BRANCH_MEETING = "branch_meeting", _("Branch meeting")
    BRIEFING = "briefing", _("Briefing")
    TALK = "talk", _("Talk")
    FIELD_SURVEY = "field_survey", _("Field survey")
    COMMUNITY_TEAM = "community_team", _("Community mobilisation team")
    HOUSEHOLD_MEMBER = "household_member", _("Member in charge of households")
    RESPECTED_PERSON = "respected_person", _("Respected person")
    MEDIA_COLUMN = "media_column", _("Media column")
    SATISFACTION_SURVEY = "satisfaction_survey", _("Satisfaction survey")
    ONE_STOP = "one_stop", _("One-stop desk")
    DIALOGUE = "dialogue", pgettext_lazy("channel", "Dialogue")
    FRONT = "front", _("Fatherland Front")
    IMPORT = "import", _("Imported book")


# What arrives on paper or online is sorted under the letter rule (Circular 05/2021).
LETTER_CHANNELS = frozenset({Channel.LETTER, Channel.PORTAL, Channel.SUGGESTION_BOX})


class Flag(TextChoices):
    LEGAL_DOCUMENT = "legal_document", _("On legal documents")
    ADMINISTRATIVE_RULES = "administrative_rules", _("On administrative rules")
    GROUP = "group", _("Group of many people")
    HOT_SPOT = "hot_spot", _("Hot spot")
    PRESSING = "pressing", _("Pressing")
    URGENT = "urgent", _("Urgent")
    PROLONGED = "prolonged", _("Prolonged")
    BYPASSING = "bypassing", _("Bypassing levels")
    COMPLEX = "complex", _("Complex")
    ESPECIALLY_COMPLEX = "especially_complex", _("Especially complex")
    REMOTE = "remote", _("Remote area")
    SEVERAL_PLACES = "several_places", _("Verified in several places")
    VOTER_MATTER = "voter_matter", _("Voter matter")
    ANONYMOUS = "anonymous", _("Anonymous")
    INELIGIBLE = "ineligible", _("Ineligible")


# The flags that time limits speak of.
SITUATIONS = frozenset({Flag.COMPLEX, Flag.ESPECIALLY_COMPLEX, Flag.REMOTE, Flag.SEVERAL_PLACES})


class Result(TextChoices):
    RIGHT = "right", pgettext_lazy("result", "Right")
    PARTLY_RIGHT = "partly_right", pgettext_lazy("result", "Partly right")
    WRONG = "wrong", pgettext_lazy("result", "Wrong")
    UPHELD = "upheld", pgettext_lazy("result", "Upheld")
    AMENDED = "amended", pgettext_lazy("result", "Amended")
    ANNULLED = "annulled", pgettext_lazy("result", "Annulled")
    MET = "met", pgettext_lazy("result", "Met")
    PARTLY_MET = "partly_met", pgettext_lazy("result", "Partly met")
    EXPLAINED = "explained", pgettext_lazy("result", "Explained")
    NOT_MET = "not_met", pgettext_lazy("result", "Not met")
    MEDIATED = "mediated", pgettext_lazy("result", "Mediated")
    DONE = "done", pgettext_lazy("result", "Done")
    PARTLY_DONE = "partly_done", pgettext_lazy("result", "Partly done")
    NOT_DONE = "not_done", pgettext_lazy("result", "Not done")
    NOT_RECORDED = "not_recorded", pgettext_lazy("result", "Not recorded")


_JUDGED = frozenset({Result.RIGHT, Result.PARTLY_RIGHT, Result.WRONG})
_SECOND = frozenset({Result.UPHELD, Result.AMENDED, Result.ANNULLED})
_HEARD = frozenset({Result.MET, Result.PARTLY_MET, Result.EXPLAINED, Result.NOT_MET, Result.MEDIATED})


def results_of(kind: str, instance: str) -> frozenset[Result]:
    """The results an answer to this kind of case can have. `not_recorded` comes from imported books only."""
    if kind in {Kind.COMPLAINT, Kind.DENUNCIATION}:
        return _SECOND if instance == Instance.SECOND else _JUDGED
    if kind in {Kind.RECOMMENDATION, Kind.FEEDBACK, Kind.OPINION}:
        return _HEARD
    if kind in {Kind.CONCLUSION, Kind.SUPERVISION}:
        return frozenset({Result.DONE, Result.PARTLY_DONE, Result.NOT_DONE})
    return frozenset({Result.DONE, Result.NOT_DONE})


class Duty(TextChoices):
    """What `record_duty` can record."""

    WRITTEN_NOTICE = "written_notice", _("Written notice given")
    ACTED = "acted", _("Acted on the conclusion")
    SUSPENSION_SENT = "suspension_sent", _("Suspension decision sent")
    DELAY_COMPLAINED = "delay_complained", _("Denouncer complained of delay")
    REPORT_ASKED = "report_asked", _("Report asked of the body")
    REPORTED = "reported", _("Reported to the superior")
    REVIEWED = "reviewed", _("Further denunciation reviewed")
    ANNOUNCED = "announced", _("Notice published")
    HELD = "held", _("Dialogue held")
    PUBLISHED = "published", _("Results published")
    HANDED_IN = "handed_in", _("Report handed in")
