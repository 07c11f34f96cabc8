"""What the holder of a question's code is told: what became of it, and of what the chair promised on it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from bodies import tracking
from cases.codes import Kind
from cases.models import Case, Event
from cases.stages import Stage
from cases.steps import local_day
from dialogues.models import Conclusion, Dialogue, Question
from dialogues.stages import LOCKED


def question_of(code: str) -> Question | None:
    """The question with this code. None for every wrong one, at the same cost: one look into one index."""
    found = Question.objects.filter(tracking_hash=tracking.hash_of(code))
    return found.select_related(
        "dialogue__host", "answered_by", "case__body", "case__joined_to__body"
    ).first()


def asked_before(dialogue: Dialogue, question_id: str) -> Question:
    """What the same key of the same caller asked: told its code again."""
    return Question.objects.get(dialogue=dialogue, pk=question_id)


def tell(question: Question, *, today: date) -> dict[str, Any]:
    """In the reader's language, without any person. Conclusions are told once the minutes are signed."""
    case = _followed(question.case)
    conclusions = _promised(question.conclusions.all(), today) if _is_signed(question.dialogue) else []
    return {
        "dialogue": _brief(question.dialogue),
        "number": question.number,
        "text": question.text,
        "asked_at": question.asked_at,
        "state": question.state,
        "state_text": str(question.get_state_display()),
        "answer": question.answer,
        "answered_by": question.answered_by.name if question.answered_by else None,
        "case": _about(case, today) if case else None,
        "conclusions": conclusions,
    }


def promised_at(dialogue: Dialogue, *, today: date) -> list[dict[str, Any]]:
    """The conclusions as everybody may read them once the results are published, with what became of each."""
    return _promised(dialogue.conclusions.all(), today)


def _promised(conclusions: QuerySet[Conclusion], today: date) -> list[dict[str, Any]]:
    """Where each stands and how far it is; what was noted on the way stays inside, for people may be named there."""
    rows = list(conclusions.select_related("case__body"))
    noted = Event.objects.filter(case__in=[row.case_id for row in rows], move="progress")
    told = {
        case_id: {"percent": percent, "on": local_day(at)}
        for case_id, percent, at in noted.order_by("seq").values_list("case", "details__percent", "at")
        if percent is not None
    }
    return [{"text": row.text, "progress": told.get(row.case_id), **_about(row.case, today)} for row in rows]


def _is_signed(dialogue: Dialogue) -> bool:
    return dialogue.stage in LOCKED


def _brief(dialogue: Dialogue) -> dict[str, Any]:
    return {
        "code": dialogue.code,
        "title": dialogue.title,
        "host": dialogue.host.name,
        "starts_at": dialogue.starts_at,
        "stage": dialogue.stage,
    }


def _followed(case: Case | None) -> Case | None:
    """The case that answers it: its own, or the one it was joined to. Never round in circles: only open ones are joined into."""
    while case is not None and case.stage == Stage.JOINED and case.joined_to_id is not None:
        case = Case.objects.select_related("body").get(pk=case.joined_to_id)
    return case


def _about(case: Case, today: date) -> dict[str, Any]:
    """Where a case stands, as far as those outside are told."""
    return {
        "reference": case.reference,
        "kind": str(Kind(case.kind).label),
        "office": case.body.name,
        "stage": str(case.get_stage_display()),
        "result": str(case.get_result_display()) if case.result else "",
        "due_on": case.deciding_due_on or case.due_on,
        "ended_on": case.ended_on,
        "late": case.deciding_due_on is not None and case.deciding_due_on < today,
    }
