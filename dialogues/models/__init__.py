"""The tables of THE MEETING. One module for each idea; the rest of the project imports from here."""

from dialogues.models.dialogue import Dialogue, JointHost
from dialogues.models.history import DialogueEvent
from dialogues.models.meeting import Attendance, Meeting, Recommendation, Supervision
from dialogues.models.minutes import Comment, Conclusion, Minutes
from dialogues.models.question import Question

__all__ = [
    "Attendance",
    "Comment",
    "Conclusion",
    "Dialogue",
    "DialogueEvent",
    "JointHost",
    "Meeting",
    "Minutes",
    "Question",
    "Recommendation",
    "Supervision",
]
