"""What follows when a case was opened or moved: told by a worker, once for each announcement. Listeners only write rows."""

from collections import defaultdict
from datetime import datetime

from bodies import outbox
from bodies.models import Announcement
from cases import follows, notices, tallies
from cases.models import Case

# What the clock writes changes nothing of what is owed; a sweep announces thousands of them.
_OF_THE_CLOCK = frozenset({"escalate", "reckon"})


@outbox.listens_to("case.opened", "case.moved", many=True)
def inform(rows: list[Announcement], now: datetime) -> None:
    moves: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        moves[row.subject].add(str(row.facts.get("move", "open")))
    wanted = [subject for subject, made in moves.items() if made - _OF_THE_CLOCK]
    rows_of = Case.objects.select_related("subject", "area", "received_by", "body__area")
    cases = list(rows_of.filter(reference__in=wanted).order_by("pk"))
    came_in = {case.pk for case in cases if moves[case.reference] & {"open", "join"}}
    notices.inform(cases, now, look_for_matter=came_in)


@outbox.listens_to("case.opened", "case.moved", many=True)
def count_again(rows: list[Announcement], now: datetime) -> None:
    """What the case counts for may have changed: it is recounted soon (cases.tallies)."""
    tallies.note({row.subject for row in rows})


@outbox.listens_to("case.moved", many=True)
def tell_followers(rows: list[Announcement], now: datetime) -> None:
    """The last stage that each case reached by an act that changed it."""
    stages = {
        row.subject: (row.pk, str(row.facts["to_stage"]))
        for row in sorted(rows, key=lambda row: row.pk)
        if row.facts["to_stage"] != row.facts["from_stage"]
    }
    if stages:
        follows.tell(stages, now)
