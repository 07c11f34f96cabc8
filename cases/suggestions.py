"""What a field that takes a code offers while one types a name: areas, bodies and the people who work in them."""

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Func, Prefetch, Q, QuerySet
from django.db.models.functions import Length

from bodies.models import Area, Body, Membership, User
from bodies.scopes import Standing
from bodies.text import fold
from cases.counts import bodies_in_reach
from cases.querysets import WORKS_ON_CASES

MOST = 20
Found = list[tuple[str, str]]


def _named(rows: QuerySet[Any], typed: str, field: str, code: str) -> QuerySet[Any]:
    """Rows whose name has every typed word somewhere, without case and marks, or whose code begins so."""
    folded = Func(field, function="public.vi_fold", output_field=CharField())
    wanted = Q()
    for word in fold(typed).split():
        wanted &= Q(folded__contains=word)
    found: QuerySet[Any] = rows.annotate(folded=folded).filter(
        wanted | Q((f"{code}__startswith", typed.lower()))
    )
    return found


def _areas(typed: str, standing: Standing) -> Found:
    rows = _named(Area.objects.open_to_all().valid_on(standing.on), typed, "name", "code").select_related(
        "parent"
    )
    nearest = rows.order_by(Length("path"), "name")[:MOST]
    return [(area.code, f"{area.name}, {area.parent.name}" if area.parent else area.name) for area in nearest]


def _bodies(typed: str, standing: Standing) -> Found:
    rows = _named(Body.objects.open_to_all().open_on(standing.on), typed, "name", "code")
    return [(body.code, body.name) for body in rows.order_by(Length("path"), "name")[:MOST]]


def _places(standing: Standing) -> QuerySet[Membership]:
    return Membership.objects.on(standing.on).filter(body__in=bodies_in_reach(standing))


def _people(typed: str, standing: Standing) -> Found:
    """Staff of the bodies in one's reach, each with where they work."""
    places = _places(standing)
    rows = _named(User.objects.filter(pk__in=places.values("user")), typed, "full_name", "username")
    people = rows.order_by("full_name", "username")[:MOST]
    at = Prefetch("memberships", places.select_related("body").order_by("pk"), to_attr="places")
    return [
        (user.username, f"{user.full_name}, {user.places[0].body.name}")
        for user in people.prefetch_related(at)
    ]


_FINDERS: dict[str, Callable[[str, Standing], Found]] = {
    "area": _areas,
    "body": _bodies,
    "person": _people,
}
PICKED = frozenset(_FINDERS)


def find(what: str, typed: str, standing: Standing) -> Found:
    """Codes and names, the widest first. Nothing typed finds nothing. Raises KeyError for what cannot be picked."""
    return _FINDERS[what](typed, standing) if typed.strip() else []


def called(what: str, code: str, standing: Standing) -> str:
    """The name of what has this code; the code itself where nothing in reach has it."""
    rows: QuerySet[Any, Any]
    if what == "person":
        rows = _places(standing).filter(user__username=code).values_list("user__full_name", flat=True)
    else:
        rows = (Area if what == "area" else Body).objects.filter(code=code).values_list("name", flat=True)
    return rows.first() or code


def own_codes(standing: Standing) -> list[str]:
    """The codes of the bodies on whose cases one works, which stand in the references of their books."""
    return list(Body.objects.filter(pk__in=standing.bodies(*WORKS_ON_CASES)).values_list("code", flat=True))
