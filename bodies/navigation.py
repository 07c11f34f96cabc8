"""What stands on every page: the places a person may go to. Each room registers its own at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from bodies.scopes import Standing


@dataclass(frozen=True)
class Place:
    """One entry of the menu: shown to whom `is_for` says, in the order of `order`."""

    name: str
    label: Promise
    url_name: str
    icon: str
    order: int
    # The key that, after g, leads there.
    key: str
    is_for: Callable[[Standing], bool]


_PLACES: dict[str, Place] = {}


def register_place(place: Place) -> None:
    _PLACES[place.name] = place


def places_for(standing: Standing) -> list[Place]:
    return sorted(
        (place for place in _PLACES.values() if place.is_for(standing)), key=lambda place: place.order
    )


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html. Nothing is asked of the database before a template uses it."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"places": []}
    return {"places": SimpleLazyObject(lambda: _shown(request))}


def _shown(request: Any) -> list[dict[str, Any]]:
    urls = {place: reverse(place.url_name) for place in places_for(request.standing)}
    # One place at most is here: of /monitor/ and /monitor/told/ the nearer one; home is here alone.
    around = [
        url for url in urls.values() if url == request.path or (url != "/" and request.path.startswith(url))
    ]
    here = max(around, key=len, default=None)
    return [
        {"label": place.label, "url": url, "icon": place.icon, "key": place.key, "is_here": url == here}
        for place, url in urls.items()
    ]
