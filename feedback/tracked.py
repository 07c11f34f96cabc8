"""What a tracking code opens: the matter's rows are read here, and told by feedback.timeline."""

from dataclasses import asdict
from datetime import date
from typing import Any

from cases.law import current_law
from cases.models import Case
from cases.steps import local_day
from feedback import timeline, verdicts, words
from feedback.following import followed
from feedback.models import Petition
from feedback.timeline import Matter


def tell(petition: Petition, *, today: date) -> dict[str, Any]:
    """Everything the citizen is told, in their language. Nothing of the history itself, and no person."""
    case = followed(petition)
    matter = Matter(
        case=case,
        events=list(case.events.order_by("seq")),
        clocks=list(case.clocks.all()),
        law=current_law(),
        today=today,
    )
    text, by = timeline.next_step(matter)
    due, answer = timeline.due_day(matter), timeline.answer_of(matter)
    return {
        "code": petition.code,
        "kind": str(case.get_kind_display()),
        "received_on": local_day(petition.received_at),
        "office": case.body.name,
        "followed": case.reference if case.pk != petition.case_id else None,
        "withdrawn_on": local_day(petition.withdrawn_at) if petition.withdrawn_at else None,
        "steps": [asdict(step) for step in timeline.steps_of(matter)],
        "next": {"text": text, "by": by, "office": case.body.name if text else ""},
        "to_do": timeline.to_do(matter),
        "due": asdict(due) if due else None,
        "late": bool(due and due.due_on and due.due_on < today),
        "why_longer": timeline.why_longer(matter),
        "answer": asdict(answer) if answer else None,
        "can_add": words.takes(petition, case, "supplement"),
        "can_withdraw": words.takes(petition, case, "withdraw"),
        "rating": _rating(petition, case, matter),
    }


def _rating(petition: Petition, case: Case, matter: Matter) -> dict[str, Any]:
    answer = verdicts.answer_of(case)
    given = (
        petition.verdicts.filter(case=case).order_by("-answer_seq").first() if matter.last("answer") else None
    )
    is_of_this_answer = given is not None and answer is not None and given.answer_seq == answer.seq
    return {
        "can_rate": answer is not None and not is_of_this_answer,
        "score": given.score if given and (is_of_this_answer or answer is None) else None,
        "reopening": str(given.get_reopening_display()) if given else "",
        "reason": given.reason if given else "",
    }
