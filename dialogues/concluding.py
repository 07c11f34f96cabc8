"""The conclusions of the chair: each becomes a case of the body that must act, before the minutes are locked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bodies.models import User
from bodies.refusals import BadInput
from bodies.scopes import standing_of
from bodies.text import tidy
from cases.codes import Channel
from cases.conclusions import Promise, promise
from cases.steps import local_day
from dialogues import history
from dialogues.models import Conclusion, Dialogue, DialogueEvent, Question
from dialogues.moves import Part
from dialogues.permissions import parts_of
from dialogues.stages import UNLOCKED
from dialogues.steps import refuse_if
from dialogues.workflow import lock

TEXT_LENGTH = 20_000


@transaction.atomic
def conclude(
    dialogue: Dialogue, new: Promise, *, questions: Sequence[Question] = (), by: User, at: datetime
) -> Conclusion:
    """Write one conclusion down and open its case. Raises Refused before it was held and after the lock, BadInput.

    `questions` are those it answers: who asked them follows the conclusion with the code of the question.
    """
    row = lock(dialogue)
    parts = parts_of(standing_of(by, local_day(at)), row)
    refuse_if(
        parts.isdisjoint({Part.HEAD, Part.DESK}), _("Only the host writes the chair's conclusions down.")
    )
    refuse_if(row.stage not in UNLOCKED, _("Conclusions are written between the dialogue and the signature."))
    if any(question.dialogue_id != row.pk for question in questions):
        raise BadInput.of("questions", _("This was not asked at this dialogue."))
    text = tidy(new.text)
    if len(text) > TEXT_LENGTH:
        raise BadInput.of("text", _("At most %(limit)d characters.") % {"limit": TEXT_LENGTH})
    assert row.starts_at is not None  # noqa: S101 - it was held
    position = row.conclusions.count() + 1
    case = promise(
        _with_origin(new, row, position),
        host=row.host,
        channel=Channel.DIALOGUE,
        concluded_at=row.starts_at,
        by=by,
        recorded_at=at,
    )
    made = Conclusion.objects.create(
        dialogue=row, position=position, text=text, proof=tidy(new.proof)[:500], case=case
    )
    made.questions.set(questions)
    numbers = [question.number for question in questions]
    _write(row, by, at, {"conclusion": position, "case": case.reference, "questions": numbers})
    return made


def no_such_question(number: int) -> str:
    return _("There is no question %(number)d at this dialogue.") % {"number": number}


def _with_origin(new: Promise, row: Dialogue, position: int) -> Promise:
    """Of the field and the area of the dialogue unless others were named; told where it comes from."""
    return Promise(
        text=new.text,
        body=new.body,
        person=new.person,
        co_bodies=new.co_bodies,
        due_on=new.due_on,
        proof=new.proof,
        subject=new.subject or row.subject,
        area=new.area or row.area,
        details={**new.details, "dialogue": row.code, "conclusion": position},
    )


def _write(row: Dialogue, by: User, at: datetime, details: dict[str, object]) -> None:
    event = DialogueEvent(
        move="conclude",
        from_stage=row.stage,
        to_stage=row.stage,
        by=by,
        at=at,
        recorded_at=at,
        details=details,
    )
    history.add(row, event, {"case": details["case"]})
    row.save(update_fields=history.CHAINED)
