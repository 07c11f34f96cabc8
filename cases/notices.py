"""The duty to inform: who must be made to know of a case, and that they were (seeds 000 III.3.4, 004 II.3.2).

Complaints, denunciations and voter matters are made known to Ban Dân vận or Khối, Ủy ban Kiểm tra, MTTQ and the mass
organisations of the same level: at once for group and hot-spot cases, in the morning digest for the rest. Alarms of the
same kind: a third transfer ("chuyển lòng vòng"), a third petition on one matter in 90 days, a new hot spot, a complex case without a directing standing member.
"""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import User
from cases.codes import PETITIONS, Flag, Kind
from cases.models import Case, Notice
from cases.reach import Reach, Where
from cases.same_matter import says_the_same
from cases.stages import OPEN, Stage
from cases.steps import local_day

INFORMED = ("mobilisation", "inspection", "front", "organisations")
# From so many transfers on a case goes round in circles.
IN_CIRCLES = 3
# So many petitions on one matter within these calendar days raise an alarm.
OFTEN = 3
WITHIN = timedelta(days=90)
_AT_ONCE = frozenset({Flag.GROUP, Flag.HOT_SPOT})
_DIRECTED = frozenset({Flag.COMPLEX, Flag.ESPECIALLY_COMPLEX, Flag.HOT_SPOT})

_WHY = {
    "duty": _("For your information: %(kind)s %(reference)s, %(subject)s"),
    "group": _("Group of many people: %(kind)s %(reference)s, %(subject)s"),
    "hot_spot": _("Hot spot: %(kind)s %(reference)s, %(subject)s"),
    "third_transfer": _("Transferred for the third time: %(kind)s %(reference)s"),
    "third_petition": _("Third petition on one matter in 90 days: %(kind)s %(reference)s, %(subject)s"),
    "direct": _("Name a standing member to direct: %(kind)s %(reference)s"),
}


# The same in short, for tables.
REASONS = {
    "duty": _("Duty to inform"),
    "group": _("Group of many people"),
    "hot_spot": _("Hot spot"),
    "third_transfer": _("Third transfer"),
    "third_petition": _("Third petition in 90 days"),
    "direct": _("Standing member to be named"),
}


def owed(case: Case) -> list[tuple[str, tuple[str, ...]]]:
    """Why who must be told of this case as it stands: reasons with the selectors of bodies. Pure but for the case."""
    flags = set(case.flags)
    found: list[tuple[str, tuple[str, ...]]] = []
    if case.kind in {Kind.COMPLAINT, Kind.DENUNCIATION} or Flag.VOTER_MATTER in flags:
        found.append(("duty", INFORMED))
    if Flag.GROUP in flags:
        found.append(("group", INFORMED))
    if Flag.HOT_SPOT in flags:
        found.append(("hot_spot", INFORMED))
    if case.transfers_count >= IN_CIRCLES:
        found.append(("third_transfer", ("mobilisation", "inspection", "front")))
    if needs_direction(case):
        found.append(("direct", ("committee",)))
    return found


def needs_direction(case: Case) -> bool:
    """A complex or hot-spot case asks for a named standing member and says so until there is one."""
    return bool(_DIRECTED & set(case.flags)) and case.standing_member_id is None and case.stage in OPEN


def inform(cases: Iterable[Case], now: datetime, *, look_for_matter: Container[int] = ()) -> int:
    """Tell whoever is owed a notice and has none yet; how many bodies were told. Doing it twice is harmless.

    `look_for_matter`: ids of the cases that came in or were joined just now, for the alarm about one matter.
    """
    cases = [case for case in cases if not case.is_silent]
    reach = Reach(local_day(now), map(Where.of, cases))
    known = set(
        Notice.objects.filter(case__in=[case.pk for case in cases]).values_list("case", "body", "why")
    )
    new = [
        (case, why, body)
        for case in cases
        for why, selectors in _owed_of(case, look_for_matter=case.pk in look_for_matter)
        for body in reach.bodies(case, selectors)
        if (case.pk, body.pk, why) not in known
    ]
    reach.meet_for((case, [body]) for case, _why, body in new)
    rows = [(case, why, body, reach.people(case, [body])) for case, why, body in new]
    Notice.objects.bulk_create(
        (
            Notice(case=case, body=body, why=why, at=now, people=len(people))
            for case, why, body, people in rows
        ),
        ignore_conflicts=True,
    )
    messages.tell_many(
        (each for case, why, body, people in rows for each in _told(case, why, people)), at=now
    )
    return len(rows)


def _owed_of(case: Case, *, look_for_matter: bool) -> list[tuple[str, tuple[str, ...]]]:
    found = owed(case)
    if look_for_matter and petitions_on_matter(case) >= OFTEN:
        found.append(("third_petition", ("mobilisation", "inspection", "front")))
    return found


def petitions_on_matter(case: Case) -> int:
    """How many petitions of the 90 days (calendar) up to its receipt speak of the matter of this case, itself included.

    Those joined to it, and those of the same place that say the same; of a denunciation the joined ones alone.
    """
    since = case.received_on - WITHIN
    known = Case.objects.filter(received_on__range=(since, case.received_on)).exclude(stage=Stage.VOID)
    joined = Q(joined_to=case.pk)
    if case.joined_to_id:
        joined |= Q(pk=case.joined_to_id) | Q(joined_to=case.joined_to_id)
    found = {case.pk, *known.filter(joined).values_list("pk", flat=True)}
    if case.kind in PETITIONS - {Kind.DENUNCIATION}:
        seen = known.filter(kind__in=sorted(PETITIONS - {Kind.DENUNCIATION}))
        alike = says_the_same(
            case.title, case.content, seen, area=case.area, body=case.received_by, today=case.received_on
        )
        found |= {same.pk for same in alike}
    return len(found)


def _told(case: Case, why: str, people: Iterable[User]) -> Iterable[Told]:
    """Reference, kind and subject: never a name, never the title of a denunciation."""
    subject = str(case.subject) if case.subject else ""
    wording = Wording(
        _WHY[why], "", {"kind": Kind(case.kind).label, "reference": case.reference, "subject": subject}
    )
    urgent = bool(_AT_ONCE & set(case.flags)) or why != "duty"
    for user in people:
        yield Told(user, f"notice:{case.pk}:{why}", "case.notice", wording, case.reference, urgent=urgent)


def opened(user: User, reference: str, now: datetime, bodies: Iterable[int]) -> None:
    """Somebody of a body that was told looked at the case: the first time is kept."""
    mine = Q(case__reference=reference, body__in=list(bodies), opened_at=None)
    Notice.objects.filter(mine).update(opened_at=now, opened_by=user)
