"""The duty to inform: who must be made to know of a case, and that they were (seeds 000 III.3.4, 004 II.3.2).

Complaints, denunciations and voter matters are made known to Ban Dân vận or Khối, Ủy ban Kiểm tra, MTTQ and the mass
organisations of the same level: at once for group and hot-spot cases, in the morning digest for the rest. Alarms of the
same kind: a third transfer ("chuyển lòng vòng"), a new hot spot, a complex case without a directing standing member.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies import messages
from bodies.messages import Told, Wording
from bodies.models import Body, User
from cases.codes import Flag, Kind
from cases.models import Case, Notice
from cases.reach import Reach, Where
from cases.stages import OPEN
from cases.steps import local_day

INFORMED = ("mobilisation", "inspection", "front", "organisations")
# From so many transfers on a case goes round in circles.
IN_CIRCLES = 3
_AT_ONCE = frozenset({Flag.GROUP, Flag.HOT_SPOT})
_DIRECTED = frozenset({Flag.COMPLEX, Flag.ESPECIALLY_COMPLEX, Flag.HOT_SPOT})

_WHY = {
    "duty": _("For your information: %(kind)s %(reference)s, %(subject)s"),
    "group": _("Group of many people: %(kind)s %(reference)s, %(subject)s"),
    "hot_spot": _("Hot spot: %(kind)s %(reference)s, %(subject)s"),
    "third_transfer": _("Transferred for the third time: %(kind)s %(reference)s"),
    "direct": _("Name a standing member to direct: %(kind)s %(reference)s"),
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


def inform(case: Case, now: datetime) -> int:
    """Tell whoever is owed a notice and has none yet; how many bodies were told. Doing it twice is harmless."""
    if case.is_silent:
        return 0
    reach = Reach(local_day(now), [Where.of(case)])
    known = set(Notice.objects.filter(case=case).values_list("body", "why"))
    new = [
        (why, body)
        for why, selectors in owed(case)
        for body in reach.bodies(case, selectors)
        if (body.pk, why) not in known
    ]
    rows = [(why, body, reach.people(case, [body])) for why, body in new]
    Notice.objects.bulk_create(
        (Notice(case=case, body=body, why=why, at=now, people=len(people)) for why, body, people in rows),
        ignore_conflicts=True,
    )
    messages.tell_many(
        (each for why, body, people in rows for each in _told(case, why, body, people)), at=now
    )
    return len(rows)


def _told(case: Case, why: str, body: Body, people: Iterable[User]) -> Iterable[Told]:
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
