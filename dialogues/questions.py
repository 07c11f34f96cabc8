"""Questions: collected before a dialogue or raised in it, answered in the room or taken away as a case."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bodies import identities, outbox, tracking
from bodies.identity_facts import BadIdentity, Identity
from bodies.models import Area, Body, Person, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import Standing, standing_of
from bodies.text import tidy
from cases import workflow as case_workflow
from cases.codes import PETITIONS, Channel, Kind
from cases.conclusions import title_of
from cases.models import Case, Subject
from cases.opening import NewCase, open_case
from cases.same_matter import open_same
from cases.steps import Actor, local_day
from dialogues import history
from dialogues.codes import Brought, QuestionState
from dialogues.models import Dialogue, DialogueEvent, Question
from dialogues.moves import Part
from dialogues.permissions import parts_of
from dialogues.stages import AHEAD, UNLOCKED, Stage
from dialogues.steps import refuse_if
from dialogues.workflow import lock

TEXT_LENGTH = 10_000
MOST_QUESTIONS = 2000
# A denunciation is not taken before others; the desk receives it.
KINDS = frozenset(PETITIONS - {Kind.DENUNCIATION})


@dataclass(frozen=True, kw_only=True, repr=False)
class NewQuestion:
    """A question as it came; never printed. Nobody named: it was asked without a name."""

    text: str
    brought: Brought
    subject: Subject | None = None
    asker: Identity | None = None
    collected_by: Body | None = None


@dataclass(frozen=True, kw_only=True)
class Away:
    """How a question is taken away: as which kind of case, by whom to be answered; or joined `into` one that is open.

    `is_other`: somebody looked at the like one and says that this is another matter.
    """

    kind: Kind = Kind.RECOMMENDATION
    body: Body | None = None
    title: str = ""
    subject: Subject | None = None
    area: Area | None = None
    into: Case | None = None
    is_other: bool = False


# --- Asking ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    dialogue: Dialogue, new: NewQuestion, *, by: User | None, at: datetime, question_id: UUID | None = None
) -> Question:
    """Take one question down, its asker sealed. `by` None: a resident, through the portal.

    Raises BadInput naming every wrong field; Refused when it is too early or too late.
    """
    row = lock(dialogue)
    _check_time(row, new, at)
    if by is not None:
        _check_desk(row, new, standing_of(by, local_day(at)))
    text = _text(new.text)
    asker = _sealed(new.asker, at)
    numbers = row.questions.aggregate(last=Max("number"))
    number = (numbers["last"] or 0) + 1
    refuse_if(number > MOST_QUESTIONS, _("No more questions are taken for this dialogue."))
    pk = question_id or uuid4()
    question = Question.objects.create(
        id=pk,
        dialogue=row,
        number=number,
        text=text,
        subject=new.subject,
        brought=new.brought,
        asker=asker,
        tracking_hash=tracking.hash_of(tracking.code_of(pk)),
        collected_by=new.collected_by,
        recorded_by=by,
        asked_at=at,
    )
    facts = {"number": number, "brought": new.brought, "kind": row.kind}
    outbox.announce("question.asked", row.code, body=row.host, day=local_day(at), facts=facts, at=at)
    return question


def takes_from_outside(row: Dialogue, at: datetime) -> bool:
    """Whether residents may ask through the portal: from the announcement until it begins."""
    return row.stage == Stage.ANNOUNCED and row.starts_at is not None and at < row.starts_at


def _check_time(row: Dialogue, new: NewQuestion, at: datetime) -> None:
    began = row.starts_at is not None and at >= row.starts_at
    if new.brought == Brought.IN_ROOM:
        refuse_if(
            row.stage not in UNLOCKED and not (row.stage == Stage.ANNOUNCED and began),
            _("It has not begun, or its minutes are signed."),
        )
    elif new.brought == Brought.PUBLIC:
        refuse_if(
            not takes_from_outside(row, at),
            _("Questions are taken from the announcement until it begins."),
        )
    else:
        refuse_if(
            row.stage not in AHEAD | {Stage.POSTPONED} | UNLOCKED,
            _("Questions are taken until the minutes are signed."),
        )


def _check_desk(row: Dialogue, new: NewQuestion, standing: Standing) -> None:
    parts = parts_of(standing, row)
    refuse_if(not parts, _("You take no questions down for this dialogue."))
    if new.brought == Brought.PUBLIC:
        raise BadInput.of("brought", _("Staff write down what they collected or heard in the room."))
    if new.collected_by is not None and new.collected_by.pk not in standing.bodies():
        raise BadInput.of("collected_by", _("You do not work in %(body)s.") % {"body": new.collected_by.name})


def _sealed(identity: Identity | None, at: datetime) -> Person | None:
    if identity is None or identity == Identity():
        return None
    try:
        return identities.seal(identity, at=at)
    except BadIdentity as bad:
        raise BadInput({f"asker.{name}": told for name, told in bad.errors.items()}) from None


def _text(value: str) -> str:
    text = tidy(value)
    if not any(sign.isalnum() for sign in text):
        raise BadInput.of("text", _("Say what you ask."))
    if len(text) > TEXT_LENGTH:
        raise BadInput.of("text", _("At most %(limit)d characters.") % {"limit": TEXT_LENGTH})
    return text


# --- What becomes of it ---------------------------------------------------------------------------------------------


@transaction.atomic
def answer(question: Question, text: str, *, answered_by: Body, by: User, at: datetime) -> Question:
    """It was answered in the room, in these words, by a body that was there."""
    row, found = _open_one(question, by, at, UNLOCKED)
    found.answer, found.answered_by = _text(text), answered_by
    return _settle(row, found, QuestionState.ANSWERED, by, at, {"answered_by": answered_by.code})


@transaction.atomic
def set_aside(question: Question, reason: str, *, by: User, at: datetime) -> Question:
    """Not taken up, for a reason that whoever asked may read."""
    row, found = _open_one(question, by, at, AHEAD | {Stage.POSTPONED} | UNLOCKED)
    if not tidy(reason):
        raise BadInput.of("reason", _("This is needed."))
    found.answer = _text(reason)
    return _settle(row, found, QuestionState.SET_ASIDE, by, at, {})


@transaction.atomic
def take_away(question: Question, away: Away, *, by: User, at: datetime) -> Case:
    """Not answered in the room: a case of the body named, with its limits, counted from the day of the dialogue.

    The same matter already open is joined. Raises Refused naming a like one that is open, unless it is named in `into`
    or said to be another matter.
    """
    row, found = _open_one(question, by, at, UNLOCKED)
    _check_away(away)
    body = away.body or (away.into.body if away.into else None)
    if body is None:
        raise BadInput.of("body", _("Name the body that must answer."))
    title, area = tidy(away.title) or title_of(found.text), away.area or row.area
    if away.into is None and not away.is_other:
        like = open_same(
            title, found.text, standing_of(by, local_day(at)), area=area, body=body, today=local_day(at)
        )
        refuse_if(
            like is not None,
            _("%(reference)s looks like the same matter and is open: join it, or say that this is another.")
            % {"reference": like.reference if like else ""},
            field="into",
        )
    found.case = _opened(row, found, away, title, body, area, by, at)
    details = {"case": found.case.reference, "into": away.into.reference if away.into else ""}
    _settle(row, found, QuestionState.TAKEN_AWAY, by, at, details)
    return found.case


def _check_away(away: Away) -> None:
    if away.kind not in KINDS:
        raise BadInput.of("kind", _("A denunciation is received at the desk, not before others."))
    if len(away.title) > 300:
        raise BadInput.of("title", _("At most %(limit)d characters.") % {"limit": 300})


def _opened(
    row: Dialogue, question: Question, away: Away, title: str, body: Body, area: Area, by: User, at: datetime
) -> Case:
    assert row.starts_at is not None  # noqa: S101 - it was held
    new = NewCase(
        kind=away.kind,
        channel=Channel.DIALOGUE,
        title=title,
        content=question.text,
        received_by=row.host,
        received_at=row.starts_at,
        body=body,
        subject=away.subject or question.subject or row.subject,
        area=area,
        details={"dialogue": row.code, "question": question.number},
    )
    actor = Actor.staff(by)
    case = open_case(new, by=actor, recorded_at=at)
    if away.into is not None:
        case_workflow.move(case, "join", by=actor, recorded_at=at, facts={"into": away.into})
        case.refresh_from_db()
    return case


def _open_one(
    question: Question, by: User, at: datetime, stages: frozenset[Stage]
) -> tuple[Dialogue, Question]:
    """The dialogue, locked, and the question as it stands: waiting, at a stage that allows it, for one of the host."""
    row = lock(question.dialogue)
    parts = parts_of(standing_of(by, local_day(at)), row)
    refuse_if(
        parts.isdisjoint({Part.HEAD, Part.DESK}), _("Only the host decides what becomes of a question.")
    )
    refuse_if(
        row.stage not in stages,
        _("A dialogue at the stage “%(stage)s” cannot do this.") % {"stage": row.get_stage_display()},
    )
    found = Question.objects.select_related("subject").get(pk=question.pk)
    if found.state != QuestionState.OPEN:
        raise Refused(_("The question is settled already: %(state)s.") % {"state": found.get_state_display()})
    return row, found


def _settle(
    row: Dialogue, question: Question, state: QuestionState, by: User, at: datetime, details: dict[str, str]
) -> Question:
    question.state, question.settled_at = state, at
    question.save(update_fields=["state", "settled_at", "answer", "answered_by", "case"])
    event = DialogueEvent(
        move=f"question_{state}",
        from_stage=row.stage,
        to_stage=row.stage,
        by=by,
        at=at,
        recorded_at=at,
        details={"question": question.number, **details},
    )
    history.add(row, event, {"question": question.number})
    row.save(update_fields=history.CHAINED)
    return question
