"""Every figure of response times: its one definition and its words. Pure; the counting is in cases.counts.

A figure is a count of facts (cases.facts) in a period, as of a day. Of a group of cases it is worked out from the group's
counts, so a body, a month and a whole province have it by the same rule.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bodies.models import Area, Body
from cases.codes import PETITIONS
from cases.facts import What
from cases.periods import Period, last_of_month

# Bodies are compared only within their class: by how many cases they received in the period.
VOLUMES = ((1000, "very_many"), (200, "many"), (50, "some"), (0, "few"))

# Facts counted over the days of the period, and those counted at its end.
OVER = (What.RECEIVED, What.GROUP, What.HOT_SPOT, What.REOPENED, What.CLOSED)
OUTSIDE = (What.WITHDRAWN, What.TERMINATED, What.JOINED, What.VOID)
AT_THE_END = (What.OPEN, What.LATE)

# What each figure is, in words. Its name is its name in the API and in the filter `figure` of the list of cases.
FORMULAS: dict[str, Promise] = {
    "received": _("Cases that the body received in the period, without void entries"),
    "closed": _(
        "Cases ended in the period and not reopened since, without withdrawn, terminated, joined and void ones"
    ),
    "on_time": _("Closed with the deciding clock met in time"),
    "late": _("Closed with the deciding clock met too late"),
    "not_judged": _("Closed without a deciding clock that was met: in no share"),
    "open": _("Cases that are open at the end of the last day"),
    "open_overdue": _("Open cases whose deciding clock had run out by then and was not paused"),
    "share_of": _("Closed with a met deciding clock, and open and overdue: what the share is taken of"),
    "on_time_share": _("Closed on time / (closed with a met deciding clock + open and overdue)"),
    "median_days": _("Half of the closed cases took no longer, in calendar days from the first receipt"),
    "p90_days": _("Nine in ten of the closed cases took no longer, in calendar days"),
    "median_working_days": _("Half of the closed cases took no longer, in working days"),
    "p90_working_days": _("Nine in ten of the closed cases took no longer, in working days"),
    "group": _("Received cases brought by a group of many people"),
    "hot_spot": _("Received cases that are hot spots"),
    "reopened": _("Cases reopened in the period"),
    "withdrawn": _("Withdrawn in the period"),
    "terminated": _("Terminated in the period"),
    "joined": _("Joined to another case in the period"),
    "void": _("Entries made void in the period"),
}
GROUPINGS = ("body", "kind", "subject", "area", "channel", "flag", "against_body", "month")
# What a case may be without.
OPTIONAL = ("subject", "area", "against_body")
# A table by month shows so many at most: five years.
MOST_MONTHS = 60


@dataclass(frozen=True)
class Question:
    """What is asked: a period, as of a day, for whom, grouped how, and narrowed to what."""

    period: Period
    as_of: date
    group_by: str = "body"
    kinds: frozenset[str] = frozenset(PETITIONS)
    # The bodies asked about, by the one named: itself, its superior-subtree or its area-subtree.
    body: Body | None = None
    subtree: str = ""
    subject: str = ""
    area: Area | None = None
    channel: str = ""
    flag: str = ""
    against_body: Body | None = None
    # One of OPTIONAL: the cases that have none of it.
    without: str = ""
    # Only the subject and the area themselves, not what belongs to them.
    exact: bool = False
    # Cases from imported books are counted apart.
    imported: bool = False

    @property
    def last(self) -> date:
        """The last day that is counted."""
        return min(self.period.last, self.as_of)

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for what the cells do not know."""
        asked = (self.subject, self.area, self.channel, self.flag, self.against_body, self.without)
        return any(asked)

    def months(self) -> "list[Question]":
        """The same asked of each month of the period, as of its last day; of the first and the last only what is asked."""
        found, first = [], self.period.first
        while first <= self.last:
            last = min(last_of_month(first), self.period.last)
            found.append(replace(self, period=Period(first, last), as_of=min(last, self.as_of)))
            first = last + timedelta(days=1)
        return found


@dataclass
class Counts:
    """The counts of one group, and exact histograms of the days that its closed cases took."""

    facts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    working_days: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, measure: str, value: int, count: int) -> None:
        if measure in {"days", "working_days"}:
            getattr(self, measure)[value] += count
        else:
            self.facts[measure] += count


def figures_of(counts: Counts) -> dict[str, int | float | None]:
    """The figures of one group from its counts: the same for a body, a month and the whole country."""
    n = counts.facts
    denominator = n["judged"] + n["late"]
    return {
        "received": n["received"],
        "closed": n["closed"],
        "on_time": n["on_time"],
        "late": n["judged"] - n["on_time"],
        "not_judged": n["closed"] - n["judged"],
        "open": n["open"],
        "open_overdue": n["late"],
        "on_time_share": round(n["on_time"] / denominator, 4) if denominator else None,
        "share_of": denominator,
        "median_days": percentile(counts.days, 0.5),
        "p90_days": percentile(counts.days, 0.9),
        "median_working_days": percentile(counts.working_days, 0.5),
        "p90_working_days": percentile(counts.working_days, 0.9),
        **{what.value: n[what.value] for what in (What.GROUP, What.HOT_SPOT, What.REOPENED, *OUTSIDE)},
    }


def percentile(histogram: dict[int, int], share: float) -> float | None:
    """Exact, interpolated between the two neighbours as PostgreSQL's percentile_cont does; None of nothing."""
    total = sum(histogram.values())
    if not total:
        return None
    place = share * (total - 1)
    low = _at(histogram, int(place))
    high = _at(histogram, min(int(place) + 1, total - 1))
    return round(low + (high - low) * (place - int(place)), 2)


def _at(histogram: dict[int, int], place: int) -> int:
    """The value at a place, from 0, when all are laid out in order."""
    for value in sorted(histogram):
        place -= histogram[value]
        if place < 0:
            return value
    raise IndexError(place)


def volume_of(received: int) -> str:
    return next(name for least, name in VOLUMES if received >= least)


def total(groups: Iterable[Counts]) -> Counts:
    """The counts of several groups together. Groups by flag overlap, and have no total."""
    added = Counts()
    for counts in groups:
        for measure, count in counts.facts.items():
            added.facts[measure] += count
        for histogram in ("days", "working_days"):
            for value, count in getattr(counts, histogram).items():
                getattr(added, histogram)[value] += count
    return added


@dataclass(frozen=True)
class Extra:
    """A count by body that another room makes: verdicts, reception days. `count`: bodies' ids and a period -> id: number."""

    name: str
    label: Promise
    formula: Promise
    count: Callable[[Collection[int], Period], dict[int, int]]


_EXTRAS: dict[str, Extra] = {}


def register_extra(extra: Extra) -> None:
    _EXTRAS[extra.name] = extra


def extras() -> list[Extra]:
    """What the other rooms have registered, in that order."""
    return list(_EXTRAS.values())
