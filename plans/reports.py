"""Dated reports (F13): opened ahead of their day for every body that owes one, filled with figures, handed in once.

Each is a case of kind `report` with the plan's day as its fixed clock, so reminders, lateness and the ladder are those of
any case. Words are typed by the body; figures come from the plan's measures and are frozen when it is handed in.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bodies.models import Body, Role, User
from bodies.portions import named
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from cases import files, workflow
from cases.codes import Channel, Duty, Kind, Result
from cases.models import Case
from cases.opening import NewCase, open_case
from cases.stages import WORK, Stage
from cases.steps import CLOCK, Actor, Document, local_day
from plans import freezing
from plans.models import Measure, Report, Target
from plans.occasions import Occasion, occasions
from plans.report_papers import docx_of
from plans.scopes import bodies_of, in_scope
from plans.telling import number
from plans.terms import FAR_OFF, WHOLE, term_of
from plans.words import SHARES, Comparator

log = structlog.get_logger(__name__)

# Opened so many calendar days before the day: time for the reminders of ten and three days.
AHEAD = timedelta(days=45)
# After an outage, or with a plan loaded late, what fell due within these days is still asked for.
CATCH_UP = timedelta(days=92)
# Of the day that the plan names.
RULE = "report"
# Nobody asks for a report that falls due later than in a year.
A_YEAR = timedelta(days=366)
WORDS_LENGTH = 100_000


def open_due(now: datetime) -> int:
    """Open every report that falls due soon and is not there yet; how many. Run twice it opens none twice."""
    today, opened = local_day(now), 0
    duties = Target.objects.in_force().duties().filter(deadline__isnull=False)
    for duty in duties.select_related("plan__issuer__area", "to", "via").order_by("pk"):
        for occasion in occasions(duty, duty.plan, today - CATCH_UP, today + AHEAD):
            for body in _owing(duty, occasion, today):
                opened += _open_one(duty, occasion, body, now)
    return opened


def _owing(duty: Target, occasion: Occasion, today: date) -> Iterable[Body]:
    """Bodies in the duty's scope that live on the day it falls due (or today, if that is earlier) and have no report yet."""
    there = Report.objects.filter(duty=duty, period=occasion.term.code).values("body")
    rows = _bound(duty, occasion, today).exclude(pk__in=there)
    return rows.select_related("area").order_by("pk")


def _bound(duty: Target, occasion: Occasion, today: date) -> QuerySet[Body]:
    day = min(occasion.due_on, today)
    tree = bodies_of(duty.plan)
    bound = in_scope(duty, duty.plan, occasion.term, tree, as_of=day)
    return Body.objects.filter(pk__in=[each.id for each in bound if each.lives(day, day)])


def _open_one(duty: Target, occasion: Occasion, body: Body, now: datetime) -> int:
    """A body that cannot get its report holds up no other."""
    try:
        _report, is_new = _open(duty, occasion, body, by=CLOCK, at=now)
    except (BadInput, Refused) as refused:
        log.warning("report not opened", body=body.code, **named(refused))
        return 0
    return int(is_new)


@transaction.atomic
def _open(duty: Target, occasion: Occasion, body: Body, *, by: Actor, at: datetime) -> tuple[Report, bool]:
    """The report of a body at one time with its case, and whether it is new."""
    # Two at once: the second waits here, and finds it there.
    Target.objects.select_for_update(of=("self",)).get(pk=duty.pk)
    there = Report.objects.filter(duty=duty, body=body, period=occasion.term.code).first()
    if there is not None:
        return there, False
    case = open_case(_new_case(duty, occasion, body, at), by=by, recorded_at=at)
    new = Report.objects.create(
        duty=duty,
        body=body,
        period=occasion.term.code,
        first_on=occasion.term.first,
        last_on=occasion.term.last,
        due_on=occasion.due_on,
        is_review=occasion.is_review,
        case=case,
    )
    return new, True


