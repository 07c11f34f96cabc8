"""The clocks of one case during one act: started, met, paused, extended, reckoned; each change is told to the history.

Days are local days. Nothing is written here: `ClockSet.save` is called by cases.workflow in its transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bodies.refusals import Refused
from cases.clock_table import CLOCK_RULES, Matter, fate
from cases.codes import SITUATIONS, Flag
from cases.law import Law
from cases.models import Case, Clock
from cases.time_limits import BadQuestion, Due, Extension, Pause, Rule, due, recognised_in_time

State = Clock.State


def matter_of(case: Case, law: Law, *, is_competent: bool = True) -> Matter:
    """What of this case decides which clocks it owes."""
    flags = frozenset(case.flags)
    # Before the rule on legal documents was in force such feedback had the ordinary answer clock.
    if not law.choose("feedback.answer_legal_document", case.received_on, frozenset(), None):
        flags -= {Flag.LEGAL_DOCUMENT}
    return Matter(
        kind=case.kind,
        instance=case.instance,
        channel=case.channel,
        flags=flags,
        addressed_to_party_head=case.addressed_to_party_head,
        is_competent=is_competent,
    )


def situation_of(case: Case) -> frozenset[str]:
    """The flags that time limits speak of; remoteness may come from the area."""
    flags = frozenset(case.flags) & SITUATIONS
    return flags | {Flag.REMOTE} if case.area is not None and case.area.remote else flags


@dataclass
class ClockSet:
    """The live clocks of a case under one law, and what an act does to them."""

    case: Case
    law: Law
    clocks: list[Clock]
    # What happened to them, for the event's details.
    told: list[dict[str, Any]] = field(default_factory=list)
    _changed: list[Clock] = field(default_factory=list)

    @property
    def live(self) -> list[Clock]:
        return [clock for clock in self.clocks if clock.is_live]

    def live_deciding(self) -> Clock | None:
        return next((clock for clock in self.live if clock.is_deciding), None)

    # --- acts -----------------------------------------------------------------------------------------------------

    def start(self, codes: Iterable[str], on: date) -> None:
        """Start clocks from a day. A rule without a row on that day starts none and says so: never guess."""
        for code in codes:
            rule = self.law.choose(code, on, situation_of(self.case), self.case.body_id)
            if rule is None:
                self.told.append({"rule": code, "did": "no_limit"})
                continue
            self._end_live(code, on)
            clock = Clock(
                case=self.case,
                rule=code,
                limit_id=self.law.rows[rule],
                situation=sorted(rule.situation),
                is_deciding=CLOCK_RULES[code].is_deciding,
                started_on=on,
            )
            self._begin(clock)

    def start_fixed(self, code: str, on: date, fixed_on: date, fixed_by: str) -> None:
        """A clock whose due day was named by the chair or a plan, not by a rule."""
        clock = Clock(
            case=self.case,
            rule=code,
            is_deciding=CLOCK_RULES[code].is_deciding,
            started_on=on,
            fixed_on=fixed_on,
            fixed_by=fixed_by,
        )
        self._begin(clock)

    def apply(self, act: str, on: date, *, to_stage: str, document: str = "") -> None:
        """Meet, stop and pause what the table says this act meets, stops and pauses."""
        for clock in self.live:
            what = fate(clock.rule, act, to_stage=to_stage)
            if what == "met":
                self.meet(clock, on)
            elif what == "stopped":
                self.stop(clock, on)
            elif what == "paused" and self.may_pause(clock, on):
                self.pause(clock, on, act, document)

    def meet(self, clock: Clock, on: date) -> None:
        """The act was done on this day. Raises Refused if the clock did not run yet: time does not go backwards."""
        if on < clock.started_on:
            raise Refused(
                _("%(day)s lies before the limit began to run on %(start)s.")
                % {"day": _day(on), "start": _day(clock.started_on)},
                field="at",
            )
        if clock.due_on is None:  # Paused: the pause ends with the act that was waited for.
            self._close_pauses(clock, on)
            self._reckon(clock)
        late = clock.due_on is not None and on > clock.due_on
        clock.state, clock.met_on = (State.MET_LATE if late else State.MET), on
        self._freeze(clock)
        self._tell(clock, clock.state)

    def stop(self, clock: Clock, on: date) -> None:
        """Neither kept nor late: nobody owes the act any more."""
        clock.state, clock.stopped_on = State.STOPPED, max(on, clock.started_on)
        self._freeze(clock)
        self._tell(clock, "stopped")

    def may_pause(self, clock: Clock, on: date) -> bool:
        """Whether the rule has a basis, in force on the first day of the pause. A fixed day is the house's own."""
        return clock.limit_id is None or self.rule_of(clock).may_be_paused_on(on)

    def pausable_by(self, act: str, on: date) -> list[Clock]:
        return [c for c in self.live if act in CLOCK_RULES[c.rule].paused_by and self.may_pause(c, on)]

    def pause(self, clock: Clock, on: date, act: str, document: str) -> None:
        clock.pauses = [*clock.pauses, {"from": on.isoformat(), "to": None, "document": document, "by": act}]
        self._move(clock, "paused")

    def resume(self, act: str, on: date) -> None:
        """End the open pauses that this kind of act began."""
        for clock in self.live:
            if any(pause["to"] is None and pause["by"] == act for pause in clock.pauses):
                self._close_pauses(clock, on, act)
                self._move(clock, "resumed")

    def extend(self, clock: Clock, extension: dict[str, Any]) -> None:
        """Add days by a decision. Raises BadQuestion where the rule does not allow it."""
        clock.extensions = [*clock.extensions, extension]
        self._move(clock, "extended")

    def switch(self, clock: Clock, on: date) -> bool:
        """Take the row of the case's present situation; False if the situation was recognised too late to matter."""
        new = self.law.choose(clock.rule, clock.started_on, situation_of(self.case), self.case.body_id)
        if new is None or self.law.rows[new] == clock.limit_id:
            return True
        old = self.rule_of(clock)
        if new.longest < old.longest:
            clock.not_before = on
        elif not recognised_in_time(self._due(clock), on):
            self.told.append({"rule": clock.rule, "did": "recognised_too_late"})
            return False
        clock.limit_id, clock.situation = self.law.rows[new], sorted(new.situation)
        self._move(clock, "moved")
        return True

    def reckon_anew(self) -> None:
        """After a change of the calendar: each moved due day is told, old and new."""
        for clock in self.live:
            if clock.calendar_version != self.law.version:
                self._move(clock, "reckoned", always=False)

    # --- reckoning ------------------------------------------------------------------------------------------------

    def rule_of(self, clock: Clock) -> Rule:
        assert clock.limit_id is not None  # noqa: S101 - a fixed clock has no rule; callers ask first
        return self.law.rule_of(clock.limit_id)

    def _begin(self, clock: Clock) -> None:
        self._reckon(clock)
        clock.original_due_on = clock.due_on
        self.clocks.append(clock)
        self._tell(clock, "started")

    def _end_live(self, code: str, on: date) -> None:
        for clock in self.live:
            if clock.rule == code:
                self.stop(clock, on)

    def _move(self, clock: Clock, did: str, *, always: bool = True) -> None:
        was = clock.due_on
        self._reckon(clock)
        if always or clock.due_on != was:
            self._tell(clock, did, was)
        elif clock not in self._changed:
            self._changed.append(clock)

    def _reckon(self, clock: Clock) -> None:
        clock.due_on = _fixed_due(clock) if clock.limit_id is None else self._due(clock).on
        clock.state = State.PAUSED if clock.due_on is None else State.RUNNING
        clock.calendar_version = self.law.version

    def _due(self, clock: Clock) -> Due:
        return reckon(clock, self.law)

    def _close_pauses(self, clock: Clock, on: date, act: str = "") -> None:
        clock.pauses = [
            {**pause, "to": on.isoformat()} if pause["to"] is None and act in {"", pause["by"]} else pause
            for pause in clock.pauses
        ]

    def _freeze(self, clock: Clock) -> None:
        clock.explanation = explain(clock, self.law)

    def _tell(self, clock: Clock, did: str, was: date | None = None) -> None:
        line: dict[str, Any] = {
            "rule": clock.rule,
            "did": did,
            "due_on": clock.due_on.isoformat() if clock.due_on else None,
        }
        if was != clock.due_on and was is not None:
            line["was_due_on"] = was.isoformat()
        self.told.append(line)
        if clock not in self._changed:
            self._changed.append(clock)

    # --- the case's own columns -----------------------------------------------------------------------------------

    def settle_columns(self) -> None:
        """Copy to the case what lists sort and filter by."""
        running = [clock.due_on for clock in self.live if clock.due_on]
        deciding = self.live_deciding()
        self.case.due_on = min(running, default=None)
        self.case.deciding_due_on = deciding.due_on if deciding else None

    def begun(self) -> list[Clock]:
        """The clocks of a case that was not saved before, unsaved; the case has its id by now."""
        for clock in self.clocks:
            clock.case = self.case
        return self.clocks

    def save(self) -> None:
        new = [clock for clock in self._changed if clock.pk is None]
        old = [clock for clock in self._changed if clock.pk is not None]
        # The old first: of one rule one clock lives at a time.
        if old:
            Clock.objects.bulk_update(old, _WRITTEN)
        Clock.objects.bulk_create(new)

    @staticmethod
    def save_reckoned(sets: Iterable["ClockSet"]) -> None:
        """Save the clocks of many cases that were reckoned anew, and nothing else."""
        changed = [clock for each in sets for clock in each._changed]
        Clock.objects.bulk_update(changed, ["due_on", "state", "calendar_version"], batch_size=500)


