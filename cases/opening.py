"""How a case begins: its number, its first clocks, its first line of history. Called by every way in.

feedback opens petitions, dialogues opens conclusions and duties, plans opens reports: all through `open_case`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from bodies import new_rows
from bodies.models import Area, Body, User
from bodies.refusals import BadInput, Refused
from cases import attention
from cases.clock_table import opening_rules
from cases.clocks import ClockSet, matter_of
from cases.codes import Flag, Kind
from cases.effects import checked_flags, instance_of
from cases.history import chain
from cases.law import Law, law_of
from cases.models import Case, Event, Subject
from cases.moves import OPENS_AT
from cases.parts import ActorKind
from cases.steps import Actor, local_day, plain
from cases.writing import opened_announcement


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What is known of a matter when it is opened. No personal data: who brought it is the room's own affair."""

    kind: Kind
    channel: str
    title: str
    received_by: Body
    received_at: datetime
    # Who answers; by default the body that received it, for a denunciation of that body its superior.
    body: Body | None = None
    instance: str = ""
    subject: Subject | None = None
    area: Area | None = None
    content: str = ""
    flags: frozenset[str] = frozenset()
    people_count: int = 1
    against_body: Body | None = None
    addressed_to_party_head: bool = False
    is_repeat: bool = False
    settled_before_count: int = 0
    earlier_settled_by: str = ""
    handler: User | None = None
    appeal_of: Case | None = None
    # A day named by the chair or a plan, and by whom, in place of the rule.
    fixed: tuple[str, date, str] | None = None
    is_imported: bool = False
    # What the first line of history says beside the above: codes and texts, no personal data.
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def open_case(
    new: NewCase,
    *,
    by: Actor,
    recorded_at: datetime,
    co_bodies: list[Body] | None = None,
    first: Sequence[Model] = (),
    also: Callable[[Case], Iterable[Model]] | None = None,
) -> Case:
    """Open a case: number, clocks, history and announcement in one transaction.

    `first`, `also`: the new rows that the room that opens it writes and announces with it, in the same statement. The
    first are of one table and get an id, so that the others can refer to them.

    Raises BadInput for a day in the future or unknown flags, Refused for a body that is closed or must not hold it.
    """
    taken = _take(new.received_by, local_day(new.received_at).year, first)
    case, event, clocks = plan(new, by=by, recorded_at=recorded_at, law=law_of(taken.law_version))
    case.pk, case.reference = taken.case_id, taken.reference
    event.case = case
    chain(case, event)
    rows = [case, event, *clocks.begun(), opened_announcement(case, event)]
    new_rows.write([*first, *rows, *(also(case) if also else ())])
    if co_bodies:
        case.co_bodies.set(co_bodies)
    return case


def plan(new: NewCase, *, by: Actor, recorded_at: datetime, law: Law) -> tuple[Case, Event, ClockSet]:
    """The case, its first line and its first clocks, without a number and unsaved. Raises what `open_case` raises."""
    received_on = local_day(new.received_at)
    body = _holder(new, received_on)
    _check(new, body, received_on, recorded_at)
    case = _row(new, body, received_on)
    clocks = _first_clocks(case, new, received_on, law)
    clocks.settle_columns()
    case.next_attention_at = attention.next_at(case, clocks.clocks, after=recorded_at, calendar=law.calendar)
    return case, _first_event(case, new, by, recorded_at, clocks), clocks


class _Taken(NamedTuple):
    """What the database gives a new case beforehand."""

    case_id: int
    reference: str
    law_version: int


def _take(body: Body, year: int, first: Sequence[Model]) -> _Taken:
    """An id, the next number of the body's book, the law's version and ids for other new rows; see `next_references`."""
    table = first[0]._meta.db_table if first else "cases_case"
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [body.pk, year, 1, table, len(first)])
        pk, last, version, ids = cursor.fetchone()
    for row, given in zip(first, ids, strict=True):
        row.pk = given
    return _Taken(pk, _reference(body, year, last), version)


