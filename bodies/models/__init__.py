"""The tables of WHO. One module for each idea; the rest of the project imports from here."""

from bodies.models.area import Area
from bodies.models.body import Body, BodyName, Post, ReceptionMinimum, StructureAct
from bodies.models.calendar import CalendarDay, CalendarState
from bodies.models.identity import FormerIdentity, IdentityRead, Person, Reveal
from bodies.models.outbox import Announcement, Delivery, Message
from bodies.models.people import Membership, Role, User
from bodies.models.work import Job, Submission, TaskRun, TryCount

__all__ = [
    "Announcement",
    "Area",
    "Body",
    "BodyName",
    "CalendarDay",
    "CalendarState",
    "Delivery",
    "FormerIdentity",
    "IdentityRead",
    "Job",
    "Membership",
    "Message",
    "Person",
    "Post",
    "ReceptionMinimum",
    "Reveal",
    "Role",
    "StructureAct",
    "Submission",
    "TaskRun",
    "TryCount",
    "User",
]
