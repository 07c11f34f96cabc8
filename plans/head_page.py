"""What a head's one page shows of their offices: figures, conclusions they gave, reception days, dialogues, plans.

Nothing here reads a request or the clock. What has a list of its rows comes with the address of exactly these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from bodies.kinds import BodyKind
from bodies.models import Body
from bodies.scopes import Standing
from cases import counts, figure_pages
from cases.codes import Kind
from cases.figure_tables import table
from cases.figures import Question
from cases.models import Case
from cases.periods import Period, last_of_month
from cases.querysets import ABOVE
from dialogues.models import Dialogue
from dialogues.stages import Stage
from feedback.querysets import bodies_whose_receptions
from feedback.reception_counts import duty_by_month, headed
from feedback.reception_duty import MonthOfDuty
from plans.models import Measure

# The columns of an office, in the order of the page; the open and overdue ones are what is stuck.
SHOWN = ("received", "on_time", "late", "open", "open_overdue", "on_time_share")
# A party committee leads the bodies of its area; any other body those below it by rank.
_LEADS_ITS_AREA = frozenset({BodyKind.TINH_UY, BodyKind.HUYEN_UY, BodyKind.DANG_UY_XA})
_TARGETS = 30


@dataclass(frozen=True)
class Link:
    """A number and the address of exactly its rows; without any rows, none."""

    count: int
    href: str


def is_for(standing: Standing) -> bool:
    """Whether somebody heads a body, or is the office of one that does."""
    return bool(standing.bodies(*ABOVE))


def offices_of(standing: Standing) -> QuerySet[Body]:
    """The bodies somebody heads or is the superior office of: usually one."""
    return Body.objects.filter(pk__in=standing.bodies(*ABOVE)).select_related("area").order_by("name", "pk")


def question_of(body: Body, today: date) -> Question:
    """This year so far, of the body and what it leads."""
    return Question(
        period=Period(date(today.year, 1, 1), today),
        as_of=today,
        body=body,
        subtree="area" if body.kind in _LEADS_ITS_AREA else "superior",
    )


def offices(question: Question, standing: Standing) -> dict[str, Any]:
    """The figures by office, bodies beside their like only, and of all together."""
    shown = table(question, standing, with_extras=False)
    total = figure_pages.row(shown["total"])
    classes = figure_pages.by_volume(shown["results"], grouped_by_body=True)
    for row in (total, *(row for each in classes for row in each["rows"])):
        found = {cell["name"]: cell for cell in row["cells"]}
        row["cells"] = [found[name] for name in SHOWN]
    titles = {name: (title, words) for name, title, words in figure_pages.titles()}
    return {"total": total, "classes": classes, "titles": [(name, *titles[name]) for name in SHOWN]}


def conclusions(question: Question, standing: Standing, cases: QuerySet[Case]) -> list[Link]:
    """What the head of the body concluded: open, late, and closed in the period on time or too late.

    `cases`: those that the reader may see. The numbers count what the work list shows, so they stay true to their links.
    """
    assert question.body is not None  # noqa: S101 - a head's question names the body
    given = cases.filter(kind=Kind.CONCLUSION, received_by=question.body)
    asked = {"kind": Kind.CONCLUSION.value, "concluded_by": question.body.code}
    of_kind = Question(period=question.period, as_of=question.as_of, kinds=frozenset({Kind.CONCLUSION.value}))
    period = {"from": question.period.first, "to": question.period.last, "as_of": question.as_of}
    found = [
        _link(given.open(), {**asked, "open": "true"}),  # type: ignore[attr-defined]
        _link(given.overdue(question.as_of), {**asked, "overdue": "true"}),  # type: ignore[attr-defined]
    ]
    for figure in ("on_time", "late"):
        facts = counts.rows_behind(of_kind, standing, figure)
        rows = given.filter(pk__in=facts.values("case"))
        found.append(_link(rows, {**asked, "figure": figure, **period}))
    return found


def _link(rows: QuerySet[Case], asked: dict[str, Any]) -> Link:
    count = rows.count()
    return Link(count, f"{reverse('work-list')}?{urlencode(asked)}" if count else "")


@dataclass(frozen=True)
class Duty:
    """The reception days of one body's head in one month."""

    body: Body
    month: MonthOfDuty

    @property
    def counts(self) -> bool:
        """Whether anything was owed or held."""
        month = self.month
        return bool(month.owed or month.in_person or month.delegated or month.ad_hoc)


def reception_days(question: Question, standing: Standing, today: date) -> list[Duty]:
    """This month's reception days of the heads of the body and of those it leads; days held today count already."""
    month = Period(today.replace(day=1), last_of_month(today))
    seen = bodies_whose_receptions(standing)
    rows = headed(seen.filter(pk__in=counts.bodies_asked(question, standing)), month).order_by("name", "pk")
    bodies = list(rows)
    found = duty_by_month(bodies, month, over_on=today - timedelta(days=1))
    return [Duty(body, month) for body in bodies for month in found.get(body.pk, ())]


def together(duties: Iterable[Duty]) -> dict[str, int]:
    """The days of all heads: owed, held, missed, still to be held."""
    return {
        name: sum(getattr(duty.month, name) for duty in duties)
        for name in ("owed", "in_person", "delegated", "missed", "still_owed")
    }


def duties(question: Question, kind: Kind, cases: QuerySet[Case]) -> list[Link]:
    """What dialogues or plans owe by a day, in the body and what it leads: open, and of these overdue."""
    assert question.body is not None  # noqa: S101 - a head's question names the body
    asked = {"kind": kind.value, "body": question.body.code, "subtree": question.subtree}
    held = cases.filter(kind=kind, **_held_in(question.body, question.subtree))
    return [
        _link(held.open(), {**asked, "open": "true"}),  # type: ignore[attr-defined]
        _link(held.overdue(question.as_of), {**asked, "overdue": "true"}),  # type: ignore[attr-defined]
    ]


def _held_in(body: Body, subtree: str) -> dict[str, str]:
    if subtree == "area":
        return {"body__area__path__startswith": body.area.path}
    return {"body__path__startswith": body.path}


def dialogues_by_stage(
    question: Question, standing: Standing, dialogues: QuerySet[Dialogue]
) -> list[tuple[str, int]]:
    """This year's dialogues of the body and what it leads, by how far they are."""
    rows = dialogues.filter(year=question.as_of.year, host__in=counts.bodies_asked(question, standing))
    found = dict(rows.values_list("stage").annotate(count=Count("pk")).order_by("stage"))
    return [(str(stage.label), found[stage.value]) for stage in Stage if stage.value in found]


@dataclass(frozen=True)
class Unmet:
    """Targets whose newest figure misses what the plan asks: so many, and the first of them; and how many are kept."""

    count: int
    rows: list[Measure]
    kept: int
    # Shown and not judged, or without a figure so far.
    open: int


def targets_not_met(question: Question, measures: QuerySet[Measure], bodies: Iterable[Body]) -> Unmet:
    """Of periods that lie in the year, the bodies' newest figures that do not keep the plan. `measures`: what the reader may see."""
    rows = measures.filter(
        Q(first_on__lte=question.as_of, last_on__gte=question.period.first),
        is_newest=True,
        body__in=bodies,
        target__is_retired=False,
    )
    found = dict(rows.values_list("passed").annotate(count=Count("pk")).order_by("passed"))
    shown = rows.filter(passed=False).select_related("target__plan", "body")
    first = list(shown.order_by("last_on", "body__name", "target", "pk")[:_TARGETS])
    return Unmet(found.get(False, 0), first, found.get(True, 0), found.get(None, 0))
