"""What becomes of a question, from one form: answered in the room, taken away as a case, or set aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bodies.models import User
from bodies.refusals import BadInput
from dialogues import questions
from dialogues.codes import QuestionState
from dialogues.models import Question
from dialogues.questions import Away

_AWAY = ("kind", "body", "title", "subject", "area", "into", "is_other")
_TAKES = {
    QuestionState.ANSWERED: {"text", "answered_by"},
    QuestionState.TAKEN_AWAY: set(_AWAY),
    QuestionState.SET_ASIDE: {"text"},
}


def settle(question: Question, asked: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Raises BadInput for a field that is missing or belongs to another outcome, and what the rules raise."""
    outcome = QuestionState(asked["outcome"])
    given = {
        name: value for name, value in asked.items() if name != "outcome" and value not in (None, "", False)
    }
    stray = sorted(set(given) - _TAKES[outcome])
    if stray:
        raise BadInput({name: [_("This outcome does not take the field.")] for name in stray})
    if outcome == QuestionState.TAKEN_AWAY:
        questions.take_away(question, Away(**given), by=by, at=at)
        return
    if outcome == QuestionState.SET_ASIDE:
        questions.set_aside(question, given.get("text", ""), by=by, at=at)
        return
    if "answered_by" not in given:
        raise BadInput.of("answered_by", _("This is needed."))
    questions.answer(question, given.get("text", ""), answered_by=given["answered_by"], by=by, at=at)
