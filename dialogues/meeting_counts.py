"""Counting meetings, supervision sessions and attendance for many bodies at once: what plans put into their measures.

Each answer is (body's id, first day of the month) -> number, so that quarters and years are sums; one query each.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bodies.models import Post
from cases.periods import Period, last_of_month
from dialogues.models import Attendance, Meeting, Supervision

ByMonth = Counter[tuple[int, date]]


def meetings_chaired(bodies: Iterable[int], period: Period, *, kinds: Collection[str] = ()) -> ByMonth:
    """Meetings held, by the body that chaired."""
    rows = Meeting.objects.held(period).chaired_by(bodies)
    return _by_month((rows.of_kinds(kinds) if kinds else rows).values_list("chaired_by", "day"))


def meetings_hosted(bodies: Iterable[int], period: Period, *, kinds: Collection[str] = ()) -> ByMonth:
    """Meetings held, by the body that called them."""
    rows = Meeting.objects.held(period).hosted_by(bodies)
    return _by_month((rows.of_kinds(kinds) if kinds else rows).values_list("host", "day"))


def supervisions(
    bodies: Iterable[int], period: Period, *, kinds: Collection[str] = (), as_partner: bool
) -> ByMonth:
    """Sessions held, by the chair; with `as_partner` each partner's count as well."""
    bodies = frozenset(bodies)
    rows = Supervision.objects.held(period)
    if kinds:
        rows = rows.of_kinds(kinds)
    found = _by_month(rows.chaired_by(bodies).values_list("chair", "day"))
    if as_partner:
        joined = Supervision.partners.through.objects.filter(
            body__in=bodies, supervision__in=rows.values("pk")
        )
        found += _by_month(joined.values_list("body", "supervision__day"))
    return found


@dataclass(frozen=True, slots=True)
class MembersOfMonth:
    """The members of a committee in a month, and those of them who attended at least once. User ids."""

    members: frozenset[int]
    attended: frozenset[int]


def attendance_by_month(
    committees: Iterable[int], period: Period, *, kinds: Collection[str] = ()
) -> dict[tuple[int, date], MembersOfMonth]:
    """Who of each committee attended a meeting at the base, month by month; a member is who held a post on its last day."""
    committees = list(committees)
    rows = Attendance.objects.held(period).of_committees(committees)
    came: defaultdict[tuple[int, date], set[int]] = defaultdict(set)
    for committee, member, day in (rows.of_kinds(kinds) if kinds else rows).values_list(
        "committee", "member", "day"
    ):
        came[committee, day.replace(day=1)].add(member)
    found = {}
    posts = list(
        Post.objects.filter(body__in=committees, valid_from__lte=last_of_month(period.last))
        .exclude(valid_to__lt=period.first)
        .values_list("body", "holder", "valid_from", "valid_to")
    )
    for first in months_of(period):
        last = last_of_month(first)
        members: defaultdict[int, set[int]] = defaultdict(set)
        for body, holder, begun, ended in posts:
            if begun <= last and (ended is None or last <= ended):
                members[body].add(holder)
        for body, people in members.items():
            attended = people & came[body, first]
            found[body, first] = MembersOfMonth(frozenset(people), frozenset(attended))
    return found


def months_of(period: Period) -> Iterator[date]:
    """The first days of the calendar months that the period touches."""
    first = period.first.replace(day=1)
    while first <= period.last:
        yield first
        first = last_of_month(first) + timedelta(days=1)


def _by_month(rows: Iterable[tuple[Any, Any]]) -> ByMonth:
    return Counter((body, day.replace(day=1)) for body, day in rows)
