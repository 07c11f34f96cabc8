"""Writing down sessions of supervision and social criticism, and opening their recommendations as cases with a reply clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies import outbox
from bodies.kinds import Family
from bodies.models import Body, Role, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from bodies.text import tidy
from cases.codes import Channel, Kind
from cases.conclusions import Promise, check, content_of, title_of
from cases.models import Case
from cases.opening import NewCase, open_case
from cases.steps import Actor, local_day
from dialogues.keeping import STRUCK, check_day, check_keeper, check_not_struck, check_words, strike
from dialogues.models import Recommendation, Supervision

RULE = "supervision.reply"


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """What is recommended to which body; `sent_on`: the local day from which its reply is counted (none: today).

    `about`: the case that was looked at; `figures`: the question of the figure that was looked at.
    """

    what: Promise
    sent_on: date | None = None
    about: Case | None = None
    figures: str = ""


@transaction.atomic
def record(
    session: Supervision,
    *,
    partners: Sequence[Body] = (),
    about: Sequence[Body] = (),
    by: User,
    at: datetime,
) -> Supervision:
    """Write a session down. Raises BadInput naming the field, Refused for somebody who does not keep this log."""
    today = local_day(at)
    check_keeper([session.chair, *partners], by, on=today, field="chair")
    check_day(session.day, today=today, bodies={"chair": session.chair})
    _check_who(session.chair, partners)
    session.title = check_words(session.title, field="title")
    session.findings = tidy(session.findings)
    session.recorded_by, session.recorded_at = by, at
    session.save(force_insert=True)
    session.partners.set(partners)
    session.about.set(about)
    _announce("supervision.recorded", session, partners, at)
    return session


@transaction.atomic
def strike_out(session: Supervision, *, reason: str, by: User, at: datetime) -> Supervision:
    """Entered by mistake: it counts no more. Its recommendations stay, as cases. Raises BadInput, Refused."""
    session = Supervision.objects.select_for_update(of=("self",)).get(pk=session.pk)
    check_keeper([session.chair], by, on=local_day(at), field="chair")
    strike(session, reason=reason, by=by, at=at)
    session.save(update_fields=STRUCK)
    _announce("supervision.struck", session, list(session.partners.all()), at)
    return session


@transaction.atomic
def recommend(session: Supervision, new: Recommended, *, by: User, at: datetime) -> Case:
    """One recommendation, as a case of the body that must reply, received by the chair: lateness climbs as for any case.

    Raises BadInput naming every wrong field, Refused.
    """
    session = Supervision.objects.select_for_update(of=("self",)).get(pk=session.pk)
    today = local_day(at)
    check_keeper([session.chair], by, on=today, field="chair")
    check_not_struck(session)
    sent_on = new.sent_on or today
    if not session.day <= sent_on <= today:
        raise BadInput.of("sent_on", _("This lies between the day of the session and today."))
    case = _opened(new, session.chair, session, sent_on=sent_on, by=by, at=at)
    last = session.recommendations.aggregate(last=Max("position"))["last"] or 0
    _keep(new, case, supervision=session, position=last + 1)
    return case


@transaction.atomic
def recommend_alone(new: Recommended, *, chair: Body, by: User, at: datetime) -> Case:
    """A recommendation of those who watch an area, from what they saw in figures or in a case, without a session.

    Raises BadInput naming every wrong field, Refused for somebody who does not watch for `chair`.
    """
    today = local_day(at)
    standing = standing_of(by, today)
    if chair.pk not in standing.bodies(Role.MONITOR):
        raise Refused(_("You do not watch for this body."), field="chair")
    body = new.what.body
    if body and not any(body.area.path.startswith(path) for path in standing.areas(Role.MONITOR)):
        raise BadInput.of("body", _("This body lies outside the area that you watch."))
    if new.about and body != new.about.body:
        raise BadInput.of("body", _("A recommendation about a case goes to the body that holds it."))
    case = _opened(new, chair, None, sent_on=today, by=by, at=at)
    _keep(new, case, supervision=None, position=1)
    return case


def _keep(new: Recommended, case: Case, *, supervision: Supervision | None, position: int) -> None:
    Recommendation.objects.create(
        supervision=supervision,
        position=position,
        text=tidy(new.what.text),
        proof=tidy(new.what.proof),
        case=case,
        about=new.about,
        figures=new.figures,
    )


def _opened(
    new: Recommended, chair: Body, session: Supervision | None, *, sent_on: date, by: User, at: datetime
) -> Case:
    """The case of the body that must reply, received by the chair."""
    what, is_today = new.what, sent_on == local_day(at)
    check(what, on=sent_on)
    text = tidy(what.text)
    details: dict[str, Any] = {"co_bodies": [body.code for body in what.co_bodies]}
    if session is not None:
        details["supervision"] = session.pk
    case = NewCase(
        kind=Kind.SUPERVISION,
        channel=Channel.FRONT if chair.family == Family.FRONT else Channel.LETTER,
        title=title_of(text),
        content=content_of(text, tidy(what.proof)),
        received_by=chair,
        received_at=at if is_today else timezone.make_aware(datetime.combine(sent_on, time.min)),
        body=what.body,
        handler=what.person,
        subject=what.subject or (session.subject if session else None),
        area=what.area,
        fixed=(RULE, what.due_on, chair.name) if what.due_on else None,
        details=details,
    )
    return open_case(case, by=Actor.staff(by), recorded_at=at, co_bodies=list(what.co_bodies))


def _check_who(chair: Body, partners: Sequence[Body]) -> None:
    if chair.family != Family.FRONT:
        raise BadInput.of("chair", _("The front or an organisation chairs a supervision session."))
    if chair in partners:
        raise BadInput.of("partners", _("The chair is not also a partner."))


def _announce(topic: str, session: Supervision, partners: Sequence[Body], at: datetime) -> None:
    facts = {"kind": session.kind, "partners": [body.code for body in partners]}
    outbox.announce(topic, str(session.pk), body=session.chair, day=session.day, facts=facts, at=at)
