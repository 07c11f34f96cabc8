"""How a step is checked and worked out: the arrow table, the fields, the time; then case, clocks and stage. Writes nothing.

Shared by `workflow.move` and `workflow.worked_out`: one case or thousands, the step is the same.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bodies.calendars import working_days_between
from bodies.refusals import BadInput, Refused
from cases import attention
from cases.clock_table import accept_rule, act_of, started_by
from cases.clocks import ClockSet, matter_of
from cases.effects import EFFECTS
from cases.entries import ENTRY_EFFECTS, after_split
from cases.models import Case, Clock
from cases.moves import MOVES, Move, Target
from cases.parts import ActorKind, Part
from cases.stages import ENDED, OPEN, OUTSIDE_SHARE, PRE, Stage
from cases.steps import Actor, Document, Step, local_day, refuse_if


def begin(
    case: Case,
    row: Move,
    by: Actor,
    parts: frozenset[Part],
    clocks: ClockSet,
    *,
    at: datetime,
    recorded_at: datetime,
    reason: str = "",
    facts: Mapping[str, Any],
) -> Step:
    """The step, checked: lawful for the stage and kind, by one who may, with every field, at a possible time."""
    _check_arrow(row, case, parts)
    _check_fields(row, facts, reason)
    step = Step(
        case=case,
        move=row,
        actor=by,
        parts=parts,
        at=at,
        recorded_at=recorded_at,
        facts=facts,
        clocks=clocks,
        from_stage=Stage(case.stage),
        to_stage=_target(row, case),
        reason=reason.strip(),
        act=act_of(row.name, str(facts.get("duty", "")) if row.name == "record_duty" else ""),
    )
    step.day = _act_day(step)
    _check_time(step)
    return step


def _check_arrow(row: Move, case: Case, parts: frozenset[Part]) -> None:
    if not parts:
        raise Refused(_("This case is not yours to move."))
    if case.kind not in row.kinds:
        raise Refused(_("%(kind)s: there is no such move as “%(move)s”.") % _named(row, case))
    if case.stage not in row.sources:
        raise Refused(_("A case at the stage “%(stage)s” cannot do this: %(move)s.") % _named(row, case))
    if not row.may(parts, case.kind):
        raise Refused(_("This is not yours to do: %(move)s.") % _named(row, case))


def _named(row: Move, case: Case) -> dict[str, str]:
    return {"move": str(row.label), "stage": case.get_stage_display(), "kind": case.get_kind_display()}


def _check_fields(row: Move, facts: Mapping[str, Any], reason: str) -> None:
    missing = [name for name in sorted(row.needs) if _lacks(facts, name)]
    if row.needs_reason and not reason.strip():
        missing.append("reason")
    stray = sorted(
        name for name, value in facts.items() if name not in row.fields and value not in (None, "", [])
    )
    errors = {name: [_("This is needed.")] for name in missing}
    errors |= {name: [_("This move does not take the field.")] for name in stray}
    if errors:
        raise BadInput(errors)


def _lacks(facts: Mapping[str, Any], name: str) -> bool:
    """Whether a field that is needed is not there. No flags at all is an answer: there is no special situation."""
    value = facts.get(name)
    return value in (None, "") or (value == [] and name != "flags")


def _target(row: Move, case: Case) -> Stage:
    if row.target is Target.SAME:
        return Stage(case.stage)
    if row.target is Target.BEFORE:
        return Stage(case.stage_before)
    return Stage(row.target)


def _act_day(step: Step) -> date:
    """The local day on which the act counts: the decision's date for an answer, the named day of a sending, else of `at`."""
    document = step.document
    if step.move.name == "answer" and document is not None:
        return document.date
    day = step.facts.get("day")
    return day if isinstance(day, date) else local_day(step.at)


def _check_time(step: Step) -> None:
    today = local_day(step.recorded_at)
    if step.at > step.recorded_at:
        raise BadInput.of("at", _("This lies in the future."))
    if step.day > today:
        raise BadInput.of("day" if "day" in step.facts else "document", _("This lies in the future."))
    if step.at < step.case.received_at and step.actor.kind != ActorKind.IMPORTER:
        raise BadInput.of("at", _("This lies before the case was received."))
    backdated = local_day(step.at) < today and step.actor.kind == ActorKind.USER
    if backdated and not isinstance(step.document, Document):
        raise BadInput.of("document", _("An act of an earlier day needs its document."))
    # What is recorded more than one working day after it was done is listed for the monitor.
    if (
        step.actor.kind == ActorKind.USER
        and working_days_between(step.day, today, step.clocks.law.calendar) > 1
    ):
        step.details["recorded_late"] = True


