"""What follows when something is announced: the figures it may change are noted, and recounted soon (plans.recounts)."""

from datetime import datetime

from bodies import outbox
from bodies.models import Announcement
from plans import recounts, touching
from plans.words import STRUCTURE, Source

_SOURCES = {
    "reception.recorded": Source.RECEPTION,
    "dialogue.moved": Source.DIALOGUE,
    "meeting.recorded": Source.MEETING,
    "meeting.struck": Source.MEETING,
    "attendance.recorded": Source.MEETING,
    "attendance.struck": Source.MEETING,
    "supervision.recorded": Source.SUPERVISION,
    "supervision.struck": Source.SUPERVISION,
    "structure.changed": STRUCTURE,
}


@outbox.listens_to("case.opened", "case.moved", many=True)
def note_cases(rows: list[Announcement], now: datetime) -> None:
    recounts.note(touching.by_cases(rows))


@outbox.listens_to(*_SOURCES, many=True)
def note_others(rows: list[Announcement], now: datetime) -> None:
    for topic in {row.topic for row in rows}:
        told = [row for row in rows if row.topic == topic]
        recounts.note(touching.by_name(told, str(_SOURCES[topic])))
