"""Change who there is: merge and dissolve bodies, give them new names, end areas.

One act is one transaction and one StructureAct row. What other rooms must move (open cases, future dialogues, plans' duties)
they find by state: a closed body and its successor. The act is announced as `structure.changed`, so that they may look at once.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.handover import hand_over_memberships, hand_over_posts
from bodies.models import Area, Body, BodyName, StructureAct, User
from bodies.outbox import announce
from bodies.refusals import Refused
from bodies.text import tidy

_ONE_DAY = timedelta(days=1)
_LOCK = 4_210_001


def one_at_a_time() -> None:
    """Let changes of the structure wait for each other until the transaction ends: they are rare and touch whole trees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def merge(
    bodies: Iterable[Body], into: Body, *, on: date, document: str, by: User | None, at: datetime
) -> StructureAct:
    """End these bodies on the day before `on`; `into` takes over from that day.

    Memberships and posts go with them where `into` is of the same kind and level; who heads it, if several could, is left
    to be named. Raises Refused.
    """
    act = _begin(StructureAct.Kind.MERGE, on=on, document=document, by=by, at=at, into=into)
    closing = _locked(bodies, on=on)
    _close(act, closing)
    _announce(act, closing)
    return act


@transaction.atomic
def dissolve(
    bodies: Iterable[Body],
    *,
    on: date,
    document: str,
    by: User | None,
    at: datetime,
    into: Body | None = None,
) -> StructureAct:
    """End these bodies on the day before `on`. `into`, if given, takes over their matters, but nobody's post or role.

    Subordinates that go on answer to `into`, else to the next superior above. Raises Refused.
    """
    act = _begin(StructureAct.Kind.DISSOLVE, on=on, document=document, by=by, at=at, into=into)
    closing = _locked(bodies, on=on)
    _close(act, closing)
    _announce(act, closing)
    return act


@transaction.atomic
def rename(body: Body, name: str, *, on: date, document: str, by: User | None, at: datetime) -> StructureAct:
    """Give a body a new name from a day on; before that day reports show the old one. Raises Refused."""
    act = _begin(StructureAct.Kind.RENAME, on=on, document=document, by=by, at=at)
    body = Body.objects.select_for_update().get(pk=body.pk)
    name, last_day = tidy(name), on - _ONE_DAY
    if not name or name == body.name:
        raise Refused(_("A new name must differ from the present one."), field="name")
    if not body.is_open_on(last_day) or not body.is_open_on(on):
        raise Refused(_("%(body)s is not open on that day.") % {"body": body.name}, field="on")
    if body.former_names.filter(valid_to__gte=last_day).exists():
        raise Refused(
            _("%(body)s has had another new name since that day.") % {"body": body.name}, field="on"
        )
    BodyName.objects.create(body=body, name=body.name, valid_to=last_day)
    body.name = name
    body.save(update_fields=["name"])
    act.bodies.add(body)
    _announce(act, [body])
    return act


@transaction.atomic
def end_areas(areas: Iterable[Area], *, on: date, into: Area | None = None) -> int:
    """End areas on the day before `on`; after a merger they lie inside the new one, whose people see their old matters.

    A dissolved area stays where it was, so that old figures of the wider area and of itself stay whole. Says how many changed.
    """
    last_day, changed = on - _ONE_DAY, 0
    for area in Area.objects.select_for_update().filter(pk__in=[area.pk for area in areas]).order_by("pk"):
        parent = into.pk if into else area.parent_id
        if (area.valid_to, area.parent_id) != (last_day, parent):
            area.valid_to, area.parent_id = last_day, parent
            area.save(update_fields=["valid_to", "parent"])
            changed += 1
    return changed


def names_on(bodies: Iterable[Body], day: date) -> dict[int, str]:
    """The names that bodies had on a local day, by id: in reports of old days they keep them."""
    names = {body.pk: body.name for body in bodies}
    former = BodyName.objects.filter(body__in=list(names), valid_to__gte=day).order_by("-valid_to")
    # The last one written is the first that ended on or after the day
    return names | {old.body_id: old.name for old in former}


def _begin(
    kind: StructureAct.Kind,
    *,
    on: date,
    document: str,
    by: User | None,
    at: datetime,
    into: Body | None = None,
) -> StructureAct:
    one_at_a_time()
    document = tidy(document)
    if not document:
        raise Refused(_("An act needs the document it stands on."), field="document")
    if on > timezone.localtime(at).date():
        raise Refused(_("An act is entered on the day it takes effect, or later."), field="on")
    if into and not into.is_open_on(on):
        raise Refused(_("%(body)s is not open on that day.") % {"body": into.name}, field="into")
    return StructureAct.objects.create(
        kind=kind, into=into, takes_effect_on=on, document=document, by=by, at=at
    )


def _locked(bodies: Iterable[Body], *, on: date) -> list[Body]:
    """The bodies to close, if each of them lives until that day and nobody has closed it already."""
    closing = list(
        Body.objects.select_for_update().filter(pk__in=[body.pk for body in bodies]).order_by("pk")
    )
    if not closing:
        raise Refused(_("An act names at least one body."), field="bodies")
    for body in closing:
        if body.successor_id or not body.is_open_on(on - _ONE_DAY):
            raise Refused(_("%(body)s is not open on that day.") % {"body": body.name}, field="on")
    return closing


def _close(act: StructureAct, closing: Sequence[Body]) -> None:
    """End the bodies and what hangs on them, and write on the act what was moved."""
    into = act.into
    if into and into in closing:
        raise Refused(_("A body cannot take over from itself."), field="into")
    moving = [
        body for body in closing if act.kind == StructureAct.Kind.MERGE and into and _is_alike(body, into)
    ]
    act.progress = {
        "bodies": len(closing),
        "subordinates": _move_subordinates(closing, into, on=act.takes_effect_on),
        **hand_over_posts(closing, moving, into, on=act.takes_effect_on),
        **hand_over_memberships(closing, moving, into, on=act.takes_effect_on),
    }
    for body in closing:
        body.valid_to = act.takes_effect_on - _ONE_DAY
        body.successor = into
    Body.objects.bulk_update(closing, ["valid_to", "successor"])
    act.bodies.set(closing)
    act.save(update_fields=["progress"])


def _announce(act: StructureAct, bodies: Sequence[Body]) -> None:
    into = act.into.code if act.into else None
    announce(
        "structure.changed",
        str(act.pk),
        body=act.into or bodies[0],
        day=act.takes_effect_on,
        facts={"act": act.kind, "bodies": [body.code for body in bodies], "into": into},
        at=act.at,
    )


def _is_alike(body: Body, into: Body) -> bool:
    # People of an abolished district office do not become people of the province's by themselves
    return (body.kind, body.level) == (into.kind, into.level)


def _move_subordinates(closing: Sequence[Body], into: Body | None, *, on: date) -> int:
    ids = {body.pk for body in closing}
    going_on = Q(valid_to=None) | Q(valid_to__gte=on)
    subordinates = Body.objects.filter(going_on, superior__in=ids).exclude(pk__in=ids)
    moved = 0
    for body in list(subordinates):
        # The successor itself, or a body it stands under, cannot answer to it
        fits = into is not None and not into.path.startswith(body.path)
        body.superior = into if fits else _next_superior(body, ids)
        body.save(update_fields=["superior"])
        moved += 1
    return moved


def _next_superior(body: Body, without: set[int]) -> Body | None:
    return Body.objects.chain_above(body).exclude(pk__in=without).first()
