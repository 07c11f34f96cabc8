"""What lies on somebody's desk: named queues, each one QuerySet. Home counts its rows, the work list shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodies.calendars import Calendar, add_working_days
from bodies.models import Role
from bodies.scopes import Standing
from cases.badges import SOON
from cases.models import Case, Clock
from cases.stages import Stage

# A count on a page stops here: "1000+".
MOST_COUNTED = 1000

Rows = QuerySet[Case]


@dataclass(frozen=True)
class Queue:
    """One heap of work: its name in addresses, what it is called, and which of my cases lie in it on a local day."""

    name: str
    label: Promise
    look: str
    rows: Callable[[Rows, Standing, date, Calendar], Rows]


def mine(standing: Standing) -> Rows:
    """Open cases that wait for this person: their own as handler; their bodies' as head or receptionist."""
    bodies = standing.bodies(Role.HEAD, Role.RECEPTIONIST)
    wanted = Q(handler=standing.user) | Q(body__in=bodies)
    unheld = Q(body__in=standing.bodies(Role.HANDLER), handler=None)
    return Case.objects.visible_to(standing).open().filter(wanted | unheld)


def _soon(rows: Rows, _standing: Standing, today: date, calendar: Calendar) -> Rows:
    return rows.filter(due_on__gt=today, due_on__lte=add_working_days(today, SOON, calendar))


def _to_sign(rows: Rows, standing: Standing, _today: date, _calendar: Calendar) -> Rows:
    return rows.filter(stage=Stage.DRAFTED, body__in=standing.bodies(Role.HEAD))


def _paused(rows: Rows, _standing: Standing, _today: date, _calendar: Calendar) -> Rows:
    return rows.filter(Exists(Clock.objects.filter(case=OuterRef("pk"), state=Clock.State.PAUSED)))


QUEUES = {
    queue.name: queue
    for queue in (
        Queue("late", _("Late"), "late", lambda rows, _s, today, _c: rows.filter(due_on__lt=today)),
        Queue("today", _("Due today"), "today", lambda rows, _s, today, _c: rows.filter(due_on=today)),
        Queue("soon", _("Due within 3 working days"), "soon", _soon),
        Queue("to-sign", _("Waiting for my signature"), "calm", _to_sign),
        Queue("paused", _("Paused"), "paused", _paused),
        Queue(
            "unassigned", _("Without a handler"), "calm", lambda rows, _s, _t, _c: rows.filter(handler=None)
        ),
    )
}

# All of them together: the work list's own name for what lies on one's desk.
MINE = Queue("mine", _("My work"), "calm", lambda rows, _s, _t, _c: rows)
LISTS = {MINE.name: MINE, **QUEUES}


def rows_of(name: str, standing: Standing, today: date, calendar: Calendar) -> Rows:
    """The cases of one queue. Raises KeyError for a name that no queue has."""
    return LISTS[name].rows(mine(standing), standing, today, calendar)


def counts(standing: Standing, today: date, calendar: Calendar) -> list[tuple[Queue, int]]:
    """Each queue with the number of its rows, one cheap query each; MOST_COUNTED + 1 means more than that."""
    return [
        (queue, rows_of(name, standing, today, calendar).order_by()[: MOST_COUNTED + 1].count())
        for name, queue in QUEUES.items()
    ]
