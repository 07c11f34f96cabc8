"""What a head promised before witnesses, as a case: of a dialogue, a reception day, a briefing (002 III.4.2).

The body that must act holds it, the body whose head concluded it received it: so its chair alone extends or withdraws
it, and lateness climbs as for any case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bodies.models import Area, Body, Membership, User
from bodies.refusals import BadInput
from bodies.text import tidy
from cases.codes import Kind
from cases.models import Case, Subject
from cases.opening import NewCase, open_case
from cases.steps import Actor, local_day

RULE = "conclusion.act"
_TITLE_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is to be done, by which body, who there, with whom, until when (none: the house rule), shown by what."""

    text: str
    body: Body | None
    person: User | None = None
    co_bodies: Sequence[Body] = ()
    due_on: date | None = None
    proof: str = ""
    subject: Subject | None = None
    area: Area | None = None
    # Where it comes from, for the first line of history: codes and numbers.
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def promise(
    new: Promise, *, host: Body, channel: str, concluded_at: datetime, by: User, recorded_at: datetime
) -> Case:
    """Open the case of one conclusion of the head of `host`. Raises BadInput naming every wrong field."""
    check(new, on=local_day(concluded_at))
    assert new.body is not None  # noqa: S101 - checked
    text = tidy(new.text)
    fixed = (RULE, new.due_on, host.name) if new.due_on else None
    case = NewCase(
        kind=Kind.CONCLUSION,
        channel=channel,
        title=title_of(text),
        content=content_of(text, tidy(new.proof)),
        received_by=host,
        received_at=concluded_at,
        body=new.body,
        handler=new.person,
        subject=new.subject,
        area=new.area,
        fixed=fixed,
        details={**new.details, "co_bodies": [body.code for body in new.co_bodies]},
    )
    return open_case(case, by=Actor.staff(by), recorded_at=recorded_at, co_bodies=list(new.co_bodies))


def check(new: Promise, *, on: date) -> None:
    """Everything that can be said before anything is written; `on` is the local day of the conclusion."""
    errors: dict[str, list[str]] = {}
    if not tidy(new.text):
        errors["text"] = [_("This is needed.")]
    if new.body is None:
        errors["body"] = [_("A conclusion names the body that must act.")]
    elif not new.body.is_open_on(on):
        errors["body"] = [_("%(body)s is closed on that day.") % {"body": new.body.name}]
    elif new.person is not None and not _works_in(new.person, new.body, on):
        errors["person"] = [
            _("%(person)s does not work in %(body)s on that day.")
            % {"person": new.person, "body": new.body.name}
        ]
    if new.body in new.co_bodies:
        errors["co_bodies"] = [_("The body that must act does not also co-ordinate.")]
    if new.due_on is not None and new.due_on < on:
        errors["due_on"] = [_("This lies before the day of the conclusion.")]
    if errors:
        raise BadInput(errors)


def _works_in(person: User, body: Body, on: date) -> bool:
    return Membership.objects.on(on).of(person).filter(body=body).exists()


def title_of(text: str) -> str:
    """The first line, cut between words."""
    line = text.split("\n", 1)[0]
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def content_of(text: str, proof: str) -> str:
    return f"{text}\n\n{_('Proof')}: {proof}" if proof else text


def promised_on_the_day(cases: Sequence[Case], *, as_of: date) -> dict[int, tuple[str, date | None]]:
    """Which body was to act and until when, as it was written down when each case was opened: the body's name, the day."""
    pks = [case.pk for case in cases]
    opened = Case.objects.filter(pk__in=pks, events__seq=1)
    holders: dict[int, int] = dict(opened.values_list("pk", "events__body"))
    bodies = Body.objects.prefetch_related("former_names").in_bulk(holders.values())
    deciding = Case.objects.filter(pk__in=pks, clocks__is_deciding=True).order_by("-clocks__pk")
    days: dict[int, date | None] = dict(deciding.values_list("pk", "clocks__original_due_on"))
    return {pk: (bodies[holders[pk]].name_on(as_of), days.get(pk)) for pk in pks}
