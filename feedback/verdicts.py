"""The citizen's verdict on an answer, and the decision on reopening that a bad one asks for. A person decides it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bodies.models import User
from bodies.outbox import announce
from bodies.refusals import BadInput, Refused
from bodies.text import tidy
from cases import workflow
from cases.models import Case, Event
from cases.moves import MOVES
from cases.permissions import parts_of
from cases.stages import Stage
from cases.steps import Actor, local_day
from feedback.following import followed
from feedback.models import Petition, Verdict

# A score this low, this soon after the answer (calendar days, both ends counted in), asks for reopening.
BAD = 2
REOPENS_WITHIN = timedelta(days=10)
COMMENT_LENGTH = 5000
_RATED = frozenset({Stage.ANSWERED, Stage.CLOSED})


def answer_of(case: Case) -> Event | None:
    """The line of history with the answer that stands now; None while the case has none, or was reopened."""
    if case.stage not in _RATED:
        return None
    return case.events.filter(move="answer").order_by("-seq").first()


def asks_reopening(score: int, answer: Event, at: datetime) -> bool:
    """The days run from when the answer could be seen, not from the date on the paper."""
    return score <= BAD and local_day(at) - local_day(answer.recorded_at) <= REOPENS_WITHIN


@transaction.atomic
def give(petition: Petition, *, score: int, comment: str = "", at: datetime) -> Verdict:
    """Rate the answer, once. Raises BadInput for a score outside 1 to 5, Refused without an answer or a second time."""
    if not 1 <= score <= 5:
        raise BadInput.of("score", _("Choose a score from 1 to 5."))
    comment = tidy(comment)
    if len(comment) > COMMENT_LENGTH:
        raise BadInput.of("comment", _("At most %(limit)d characters.") % {"limit": COMMENT_LENGTH})
    # One code, one verdict at a time.
    petition = Petition.objects.select_for_update(of=("self",)).select_related("case").get(pk=petition.pk)
    case = followed(petition)
    answer = answer_of(case)
    if answer is None:
        raise Refused(_("There is no answer to rate yet."))
    if petition.verdicts.filter(case=case, answer_seq=answer.seq).exists():
        raise Refused(_("You have rated this answer already."))
    asks = asks_reopening(score, answer, at)
    verdict = Verdict.objects.create(
        petition=petition,
        case=case,
        answer_seq=answer.seq,
        score=score,
        comment=comment,
        given_at=at,
        reopening=Verdict.Reopening.WAITING if asks else "",
    )
    announce(
        "verdict.given",
        case.reference,
        body=case.body,
        day=local_day(at),
        facts={"verdict": verdict.pk, "score": score, "asks_reopening": asks, "kind": case.kind},
        at=at,
    )
    return verdict


def may_decide(user: User, case: Case, *, at: datetime) -> bool:
    """Those who may reopen the case: the head of the body that holds it, or its superior."""
    return MOVES["reopen"].may(parts_of(Actor.staff(user), case, on=local_day(at)), case.kind)


@transaction.atomic
def decide(
    verdict: Verdict, *, by: User, reopen: bool, reason: str, at: datetime, version: int | None = None
) -> Verdict:
    """Reopen the case, or tell the citizen why not. Raises Refused unless it waits and is this person's to decide."""
    reason = tidy(reason)
    if not reason:
        raise BadInput.of("reason", _("Give the reason: the citizen is told."))
    if len(reason) > COMMENT_LENGTH:
        raise BadInput.of("reason", _("At most %(limit)d characters.") % {"limit": COMMENT_LENGTH})
    row = Verdict.objects.select_for_update(of=("self",)).get(pk=verdict.pk)
    case = Case.objects.select_related("body__area").get(pk=row.case_id)
    if not may_decide(by, case, at=at):
        raise Refused(
            _("The head of the office that answered, or the office above, decides about reopening.")
        )
    if row.reopening != Verdict.Reopening.WAITING:
        raise Refused(_("This was decided already, or reopening was not asked for."))
    if reopen:
        workflow.move(
            case, "reopen", by=Actor.staff(by), recorded_at=at, reason=_quoted(reason), version=version
        )
    row.reopening = Verdict.Reopening.GRANTED if reopen else Verdict.Reopening.REFUSED
    row.decided_by, row.decided_at, row.reason = by, at, reason
    row.save(update_fields=["reopening", "decided_by", "decided_at", "reason"])
    announce(
        "verdict.decided",
        case.reference,
        body=case.body,
        day=local_day(at),
        facts={"verdict": row.pk, "reopened": reopen},
        at=at,
    )
    return row


def _quoted(reason: str) -> str:
    return _("At the citizen's request: %(reason)s") % {"reason": reason}
