"""Lists under a name: who sees them, who may keep and drop them, and with which one the work list opens.

The nearest default counts: one's own, else that of one's body for one's role, else that of the body for everybody, else
what the role usually needs.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bodies.models import Body, Role, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import Standing
from cases.models import SavedView
from cases.querysets import WORKS_ON_CASES

# More than these nobody finds their way in.
MOST = 30
# What a role's day begins with, the first role counts that somebody has.
BY_ROLE = {
    Role.HEAD: "queue=mine",
    Role.RECEPTIONIST: "open=true&stage=received&stage=classified&ordering=-received_at",
    Role.HANDLER: "queue=mine",
    Role.SUPERIOR_OFFICE: "open=true&due=late",
    Role.MONITOR: "open=true&due=late",
}


def views_for(standing: Standing) -> list[SavedView]:
    """One's own, then those of the bodies one works in, by name."""
    seen = Q(owner=standing.user) | Q(body__in=standing.bodies())
    rows = SavedView.objects.filter(seen).select_related("body")
    return sorted(rows, key=lambda view: (view.body_id is not None, view.name.casefold()))


def first_query(standing: Standing, views: list[SavedView]) -> str:
    """The filters with which the work list opens for this person; empty where nothing speaks for any."""
    roles = {place.role for place in standing.places}
    held = {(place.body_id, place.role) for place in standing.places}
    defaults = [view for view in views if view.is_default]
    own = [view for view in defaults if view.owner_id is not None]
    of_role = [view for view in defaults if view.role and (view.body_id, view.role) in held]
    of_all = [view for view in defaults if view.body_id is not None and not view.role]
    for view in [*own, *of_role, *of_all]:
        return view.query
    return next((query for role, query in BY_ROLE.items() if role in roles), "")


def may_keep_for(standing: Standing) -> frozenset[int]:
    """The bodies for which this person may keep a list."""
    return standing.bodies(*WORKS_ON_CASES)


def may_drop(view: SavedView, standing: Standing) -> bool:
    """One's own; a body's by who made it, and by its head."""
    if view.owner_id is not None:
        return view.owner_id == standing.user.pk
    return view.made_by_id == standing.user.pk or view.body_id in standing.bodies(Role.HEAD)


@transaction.atomic
def keep(
    standing: Standing,
    *,
    name: str,
    query: str,
    body: Body | None,
    is_default: bool,
    role: str,
    at: datetime,
) -> SavedView:
    """Keep a list under a name; a list of that name of the same person or body is replaced.

    Raises Refused for a body in which the person does not work and for a default that is not theirs to set, BadInput
    for a missing name or too many lists.
    """
    whose = {"body": body} if body else {"owner": standing.user}
    if not name:
        raise BadInput.of("name", _("Give the list a name."))
    if body is not None:
        _check_body(body, standing, is_default=is_default)
    _one_at_a_time(body, standing.user)
    same = SavedView.objects.filter(**whose)
    known = same.filter(name=name).first()
    if known is not None and not may_drop(known, standing):
        raise Refused(_("A list of this name was made by somebody else."), field="name")
    if known is None and same.count() >= MOST:
        raise BadInput.of("name", _("There are %(most)s lists already; drop one first.") % {"most": MOST})
    role = role if body is not None and is_default else ""
    if is_default:
        same.filter(is_default=True, role=role).update(is_default=False, role="")
    view = known or SavedView(name=name, **whose)
    view.query, view.is_default, view.role = query, is_default, role
    view.made_by, view.made_at = standing.user, at
    view.save()
    return view


def _one_at_a_time(body: Body | None, user: User) -> None:
    """Two who keep lists of one body at once, or one who clicks twice: one after the other."""
    if body is not None:
        Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    else:
        User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _check_body(body: Body, standing: Standing, *, is_default: bool) -> None:
    if body.pk not in may_keep_for(standing):
        raise Refused(_("You do not work on cases of this body."), field="body")
    if is_default and body.pk not in standing.bodies(Role.HEAD):
        raise Refused(_("With which list the work of a body begins, its head says."), field="is_default")


def drop(view: SavedView, standing: Standing) -> None:
    """Forget a list. Raises Refused where it is somebody else's."""
    if not may_drop(view, standing):
        raise Refused(_("This list is not yours to drop."))
    view.delete()
