"""What the holder of a tracking code is told: where the matter stands, in plain words, and nothing internal.

Six fixed steps with the days they were done; what comes next, by when and at which office (never a person); what the
citizen can do; why it takes longer; the day the answer is due and how it was counted. Pure over rows already read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.clocks import explain
from cases.codes import Flag, Instance, Kind
from cases.law import Law
from cases.models import Case, Clock, Event
from cases.stages import OPEN, PRE, UNSETTLED_ENDS, WORK, Stage
from cases.steps import local_day
from cases.wording import basis_of
from feedback import filing

STEPS: dict[str, Promise] = {
    "received": pgettext_lazy("step", "Your petition has been received"),
    "sorted": pgettext_lazy("step", "It has been read and given to the office in charge"),
    "accepted": pgettext_lazy("step", "The office in charge has taken it up"),
    "examined": pgettext_lazy("step", "The matter is looked into"),
    "answered": pgettext_lazy("step", "The answer is given"),
    "closed": pgettext_lazy("step", "All is done"),
}
# What the last step says when the matter ended without an answer.
ENDS: dict[Stage, Promise] = {
    Stage.GUIDED: gettext_lazy("Another office is in charge: you were told where to turn"),
    Stage.RETURNED: gettext_lazy("It was returned to the office that had sent it"),
    Stage.TRANSFERRED_OUT: gettext_lazy("It was passed on to the office in charge"),
    Stage.REFUSED: gettext_lazy("It was not taken up: the written notice gives the reasons"),
    Stage.WITHDRAWN: gettext_lazy("It was withdrawn"),
    Stage.TERMINATED: gettext_lazy("The handling was ended: the written decision gives the reasons"),
    Stage.ARCHIVED: gettext_lazy("It was filed without handling: it does not meet the conditions of the law"),
    Stage.VOID: gettext_lazy("This entry was cancelled: ask the office that received it"),
}
# Acts by which somebody has read it and given it to whoever is in charge.
_SORTED = ("classify", "route", "accept", "transfer", "guide", "refuse", "archive")


@dataclass(frozen=True)
class StepDone:
    """One of the six. `done_on` is a local day; `is_now`: where the matter stands; neither: to come, or not needed."""

    code: str
    text: str
    done_on: date | None
    is_now: bool
    is_needed: bool


@dataclass(frozen=True)
class DueDay:
    """The limit that runs, as a citizen can check it by hand. A paused limit has no day."""

    due_on: date | None
    original_due_on: date | None
    basis: str
    explanation: list[dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """Of a denunciation only that there is one: the conclusion itself goes to the denouncer by letter."""

    answered_on: date
    number: str
    result: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Matter:
    """The rows it is told from; `events` oldest first, `clocks` as they were started."""

    case: Case
    events: Sequence[Event]
    clocks: Sequence[Clock]
    law: Law
    today: date

    def last(self, *moves: str) -> Event | None:
        return next((event for event in reversed(self.events) if event.move in moves), None)

    @property
    def clock(self) -> Clock | None:
        """The live limit that the citizen waits for: of the answer once it is taken up, of taking it up before."""
        live = [clock for clock in self.clocks if clock.is_live]
        deciding = [clock for clock in live if clock.is_deciding]
        waits_for = deciding if Stage(self.case.stage) not in PRE or not live else []
        accepting = [clock for clock in live if clock.rule.endswith(".accept")]
        return next(iter(waits_for or accepting or deciding or live), None)


def steps_of(matter: Matter) -> list[StepDone]:
    stage, done = Stage(matter.case.stage), _days(matter)
    ended = stage in UNSETTLED_ENDS
    to_come = [code for code in STEPS if code not in done]
    now = to_come[0] if to_come and not ended else ""
    return [
        StepDone(code, str(_said(code, stage)), done.get(code), code == now, not ended or code in done)
        for code in STEPS
    ]


def _said(code: str, stage: Stage) -> Promise:
    return ENDS.get(stage, STEPS[code]) if code == "closed" else STEPS[code]


def _days(matter: Matter) -> dict[str, date]:
    """The day of each step that is done. What was reopened or given back is to be done again."""
    case, stage = matter.case, Stage(matter.case.stage)
    days = {"received": case.first_received_on}
    first = next((event for event in matter.events if event.move in _SORTED), None)
    if first is not None:
        days["sorted"] = local_day(first.at)
    accepted = matter.last("accept")
    if accepted is not None and stage not in PRE:
        days["accepted"] = local_day(accepted.at)
    answer = matter.last("answer")
    if answer is not None and stage in {Stage.ANSWERED, Stage.CLOSED}:
        days["examined"] = days["answered"] = _day_of_answer(answer)
    if case.ended_on is not None:
        days["closed"] = case.ended_on
    return days


def next_step(matter: Matter) -> tuple[str, date | None]:
    """What happens next, and the last day for it; empty when nothing does."""
    stage, clock = Stage(matter.case.stage), matter.clock
    by = clock.due_on if clock else None
    if stage in PRE:
        return _("The office decides whether it takes your petition up, and tells you."), by
    if stage == Stage.SUSPENDED:
        return _("The handling rests by a decision; it goes on when the reason has passed."), None
    if stage in WORK:
        return _("The office looks into the matter and answers you."), by
    if stage == Stage.ANSWERED:
        return _(
            "The office sends you the answer and does what the law asks for after it."
        ), matter.case.due_on
    return "", None


def to_do(matter: Matter) -> list[str]:
    """What the citizen is asked for, and what is open to them."""
    told = []
    asked, given = matter.last("ask_supplement"), matter.last("supplement")
    waits = asked is not None and (given is None or given.seq < asked.seq)
    if asked is not None and waits and Stage(matter.case.stage) in PRE | WORK:
        told.append(_("The office asks you for more: %(what)s") % {"what": asked.details.get("what", "")})
    goes_on = _where_to_go_on(matter)
    return told + ([goes_on] if goes_on else [])


def _where_to_go_on(matter: Matter) -> str:
    case, stage = matter.case, Stage(matter.case.stage)
    if stage == Stage.GUIDED:
        guided = matter.last("guide")
        address = guided.details.get("right_address", "") if guided else ""
        return _("Turn to: %(address)s") % {"address": address}
    answer = matter.last("answer")
    if case.kind != Kind.COMPLAINT or case.instance != Instance.FIRST or answer is None:
        return ""
    if stage not in {Stage.ANSWERED, Stage.CLOSED}:
        return ""
    remote = Flag.REMOTE in case.flags
    last = filing.last_day(Instance.SECOND, _day_of_answer(answer), matter.law, remote=remote)
    if last is None or last < matter.today:
        return ""
    return _(
        "If you do not agree, you may complain to the office above by %(day)s, counted from the day of the decision."
    ) % {"day": _written(last)}


def due_day(matter: Matter) -> DueDay | None:
    clock = matter.clock
    if clock is None or Stage(matter.case.stage) not in OPEN - {Stage.ANSWERED}:
        return None
    rule = matter.law.rule_of(clock.limit_id) if clock.limit_id else None
    return DueDay(
        clock.due_on,
        clock.original_due_on,
        basis_of(rule.basis, rule.mark) if rule else clock.fixed_by,
        explain(clock, matter.law),
    )


def why_longer(matter: Matter) -> list[str]:
    """Why the day is another than at first, and what was done about a lateness. Empty when all is in time."""
    clock, told = matter.clock, []
    if clock is None or Stage(matter.case.stage) not in OPEN - {Stage.ANSWERED}:
        return []
    if clock.due_on is None:
        told.append(_("The time limit is paused: these days do not count."))
    for extension in clock.extensions:
        told.append(_("The time limit was extended by %(document)s.") % {"document": extension["document"]})
    if clock.due_on is not None and clock.due_on < matter.today:
        days = (matter.today - clock.due_on) // timedelta(days=1)
        told.append(_("The office is %(days)d days late.") % {"days": days})
        raised = matter.last("escalate")
        told.append(
            _("This was reported to the offices responsible on %(day)s.")
            % {"day": _written(local_day(raised.at))}
            if raised
            else _("The office has given no reason. You may ask it, or the office above it.")
        )
    return told


def answer_of(matter: Matter) -> Answer | None:
    """The answer as it was given, while it stands."""
    event = matter.last("answer")
    if event is None or Stage(matter.case.stage) not in {Stage.ANSWERED, Stage.CLOSED}:
        return None
    day, number = _day_of_answer(event), event.details.get("document", {}).get("number", "")
    if matter.case.kind == Kind.DENUNCIATION:
        return Answer(day, number, "", _("The conclusion is sent to you by letter."))
    return Answer(day, number, str(matter.case.get_result_display()), event.details.get("text", ""))


def _day_of_answer(event: Event) -> date:
    dated = event.details.get("document", {}).get("date")
    return date.fromisoformat(dated) if dated else local_day(event.at)


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")
