"""The tables of THE MATTER. One module for each idea; the rest of the project imports from here."""

from cases.models.case import Case, CaseNumber
from cases.models.clock import Clock
from cases.models.draft import Draft
from cases.models.escalation import Escalation, Notice
from cases.models.event import DailyHead, Event
from cases.models.figure import CaseFact, FigureCell, FigureCheck, Recount
from cases.models.file import CaseFile
from cases.models.follow import Follow
from cases.models.saved_view import SavedView
from cases.models.subject import Subject
from cases.models.time_limit import TimeLimit

__all__ = [
    "Case",
    "CaseFact",
    "CaseFile",
    "CaseNumber",
    "Clock",
    "DailyHead",
    "Draft",
    "Escalation",
    "Event",
    "FigureCell",
    "FigureCheck",
    "Follow",
    "Notice",
    "Recount",
    "SavedView",
    "Subject",
    "TimeLimit",
]
