"""The minutes: drafted, opened to those present, signed. Once signed neither they nor the conclusions change."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bodies.models import User
from bodies.refusals import BadInput
from bodies.scopes import standing_of
from bodies.text import tidy
from cases.steps import Document, local_day
from dialogues import duties
from dialogues.codes import QuestionState
from dialogues.models import Comment, Dialogue, Minutes
from dialogues.permissions import parts_of
from dialogues.stages import Stage
from dialogues.steps import Step, refuse_if

TEXT_LENGTH, COMMENT_LENGTH = 200_000, 10_000


def draft(step: Step) -> None:
    """A new draft replaces the last; the history keeps the hash of each."""
    text = _text(step.fact("text"), TEXT_LENGTH)
    minutes = Minutes.objects.filter(dialogue=step.dialogue).first()
    if minutes is None:
        minutes = Minutes(dialogue=step.dialogue, draft=0)
    minutes.text, minutes.draft = text, minutes.draft + 1
    minutes.drafted_by, minutes.drafted_at = step.by, step.recorded_at
    minutes.save()
    step.write(draft=minutes.draft, text=hash_of(text))


def open_comments(step: Step) -> None:
    step.write(draft=step.dialogue.minutes.draft)


def sign(step: Step) -> None:
    """Locks. Refused while a question is neither answered nor taken away, and without conclusions unless the chair says so."""
    dialogue = step.dialogue
    says_none = step.get("no_conclusions", False) is True
    concluded = dialogue.conclusions.count()
    refuse_if(
        not concluded and not says_none,
        _("There are no conclusions: write them down, or state that there are none."),
        field="no_conclusions",
    )
    if concluded and says_none:
        raise BadInput.of("no_conclusions", _("There are conclusions: they cannot be stated to be none."))
    _refuse_open_questions(dialogue)
    document = step.document
    if not isinstance(document, Document):
        raise BadInput.of("document", _("This is needed."))
    if dialogue.held_on is not None and document.date < dialogue.held_on:
        raise BadInput.of("document", _("This lies before the day on which it was held."))
    minutes = dialogue.minutes
    minutes.has_no_conclusions, minutes.document = says_none, document.as_json()
    minutes.locked_at = step.recorded_at
    minutes.save(update_fields=["has_no_conclusions", "document", "locked_at"])
    dialogue.signed_on = document.date
    duties.signed(step, step.fact("files"))
    step.write(
        draft=minutes.draft,
        text=hash_of(minutes.text),
        conclusions=list(dialogue.conclusions.values_list("case__reference", flat=True)),
        document=document,
    )


def _refuse_open_questions(dialogue: Dialogue) -> None:
    waiting = dialogue.questions.filter(state=QuestionState.OPEN)
    numbers = list(waiting.order_by("number").values_list("number", flat=True)[:10])
    refuse_if(
        bool(numbers),
        _("These questions are neither answered nor taken away: %(numbers)s.")
        % {"numbers": ", ".join(map(str, numbers))},
        field="questions",
    )


@transaction.atomic
def comment(dialogue: Dialogue, text: str, *, spoken_for: str = "", by: User, at: datetime) -> Comment:
    """What one of those present says of the draft, while it is open for comments. The host's people take it down."""
    row = Dialogue.objects.select_for_update().select_related("host__area").get(pk=dialogue.pk)
    refuse_if(row.stage != Stage.OPEN_FOR_COMMENTS, _("The minutes are not open for comments."))
    refuse_if(
        not parts_of(standing_of(by, local_day(at)), row) and not _joined(row, by, at),
        _("Only those who hosted it or watch the area comment on the minutes."),
    )
    return Comment.objects.create(
        dialogue=row,
        draft=row.minutes.draft,
        spoken_for=tidy(spoken_for)[:200],
        text=_text(text, COMMENT_LENGTH),
        by=by,
        at=at,
    )


def _joined(dialogue: Dialogue, by: User, at: datetime) -> bool:
    mine = standing_of(by, local_day(at)).bodies()
    return dialogue.joint_hosts.filter(body__in=mine).exists()


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: str, most: int) -> str:
    text = tidy(value)
    if not text:
        raise BadInput.of("text", _("This is needed."))
    if len(text) > most:
        raise BadInput.of("text", _("At most %(limit)d characters.") % {"limit": most})
    return text


MINUTES_EFFECTS = {"draft_minutes": draft, "open_comments": open_comments, "sign": sign}
