"""Cases of an old book: opened and taken as written, many in a few statements.

Each comes out as `opening.open_case` and then the move `import` would have left it; a test compares the rows.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bodies import new_rows
from bodies.models import Announcement, Body
from cases.clocks import ClockSet
from cases.history import chain
from cases.law import Law
from cases.models import Case, Clock, Event
from cases.moves import MOVES
from cases.opening import NewCase, next_references, plan
from cases.permissions import parts_of
from cases.steps import IMPORTER, Step, local_day
from cases.taking import begin, take
from cases.writing import announcement_of, event_of, opened_announcement


@dataclass(frozen=True)
class BookCase:
    """A case that is worked out and not yet written; the step is missing where the book tells of no outcome."""

    case: Case
    first: Event
    clocks: list[Clock]
    step: Step | None


def work_out(
    new: NewCase, facts: Mapping[str, Any] | None, *, at: datetime, recorded_at: datetime, law: Law
) -> BookCase:
    """What one line becomes; `facts` are those of the move `import`, true at `at`. Raises BadInput and Refused."""
    case, first, clocks = plan(new, by=IMPORTER, recorded_at=recorded_at, law=law)
    if facts is None:
        return BookCase(case, first, clocks.clocks, None)
    taken = ClockSet(case, law, clocks.clocks)
    parts = parts_of(IMPORTER, case, on=local_day(recorded_at))
    step = begin(case, MOVES["import"], IMPORTER, parts, taken, at=at, recorded_at=recorded_at, facts=facts)
    take(step)
    return BookCase(case, first, taken.clocks, step)


def write(worked_out: Sequence[BookCase], *, also_tell: Callable[[Case], Announcement]) -> None:
    """Give them their numbers, in order, and write all of them. The caller has opened the transaction."""
    _number(worked_out)
    new_rows.give_ids([each.case for each in worked_out])
    events: list[Event] = []
    told: list[Announcement] = []
    for each in worked_out:
        # The stage and the body of the opening were frozen in its line; the chain needs the number alone.
        each.first.case = each.case
        events.append(chain(each.case, each.first))
        told += [opened_announcement(each.case, each.first), also_tell(each.case)]
        if each.step is not None:
            events.append(chain(each.case, event_of(each.step)))
            told.append(announcement_of(each.step, events[-1]))
        for clock in each.clocks:
            clock.case = each.case
    clocks = [clock for each in worked_out for clock in each.clocks]
    new_rows.write([*(each.case for each in worked_out), *events, *clocks, *told])


def _number(worked_out: Sequence[BookCase]) -> None:
    books: dict[tuple[Body, int], list[Case]] = defaultdict(list)
    for each in worked_out:
        books[each.case.received_by, each.case.received_on.year].append(each.case)
    # Always in one order: two importers never wait for each other crosswise.
    for (body, year), cases in sorted(books.items(), key=lambda book: (book[0][0].pk, book[0][1])):
        for case, reference in zip(cases, next_references(body, year, len(cases)), strict=True):
            case.reference = reference