def take(step: Step) -> None:
    """Work out what the move does: first the case, then the clocks it meets and starts, then the stage."""
    effect = EFFECTS.get(step.move.name) or ENTRY_EFFECTS.get(step.move.name)
    if effect:
        effect(step)
    if step.document is not None:
        step.write(document=step.document)
        step.case.document_numbers = f"{step.case.document_numbers} {step.document.number}".strip()[:2000]
    if step.get("note"):
        step.write(note=step.get("note"))
    _run_clocks(step)
    _enter(step)
    step.clocks.settle_columns()
    step.case.next_attention_at = attention.next_at(
        step.case, step.clocks.clocks, after=step.recorded_at, calendar=step.clocks.law.calendar
    )
    if any(line["did"] == Clock.State.MET_LATE for line in step.clocks.told) and not step.case.is_silent:
        # The levels it passed unseen are still to be written: looked at once more, at once.
        step.case.next_attention_at = step.recorded_at
    if step.move.raises_version:
        step.case.version += 1


def _run_clocks(step: Step) -> None:
    clocks, document = step.clocks, str(step.document or "")
    was_live = {id(clock) for clock in clocks.live}
    clocks.apply(step.act, step.day, to_stage=step.to_stage, document=document)
    clocks.start(started_by(step.act, matter_of(step.case, clocks.law)), step.day)
    if step.move.name in {"transfer", "return_to_sender"} and step.to_stage == Stage.RECEIVED:
        _restart_acceptance(step)
    if step.move.name == "split":
        after_split(step)
    if step.move.name == "record_duty":
        _check_duty(step, met=any(not clock.is_live for clock in clocks.clocks if id(clock) in was_live))
    if clocks.told:
        step.details["clocks"] = clocks.told


def _check_duty(step: Step, *, met: bool) -> None:
    """A duty is recorded where its limit runs; those that begin a limit, where the case is still open."""
    begins = bool(started_by(step.act, matter_of(step.case, step.clocks.law))) and step.from_stage in OPEN
    refuse_if(not met and not begins, _("No limit of this duty runs in the case."), field="duty")


def _restart_acceptance(step: Step) -> None:
    """The new body's own acceptance clock; the old one was met by the transfer, or is owed by nobody any more."""
    code = accept_rule(matter_of(step.case, step.clocks.law))
    if code:
        step.clocks.start([code], step.day)


def _enter(step: Step) -> None:
    case = step.case
    if step.to_stage == case.stage:
        return
    if step.to_stage in ENDED:
        _end(step)
    elif case.stage in ENDED:
        case.ended_on = case.ended_on_time = case.days_taken = case.working_days_taken = None
    before = _entered_from(step) if step.move.target is Target.BEFORE else case.stage
    case.stage_before, case.stage = before, step.to_stage


def _entered_from(step: Step) -> str:
    """Back at a stage, the stage before it is again the one from which the case first went there, not the detour."""
    entered = (
        step.case.events.filter(to_stage=step.to_stage)
        .exclude(move__in=_GO_BACK)
        .exclude(from_stage=step.to_stage)
    )
    return entered.order_by("-seq").values_list("from_stage", flat=True).first() or ""


_GO_BACK = [move.name for move in MOVES.values() if move.target is Target.BEFORE]


def _end(step: Step) -> None:
    case, calendar = step.case, step.clocks.law.calendar
    case.ended_on = step.day
    case.ended_on_time = None if step.to_stage in OUTSIDE_SHARE else _on_time(step)
    case.days_taken = max((step.day - case.first_received_on).days, 0)
    case.working_days_taken = max(working_days_between(case.first_received_on, step.day, calendar), 0)
    # Kept in the history too: a case can be reopened, and what it counted for until then stays known (cases.facts).
    step.details["ended"] = {
        "on": step.day.isoformat(),
        "on_time": case.ended_on_time,
        "days": case.days_taken,
        "working_days": case.working_days_taken,
    }


def _on_time(step: Step) -> bool | None:
    """By the deciding clock; a case that ended before acceptance by its acceptance, else its sorting clock.

    None where that clock was stopped or never ran: such a case is in no share.
    """
    clocks = step.clocks.clocks
    # A line of a book may close at once what it also tells to have been accepted.
    if step.from_stage in PRE and step.to_stage != Stage.CLOSED:
        judged = [clock for clock in clocks if clock.rule.endswith(".accept")]
        judged = judged or [clock for clock in clocks if clock.rule == "letter.classify"]
    else:
        judged = [clock for clock in clocks if clock.is_deciding]
    met = [clock for clock in judged if clock.met_on]
    return met[-1].state == Clock.State.MET if met else None
