"""The periods of a plan by their codes: 2024, 2024-Q1, 2024-07, or plan for the whole of it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bodies.refusals import BadInput
from cases.periods import Period, period_of
from plans.models import Plan, Target
from plans.words import Span

# Until when a plan without an end is looked at.
FAR_OFF = date(2100, 12, 31)
WHOLE = "plan"


@dataclass(frozen=True, order=True)
class Term:
    """A period of a plan with its code."""

    code: str
    first: date
    last: date

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    def seen_on(self, as_of: date) -> date:
        """The last of its days that lies behind somebody who looks as of a day."""
        return min(self.last, as_of)


def term_of(plan: Plan, code: str) -> Term:
    """The period of a plan by its code. Raises BadInput for what is no period, or lies outside the plan."""
    if code == WHOLE:
        return Term(WHOLE, plan.first_on, plan.last_on or FAR_OFF)
    period = period_of(code)
    if period.last < plan.first_on or period.first > (plan.last_on or FAR_OFF) or "tt" in code:
        raise BadInput.of("period", _("This period lies outside the plan."))
    return Term(code, period.first, period.last)


def terms_of_year(plan: Plan, target: Target, year: int) -> Iterator[Term]:
    """The periods in which a target is judged that lie in a year (with the whole plan, if it is judged over that).

    Those that end before the target binds or begin after it are left out. Raises BadInput for a year outside the plan.
    """
    term_of(plan, str(year))
    begins, ends = target.lasts_on(plan)
    for span in target.periods:
        for code in _codes(span, year):
            term = term_of(plan, code)
            if term.last >= begins and term.first <= (ends or FAR_OFF):
                yield term


def terms_since(plan: Plan, target: Target, since: date, today: date) -> Iterator[Term]:
    """The periods of a target that end on a day or later, up to today's."""
    last = min(today, plan.last_on or FAR_OFF).year
    seen: set[str] = set()
    for year in range(max(since, plan.first_on).year, last + 1):
        for term in terms_of_year(plan, target, year):
            if term.last >= since and term.first <= today and term.code not in seen:
                seen.add(term.code)
                yield term


def years_of(plan: Plan, today: date) -> range:
    """The years of a plan that have begun."""
    return range(plan.first_on.year, min(today, plan.last_on or FAR_OFF).year + 1)


def _codes(span: str, year: int) -> Iterable[str]:
    match span:
        case Span.MONTH:
            return [f"{year}-{month:02}" for month in range(1, 13)]
        case Span.QUARTER:
            return [f"{year}-Q{quarter}" for quarter in range(1, 5)]
        case Span.PLAN:
            return [WHOLE]
    return [str(year)]


def months_over(first: date, last: date) -> int:
    """How many calendar months lie wholly between two days, both counted."""
    begins = first.year * 12 + first.month + (first.day > 1)
    following = date.fromordinal(last.toordinal() + 1)
    return max(0, following.year * 12 + following.month - begins)