def ask_for(duty: Target, body: Body, period: str, *, by: User, at: datetime) -> tuple[Report, bool]:
    """Open one report by hand: before it opens by itself, or of a time before the plan was loaded; and whether it is new.

    By the head or plan keeper of the body, or of the plan's issuer or monitor. Raises Refused for others, BadInput for a duty
    without a day, a period outside the plan or not begun, and a body that the duty does not bind.
    """
    today, plan = local_day(at), duty.plan
    mine = standing_of(by, today).bodies(Role.HEAD, Role.PLAN_KEEPER)
    if mine.isdisjoint({body.pk, plan.issuer_id, plan.monitor_id}):
        raise Refused(
            _("Only the body itself and the plan's issuer or monitor ask for its report."), field="body"
        )
    if not duty.is_duty or duty.deadline is None:
        raise BadInput.of("duty", _("This duty asks for no dated report."))
    term = term_of(plan, period)
    owed = occasions(duty, plan, plan.first_on, min(plan.last_on or FAR_OFF, today + A_YEAR))
    occasion = next((each for each in owed if each.term == term), None)
    if occasion is None or term.first > today:
        raise BadInput.of("period", _("No report is owed for this period, or it has not begun."))
    if body not in _bound(duty, occasion, today):
        raise BadInput.of("body", _("This duty does not bind this body in this period."))
    return _open(duty, occasion, body, by=Actor.staff(by), at=at)


def _new_case(duty: Target, occasion: Occasion, body: Body, now: datetime) -> NewCase:
    plan = duty.plan
    source = f"{plan.key}, {duty.code}: {duty.section}"
    return NewCase(
        kind=Kind.REPORT,
        channel=Channel.BRIEFING,
        title=f"{duty.text} ({occasion.term.code})"[:300],
        received_by=body,
        received_at=now,
        area=body.area,
        fixed=(RULE, occasion.due_on, source[:200]),
        details={"plan": plan.key, "duty": duty.code, "period": occasion.term.code},
    )


# --- What it says ---------------------------------------------------------------------------------------------------------


def figures_of(report: Report) -> list[dict[str, Any]]:
    """Every figure of the plan that concerns this body in the period, as it stands now; of a report handed in, as it was.

    Of a review also the figures of the whole plan so far.
    """
    if report.figures is not None:
        return list(report.figures)
    periods = [report.period, *([WHOLE] if report.is_review else [])]
    rows = (
        Measure.objects.newest()
        .filter(target__plan=report.duty.plan_id, body=report.body_id, period__in=_within(report, periods))
        .select_related("target")
        .order_by("target__is_duty", "target__position", "first_on", "period")
    )
    return [_figure(row) for row in rows]


def _within(report: Report, periods: list[str]) -> list[str]:
    """The period itself and the quarters and months in it."""
    if report.period == WHOLE or not report.period.isdigit():
        return periods
    year = report.period
    return [
        *periods,
        *(f"{year}-Q{quarter}" for quarter in range(1, 5)),
        *(f"{year}-{month:02}" for month in range(1, 13)),
    ]


def _figure(row: Measure) -> dict[str, Any]:
    target = row.target
    return {
        "code": target.code,
        "text": target.text,
        "unit": target.unit,
        "period": row.period,
        "value": _plain(row.value),
        "numerator": _plain(row.numerator),
        "denominator": _plain(row.denominator),
        "passed": row.passed,
        "comparator": _SIGNS.get(target.comparator, target.comparator),
        "threshold": _plain(target.judged_by),
        "threshold_is_ours": target.threshold is None and target.threshold_default is not None,
        "is_share": target.value_type in SHARES,
        "is_typed": target.is_manual,
        "as_of": row.as_of.isoformat(),
    }


# A range is judged by its lower end.
_SIGNS: dict[str, str] = {Comparator.AT_LEAST: "≥", Comparator.RANGE: "≥", Comparator.AT_MOST: "≤"}


