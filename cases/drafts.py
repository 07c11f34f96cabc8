"""Drafts: what somebody typed into the form of a move is kept on the server until they send it or throw it away.

A draft is nobody's but its writer's and no part of the case: it is in no history, no search and no export.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from bodies.models import User
from bodies.text import tidy
from cases.models import Case, Draft
from cases.moves import MOVES

KEPT = timedelta(days=30)
# Of one field; no form takes more.
_LENGTH = 50_000
_VALUES = 60

_NOT_TYPED = {"csrfmiddlewaretoken", "version", "seen", "once", "writer", "files", "upload"}

Typed = Mapping[str, Sequence[str]]


def keep(case: Case, user: User, move: str, typed: Typed, *, at: datetime) -> None:
    """Write down what stands in the form now, in the place of what stood there. An empty form leaves no draft."""
    clean = {
        name: [each for value in values[:_VALUES] if (each := tidy(value[:_LENGTH]))]
        for name, values in typed.items()
    }
    clean = {name: values for name, values in clean.items() if values}
    if not clean:
        return drop(case, user, move)
    row = Draft(case=case, user=user, move=move, typed=clean, kept_at=at)
    Draft.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["case", "user", "move"],
        update_fields=["typed", "kept_at"],
    )
    return None


def typed_in(data: QueryDict) -> dict[str, list[str]]:
    """What a person typed in a form that was sent, without what the form itself knows."""
    return {name: values for name, values in data.lists() if name not in _NOT_TYPED}


def keep_sent(request: HttpRequest, at: datetime) -> None:
    """The form of a move that came when its session had ended: kept for its writer, who signs in again."""
    try:
        here = resolve(request.path_info)
    except Resolver404:
        return
    if (
        here.url_name not in {"case-move", "case-draft"}
        or request.POST.get("writer") != request.user.get_username()
    ):
        return
    rows = Case.objects.visible_to(request.standing)  # type: ignore[attr-defined]
    case = rows.filter(reference=here.kwargs["reference"]).first()
    if case is not None and here.kwargs["move"] in MOVES:
        keep(case, request.user, here.kwargs["move"], typed_in(request.POST), at=at)  # type: ignore[arg-type]


def of(case: Case, user: User) -> dict[str, Draft]:
    """This person's drafts in this case, by move."""
    return {draft.move: draft for draft in Draft.objects.filter(case=case, user=user)}


def drop(case: Case, user: User, move: str) -> None:
    """The move was made, or its writer gave it up."""
    Draft.objects.filter(case=case, user=user, move=move).delete()


def prune(now: datetime) -> int:
    """Forget what nobody came back to; how many."""
    return Draft.objects.filter(kept_at__lt=now - KEPT).delete()[0]
