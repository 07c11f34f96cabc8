"""What follows when a case was opened or moved: told by a worker, once for each announcement. Listeners only write rows."""

from datetime import datetime

from bodies import outbox
from bodies.models import Announcement
from cases import notices, tallies
from cases.models import Case


@outbox.listens_to("case.opened", "case.moved")
def inform(row: Announcement, now: datetime) -> None:
    case = Case.objects.select_related("subject", "body__area").filter(reference=row.subject).first()
    if case is not None:
        notices.inform(case, now)


@outbox.listens_to("case.opened", "case.moved", many=True)
def count_again(rows: list[Announcement], now: datetime) -> None:
    """What the case counts for may have changed: it is recounted soon (cases.tallies)."""
    tallies.note({row.subject for row in rows})
