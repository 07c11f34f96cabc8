"""What codes are called on pages: rules, fields of moves, what happened to a clock, lines that no move wrote. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

RULES: dict[str, Promise] = {
    "reception.reply": _("Reply to whoever was received"),
    "letter.classify": _("Sort the letter"),
    "party.notice": _("Notice of the head of the party committee"),
    "complaint.first.accept": _("Accept the complaint (first instance)"),
    "complaint.second.accept": _("Accept the complaint (second instance)"),
    "disciplinary.accept": _("Accept the complaint (disciplinary)"),
    "recommendation.accept": _("Take up the recommendation"),
    "feedback.accept": _("Take up the feedback"),
    "denunciation.accept": _("Accept the denunciation"),
    "denunciation.transfer": _("Transfer the denunciation"),
    "recommendation.transfer": _("Transfer the recommendation"),
    "feedback.transfer": _("Transfer the feedback"),
    "complaint.first.settle": _("Settle the complaint (first instance)"),
    "complaint.second.settle": _("Settle the complaint (second instance)"),
    "disciplinary.settle": _("Settle the complaint (disciplinary)"),
    "denunciation.settle": _("Settle the denunciation"),
    "recommendation.answer": _("Answer the recommendation"),
    "feedback.answer": _("Answer the feedback"),
    "feedback.answer_legal_document": _("Answer feedback on a legal document"),
    "opinion.answer": _("Answer the opinion"),
    "conclusion.act": _("Carry out the conclusion"),
    "supervision.reply": _("Reply to the supervision recommendation"),
    "denunciation.notify_accepted": _("Notify of the acceptance of the denunciation"),
    "complaint.first.send_decision": _("Send the decision (first instance)"),
    "complaint.second.send_decision": _("Send the decision (second instance)"),
    "complaint.disclose": _("Disclose the decision"),
    "denunciation.send_conclusion": _("Send the conclusion on the denunciation"),
    "denunciation.act": _("Act on the conclusion on the denunciation"),
    "denunciation.disclose": _("Disclose the conclusion on the denunciation"),
    "denunciation.send_suspension": _("Send the decision to suspend or terminate"),
    "denunciation.overdue_request": _("Ask the body for a report on its delay"),
    "denunciation.overdue_report": _("Report on the delay"),
    "denunciation.further_review": _("Review the further denunciation"),
    "dialogue.notice": _("Publish the notice of the dialogue"),
    "dialogue.publish": _("Publish the results of the dialogue"),
    "report": _("Hand in the report"),
}

# What a move asks for. The same words label the field of a form and the fact in the history.
FIELDS: dict[str, Promise] = {
    "kind": _("Kind"),
    "instance": _("Instance"),
    "subject": _("Subject"),
    "area": _("Area"),
    "channel": _("Channel"),
    "title": _("Title"),
    "content": _("Content"),
    "flags": _("Marks"),
    "eligible": _("Meets the conditions for handling"),
    "competent": _("Within the competence of this body"),
    "body": pgettext_lazy("field", "To the body"),
    "from_body": _("From the body"),
    "received_by": _("Received by"),
    "against_body": _("Body complained of"),
    "bodies": _("Reached"),
    "co_bodies": _("Co-ordinating bodies"),
    "instruction": _("Instruction"),
    "person": pgettext_lazy("field", "Handler"),
    "ground": _("Legal ground"),
    "right_address": _("Where to turn instead"),
    "address": _("Address outside the system"),
    "what": _("Papers and information"),
    "files": _("Files"),
    "clock": _("Time limit"),
    "days": _("Days added"),
    "situation": _("Situation"),
    "text": pgettext_lazy("field", "Text"),
    "day": _("Day"),
    "dialogue": _("Code of the dialogue"),
    "draft": _("Draft answer"),
    "result": _("Result"),
    "percent": _("Done, in per cent"),
    "whole": _("What is withdrawn"),
    "part": _("The part that is withdrawn"),
    "into": _("Into the case"),
    "out_of": _("Out of the case"),
    "to": _("Whom"),
    "standing_member": _("Directing standing member"),
    "petition": _("Code of the appeal"),
    "fields": _("Corrections"),
    "duty": _("Duty"),
    "visible_to": _("For whom"),
    "level": _("Level of the ladder"),
    "line": _("Line of the book"),
    "note": _("Note"),
    "document": _("Document"),
    "reason": _("Reason"),
    "at": _("Done on"),
    "people_count": _("People"),
    "people": _("People concerned"),
}

# What a line of history says a move did to a clock (cases.clocks).
DID: dict[str, Promise] = {
    "started": pgettext_lazy("limit", "begins"),
    "met": pgettext_lazy("limit", "kept"),
    "met_late": pgettext_lazy("limit", "met late"),
    "stopped": pgettext_lazy("limit", "ends without effect"),
    "paused": pgettext_lazy("limit", "paused"),
    "resumed": pgettext_lazy("limit", "goes on"),
    "extended": pgettext_lazy("limit", "extended"),
    "moved": pgettext_lazy("limit", "reckoned by another row of the law"),
    "reckoned": pgettext_lazy("limit", "reckoned again by the new calendar"),
    "no_limit": pgettext_lazy("limit", "has no legal limit on this day"),
    "recognised_too_late": pgettext_lazy("limit", "stays: the situation was recognised too late"),
}

# Lines of history that are no move of the arrow table.
LINES: dict[str, Promise] = {
    "open": _("Case opened"),
    "reckon": _("Time limits reckoned again"),
    "succeed": _("Passed to the successor body"),
    "escalate": _("Escalated: the time limit was missed"),
}

# How sure a row of the law is (its mark), in words; nothing is said of what was read in the text of the law itself.
_SURE: dict[str, Promise] = {
    "RECALLED": _("not yet compared with the text of the law"),
    "HOUSE": _("rule of the house"),
    "CONFLICT": _("the sources differ"),
    "PARTLY": _("a detail is not yet compared with the text of the law"),
}
# Whom a level of the ladder reaches (cases/data/ladders.yaml).
REACHES: dict[str, Promise] = {
    "handler": _("the handler"),
    "head": _("the head of the body"),
    "superior_head": _("the head of the superior body"),
    "receiving_head": _("the head of the body that received it"),
    "committee": _("the standing members of the party committee"),
    "mobilisation": _("the mass mobilisation commission"),
    "committee_above": _("the party committee above"),
    "inspection": _("the inspection commission"),
    "front": _("the Fatherland Front"),
    "organisations": _("the mass organisations"),
}


def sureness(mark: str) -> str:
    """What the mark of a row says to whoever relies on it; "" where there is nothing to be careful about."""
    first = mark.partition(" ")[0]
    if first == "HOUSE":  # It stands as the basis already.
        return ""
    return str(_SURE.get("PARTLY" if mark.startswith("SEEN (") else first, ""))


def basis_of(basis: str, mark: str) -> str:
    """The law and article of a row; what the house itself ruled is called so, in the reader's language."""
    return str(_SURE["HOUSE"]) if mark.startswith("HOUSE") else basis


def rule_name(code: str) -> str:
    """A rule in words; one without words of its own by its code."""
    return str(RULES.get(code, code))