_WRITTEN = [
    "limit", "situation", "pauses", "extensions", "not_before", "due_on", "met_on", "stopped_on", "state", "explanation",
    "calendar_version",
]  # fmt: skip


def reckon(clock: Clock, law: Law) -> Due:
    """The due day of a clock that has a rule, from what is stored of it."""
    assert clock.limit_id is not None  # noqa: S101
    if not clock.pauses and not clock.extensions and clock.not_before is None:
        return law.plain_due(clock.limit_id, clock.started_on)
    return due(
        law.rule_of(clock.limit_id),
        clock.started_on,
        law.calendar,
        pauses=pauses_of(clock),
        extensions=extensions_of(clock),
        not_before=clock.not_before or date.min,
    )


def explain(clock: Clock, law: Law) -> list[dict[str, Any]]:
    """Why this day, stretch by stretch. What ended keeps the words of its end; a live clock is told afresh."""
    if clock.explanation:
        return list(clock.explanation)
    if clock.limit_id is None:
        source = clock.fixed_by or _("named day")
        return [{"from": clock.started_on.isoformat(), "to": _iso(clock.due_on), "counted": 0, "why": source}]
    try:
        return [stretch.as_json() for stretch in reckon(clock, law).explanation]
    except BadQuestion as bad:  # A row of the law was changed under it; the stored day stands.
        return [
            {"from": clock.started_on.isoformat(), "to": _iso(clock.due_on), "counted": 0, "why": bad.message}
        ]


def pauses_of(clock: Clock) -> Iterator[Pause]:
    for pause in clock.pauses:
        end = date.fromisoformat(pause["to"]) if pause["to"] else None
        yield Pause(date.fromisoformat(pause["from"]), end, pause.get("document", ""))


def extensions_of(clock: Clock) -> list[Extension]:
    return [
        Extension(
            e["days"], date.fromisoformat(e["dated_on"]) if e.get("dated_on") else None, e.get("document", "")
        )
        for e in clock.extensions
    ]


def _fixed_due(clock: Clock) -> date | None:
    """A named day moves by the days of its pauses and extensions; an open pause hides it."""
    assert clock.fixed_on is not None  # noqa: S101
    day = clock.fixed_on + timedelta(days=sum(e["days"] for e in clock.extensions))
    for pause in pauses_of(clock):
        if pause.start > day:
            continue
        if pause.end is None:
            return None
        day += pause.end - pause.start
    return day


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
