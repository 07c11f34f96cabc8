"""Following a case: whoever may know of it is told when it moves on, for as long as they may know of it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import Role, User
from bodies.scopes import Standing, standing_of
from cases.codes import Kind
from cases.models import Case, Follow
from cases.stages import Stage
from cases.steps import local_day

_WORDS = _("You follow %(kind)s %(reference)s: it is now “%(stage)s”")


def follow(case: Case, user: User, *, at: datetime) -> None:
    """From now on. Once is enough, however often it is said."""
    Follow.objects.bulk_create([Follow(case=case, user=user, since=at)], ignore_conflicts=True)


def leave(case: Case, user: User) -> None:
    Follow.objects.filter(case=case, user=user).delete()


def is_offered(_case: Case, standing: Standing) -> bool:
    """To those who watch: whoever works on a case hears of it anyway."""
    return bool(standing.bodies(Role.MONITOR))


def state_of(case: Case, standing: Standing, _at: datetime) -> dict[str, Any]:
    """Whether the reader follows the case: a panel of its page."""
    return {"since": case.follows.filter(user=standing.user).values_list("since", flat=True).first()}


def tell(stages: dict[str, tuple[int, str]], now: datetime) -> int:
    """Tell those who follow: reference -> the announcement and the stage reached. By kind, number and stage; never by name."""
    rows = Follow.objects.filter(case__reference__in=list(stages), user__is_active=True)
    by_user: dict[User, list[Follow]] = defaultdict(list)
    for row in rows.select_related("user", "case").order_by("pk"):
        by_user[row.user].append(row)
    told = [
        Told(
            user,
            f"follow:{case.pk}:{stages[case.reference][0]}",
            "case.followed",
            Wording(
                _WORDS,
                "",
                {
                    "kind": Kind(case.kind).label,
                    "reference": case.reference,
                    "stage": Stage(stages[case.reference][1]).label,
                },
            ),
            case.reference,
        )
        for user, follows in by_user.items()
        for case in _still_seen(user, follows, now)
    ]
    return messages.tell_many(told, at=now)


def _still_seen(user: User, follows: Iterable[Follow], now: datetime) -> Iterable[Case]:
    standing = standing_of(user, local_day(now))
    return Case.objects.visible_to(standing).filter(pk__in=[row.case_id for row in follows]).order_by("pk")