def _plain(value: Any) -> str | None:
    return None if value is None else number(value)


# --- What the body does -----------------------------------------------------------------------------------------------------


@transaction.atomic
def write_words(report: Report, words: str, *, version: int | None, by: User, at: datetime) -> Report:
    """Keep the body's own words. Raises Refused when it was handed in, or somebody wrote meanwhile; BadInput when too long."""
    locked = _locked(report)
    _refuse_if_handed_in(locked)
    if version is not None and version != locked.words_version:
        raise Refused(_("Somebody else wrote meanwhile. Look at the report again."), field="version")
    if len(words) > WORDS_LENGTH:
        raise BadInput.of("words", _("At most %(most)s letters.") % {"most": WORDS_LENGTH})
    if not by.memberships.on(local_day(at)).filter(body=locked.body_id).exists():
        raise Refused(_("This report is not yours to write."))
    locked.words, locked.words_version = words, locked.words_version + 1
    locked.save(update_fields=["words", "words_version"])
    return locked


@transaction.atomic
def hand_in(report: Report, *, document: Document, on: date | None, by: User, at: datetime) -> Report:
    """Hand it in: the day is recorded, words and figures are frozen as a paper of the case, and the case is closed.

    `on` is the local day on which it left (default: today). By the head of the body. What was already done on the case's own
    page stands as it was done there. Raises Refused and BadInput.
    """
    locked = _locked(report)
    _refuse_if_handed_in(locked)
    case = Case.objects.get(pk=locked.case_id)
    if case.body_id not in standing_of(by, local_day(at)).bodies(Role.HEAD):
        raise Refused(_("Only the head of the body hands its report in."))
    day = _handed_in_on(case, document, on or local_day(at), by=by, at=at)
    locked.figures = figures_of(locked)
    locked.handed_in_on, locked.handed_in_at, locked.handed_in_by = day, at, by
    locked.save(update_fields=["figures", "handed_in_on", "handed_in_at", "handed_in_by"])
    # What is over stays as it was reported; what runs on is fixed on the night after its end.
    freezing.freeze_reported(by=by, at=at, report=locked)
    _settle(case, locked, document, by=by, at=at)
    return locked


def _handed_in_on(case: Case, document: Document, day: date, *, by: User, at: datetime) -> date:
    """Record the day, unless it stands there already."""
    met: date | None = case.clocks.filter(rule=RULE).values_list("met_on", flat=True).first()
    if met is not None:
        return met
    duty: Mapping[str, Any] = {"duty": Duty.HANDED_IN, "day": day, "document": document}
    workflow.move(case, "record_duty", by=Actor.staff(by), recorded_at=at, facts=duty)
    return day


def _settle(case: Case, report: Report, document: Document, *, by: User, at: datetime) -> None:
    """The paper is the answer of the case, unless its head gave another; then nothing is left to do."""
    actor = Actor.staff(by)
    if case.stage in WORK:
        paper = files.receive(case, docx_of(report, report.figures or [], document), by=by, at=at)
        text = _("Report handed in: %(number)s") % {"number": document.number}
        answer = {"result": Result.DONE, "text": text, "document": document, "files": [paper]}
        workflow.move(case, "answer", by=actor, recorded_at=at, facts=answer)
        case.refresh_from_db(fields=["stage"])
    if case.stage == Stage.ANSWERED:
        workflow.move(case, "close", by=actor, recorded_at=at)


def _locked(report: Report) -> Report:
    joined = ("duty__plan__issuer__area", "duty__to", "duty__via", "body__area", "body__superior", "case")
    return Report.objects.select_for_update(of=("self",)).select_related(*joined).get(pk=report.pk)


def _refuse_if_handed_in(report: Report) -> None:
    if report.is_handed_in:
        raise Refused(_("This report was handed in: neither its words nor its figures change any more."))