def next_reference(body: Body, year: int) -> str:
    """The next number of the body's book of that year."""
    return next_references(body, year, 1)[0]


def next_references(body: Body, year: int, count: int) -> list[str]:
    """The next numbers of the body's book of that year. Its row stays locked until the caller commits: no gap, no double."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [body.pk, year, count])
        (last,) = cursor.fetchone()
    return [_reference(body, year, number) for number in range(last - count + 1, last + 1)]


_NUMBER = (
    "INSERT INTO cases_casenumber (body_id, year, last) VALUES (%s, %s, %s) "
    "ON CONFLICT (body_id, year) DO UPDATE SET last = cases_casenumber.last + excluded.last RETURNING last"
)
_TAKEN = f"""
WITH number AS ({_NUMBER})
SELECT nextval(pg_get_serial_sequence('cases_case', 'id')), last, (SELECT version FROM bodies_calendarstate WHERE id = 1),
    ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s))
FROM number
"""  # noqa: S608


def _reference(body: Body, year: int, number: int) -> str:
    return f"{year}-{body.code}-{number:06d}"


def _holder(new: NewCase, on: date) -> Body:
    body = new.body or new.received_by
    if new.kind == Kind.DENUNCIATION and new.against_body is not None and body.pk == new.against_body.pk:
        # Never to the body complained of: its superior settles it.
        if new.body is not None or body.superior is None:
            raise Refused(_("A denunciation never goes to the body it complains of."), field="against_body")
        body = body.superior
    if not body.is_open_on(on):
        raise Refused(_("%(body)s is closed on that day.") % {"body": body.name}, field="received_by")
    return body


def _check(new: NewCase, body: Body, received_on: date, recorded_at: datetime) -> None:
    if new.received_at > recorded_at:
        raise BadInput.of("received_at", _("This lies in the future."))
    if not new.title:
        raise BadInput.of("title", _("This is needed."))
    if new.people_count < 1:
        raise BadInput.of("people_count", _("Give a whole number of at least 1."))


def _row(new: NewCase, body: Body, received_on: date) -> Case:
    flags = set(new.flags)
    if new.area is not None and new.area.remote:
        flags.add(Flag.REMOTE)
    return Case(
        kind=new.kind,
        instance=instance_of(new.kind, new.instance),
        subject=new.subject,
        area=new.area,
        channel=new.channel,
        title=new.title,
        content=new.content,
        received_by=new.received_by,
        body=body,
        handler=new.handler,
        against_body=new.against_body,
        stage=OPENS_AT[new.kind],
        flags=checked_flags(flags),
        people_count=new.people_count,
        addressed_to_party_head=new.addressed_to_party_head,
        is_repeat=new.is_repeat,
        settled_before_count=new.settled_before_count,
        earlier_settled_by=new.earlier_settled_by,
        appeal_of=new.appeal_of,
        is_imported=new.is_imported,
        first_received_on=received_on,
        received_on=received_on,
        received_at=new.received_at,
    )


def _first_clocks(case: Case, new: NewCase, on: date, law: Law) -> ClockSet:
    clocks = ClockSet(case, law, [])
    rules = opening_rules(matter_of(case, law))
    if new.fixed:
        code, day, source = new.fixed
        clocks.start_fixed(code, on, day, source)
        rules = [rule for rule in rules if rule != code]
    clocks.start(rules, on)
    return clocks


def _first_event(case: Case, new: NewCase, by: Actor, recorded_at: datetime, clocks: ClockSet) -> Event:
    details = {
        "kind": case.kind,
        "instance": case.instance,
        "channel": case.channel,
        "received_by": new.received_by.code,
        "body": case.body.code,
        "flags": case.flags,
        "clocks": clocks.told,
        **{name: plain(value) for name, value in new.details.items()},
    }
    return Event(
        move="open",
        from_stage="",
        to_stage=case.stage,
        body_id=case.body_id,
        actor=by.kind,
        by=by.user if by.kind == ActorKind.USER else None,
        at=new.received_at,
        recorded_at=recorded_at,
        details=details,
    )
