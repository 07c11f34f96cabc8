"""Everything the page of one case shows to one reader, read once: who holds it until when, its clocks, its stream.

What the reader may not see is not put together at all (cases.visibility); templates ask `seen` before they name a field.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q

from bodies.scopes import Standing
from cases import candidates, climbing, ladders, timeline, workflow
from cases import drafts as kept_drafts
from cases.badges import Badge, badge
from cases.clock_table import CLOCK_RULES
from cases.clocks import ClockSet, explain
from cases.codes import Flag, Kind
from cases.law import Law
from cases.models import Case, CaseFile, Clock, Draft, Event, Notice
from cases.moves import MOVES, Move
from cases.notices import REASONS
from cases.permissions import viewer_on
from cases.procedure import BarStep, Course, bar_of
from cases.stages import Stage
from cases.steps import local_day
from cases.timeline import Line, Names
from cases.visibility import Viewer, fields_for, sees_history_in_full
from cases.wording import FIELDS, REACHES, basis_of, rule_name, sureness

# What is read with the case: all that the page names of it.
JOINED = (
    "subject", "area", "body__area", "received_by", "handler", "standing_member", "against_body",
)  # fmt: skip
# The moves that carry a case on stand as buttons, in this order; the others are folded behind them.
_ONWARDS = (
    "resume", "accept", "begin_verification", "answer", "submit", "send_decision", "send_conclusion", "notify_accepted",
    "disclose", "close", "send_back", "classify", "assign", "route", "record_verification", "progress", "extend",
    "guide", "transfer", "urge", "note",
)  # fmt: skip
_BUTTONS = 5
# So many lines of the stream are shown before one asks for all.
LINES_AT_FIRST = 60


@dataclass(frozen=True)
class Stretch:
    """A run of days that counted or did not, and why."""

    from_: date | None
    to: date | None
    counted: int
    why: str


@dataclass(frozen=True)
class ClockLine:
    """One time limit as it is read: its law, its days, and how many of them are used up on the day of reading."""

    clock: Clock
    name: str
    basis: str
    mark: str
    badge: Badge
    stretches: tuple[Stretch, ...]
    used: int
    allowed: int


@dataclass(frozen=True)
class Rung:
    """A level of the ladder, reached or coming, with the bodies it reached."""

    level: int
    rule: str
    at: datetime
    due_on: date
    bodies: tuple[str, ...]
    is_reached: bool


@dataclass(frozen=True)
class CasePage:
    """One case, one reader, one instant. Its parts are read when they are first asked for."""

    case: Case
    standing: Standing
    law: Law
    at: datetime
    moves: list[Move] = field(default_factory=list)

    @cached_property
    def today(self) -> date:
        return local_day(self.at)

    @cached_property
    def viewer(self) -> Viewer:
        return viewer_on(self.case, self.standing)

    @cached_property
    def seen(self) -> frozenset[str]:
        return fields_for(self.viewer, self.case.kind)

    @cached_property
    def in_full(self) -> bool:
        return sees_history_in_full(self.viewer, self.case.kind)

    @cached_property
    def clocks(self) -> list[ClockLine]:
        """Those that run first, by their due day; then those that ended."""
        rows = sorted(
            self.case.clocks.all(), key=lambda clock: (not clock.is_live, clock.due_on or date.max, clock.pk)
        )
        return [_clock_line(clock, self.law, self.today) for clock in rows]

    @cached_property
    def nearest(self) -> ClockLine | None:
        """The limit that runs out first; while all rest, one that is paused."""
        live = [line for line in self.clocks if line.clock.is_live]
        return live[0] if live else None

    @cached_property
    def badge(self) -> Badge:
        case = self.case
        is_paused = self.nearest is not None and self.nearest.clock.state == Clock.State.PAUSED
        return badge(case.due_on, self.today, self.law.calendar, ended=case.is_ended, paused=is_paused)

    @cached_property
    def buttons(self) -> list[Move]:
        """The moves open to the reader that carry the case on, the likeliest first."""
        ranked = [move for move in self.moves if move.name in _ONWARDS]
        return sorted(ranked, key=lambda move: _ONWARDS.index(move.name))[:_BUTTONS]

    @cached_property
    def other_moves(self) -> list[Move]:
        return [move for move in self.moves if move not in self.buttons]

    @cached_property
    def flags(self) -> list[str]:
        return [str(Flag(flag).label) for flag in self.case.flags] if "flags" in self.seen else []

    @cached_property
    def bar(self) -> list[BarStep]:
        clocks = list(self.case.clocks.all())
        return bar_of(
            Course(case=self.case, events=self.events, clocks=clocks, law=self.law, today=self.today)
        )

    @cached_property
    def events(self) -> list[Event]:
        return list(self.case.events.select_related("by").order_by("seq"))

    @cached_property
    def files(self) -> list[CaseFile]:
        return list(self.case.files.order_by("uploaded_at", "pk")) if "files" in self.seen else []

    @cached_property
    def drafts(self) -> dict[str, Draft]:
        """What this reader typed and did not send, by move."""
        return kept_drafts.of(self.case, self.standing.user) if self.in_full else {}

    @property
    def stray_drafts(self) -> list[tuple[Move, Draft, list[tuple[str, str]]]]:
        """Drafts of moves that are not open any more: what was typed can still be read and taken along."""
        open_ = {move.name for move in self.moves}
        return [
            (MOVES[name], draft, list(_texts(draft)))
            for name, draft in self.drafts.items()
            if name not in open_
        ]

    @property
    def drafted(self) -> str:
        """The draft answer that waits for a signature."""
        if self.case.stage != Stage.DRAFTED or not self.in_full:
            return ""
        told = (event.details.get("draft", "") for event in reversed(self.events) if event.move == "submit")
        return str(next(told, ""))

    @cached_property
    def lines(self) -> list[Line]:
        return timeline.lines_of(self.events, self.files, self.names, in_full=self.in_full)

    @cached_property
    def names(self) -> Names:
        """Of everybody the history and the ladder name by code."""
        if not self.in_full:
            return Names()
        reached = {code for rung in self._ladder for code in rung["bodies"]}
        return timeline.names_in(self.events, bodies=reached)

    @cached_property
    def _ladder(self) -> list[dict[str, Any]]:
        return climbing.ladder_of(self.case, self.law)

    @cached_property
    def ladder(self) -> list[Rung]:
        return [
            Rung(
                rung["level"],
                rule_name(rung["clock"]),
                rung["at"],
                rung["due_on"],
                tuple(self._whom(rung)) if self.in_full else (),
                rung["reached"],
            )
            for rung in self._ladder
        ]

    def _whom(self, rung: dict[str, Any]) -> Iterable[str]:
        """The bodies that a level reached; of one that is to come, whom it would reach."""
        if rung["reached"]:
            return (self.names.of("body", code) for code in rung["bodies"])
        ladder = ladders.ladder_for(self.case.kind, rung["due_on"])
        steps = (step for step in ladder.rungs if step.level == rung["level"]) if ladder else ()
        return (str(REACHES.get(name, name)) for step in steps for name in step.to)

    @cached_property
    def linked(self) -> list[tuple[str, Case]]:
        """Cases joined, appealed or appealed from that this reader may know of, each with how it is linked."""
        case = self.case
        is_alone = not (case.joined_to_id or case.appeal_of_id or getattr(case, "has_linked", True))
        if is_alone or not self.in_full:
            return []
        pointed = Q(joined_to=case) | Q(appeal_of=case) | Q(pk__in=_ids(case.joined_to_id, case.appeal_of_id))
        rows = Case.objects.visible_to(self.standing).filter(pointed).select_related("body").order_by("pk")
        return [(_link(case, row), row) for row in rows[:50]]


def beside() -> Q:
    """Whether other cases point at a case, asked with the case itself: most have none."""
    joined, appeals = (
        Case.objects.filter(joined_to=OuterRef("pk")),
        Case.objects.filter(appeal_of=OuterRef("pk")),
    )
    return Exists(joined) | Exists(appeals)


def told_to(standing: Standing) -> Exists:
    """Whether a body of this reader was told of a case and nobody there has looked yet."""
    mine = Notice.objects.filter(case=OuterRef("pk"), body__in=standing.bodies(), opened_at=None)
    return Exists(mine)


def told_of(case: Case, _standing: Standing, _at: datetime) -> dict[str, Any]:
    """Who was made to know of a case, why, when, and whether they looked: a panel of its page."""
    rows = case.notices.select_related("body").order_by("at", "pk")
    return {"told": [(row, str(REASONS.get(row.why, row.why))) for row in rows]}


def page_of(case: Case, standing: Standing, law: Law, at: datetime) -> CasePage:
    """The page of a case that was read with JOINED and its clocks."""
    offer = Offer(case, [clock for clock in case.clocks.all() if clock.is_live], law, local_day(at))
    moves = [move for move in workflow.moves_open_to(standing, case) if offer.has_use_for(move)]
    return CasePage(case, standing, law, at, moves)


@dataclass(frozen=True)
class Offer:
    """Which of the moves open to a reader would lead anywhere now: what would only be refused is no button."""

    case: Case
    live: list[Clock]
    law: Law
    on: date

    def has_use_for(self, move: Move) -> bool:
        if move.name in _MEETS_A_CLOCK:
            return any(move.name in CLOCK_RULES[clock.rule].met_by for clock in self.live)
        check = _USES.get(move.name)
        return check is None or check(self)

    def is_owed_a_duty(self) -> bool:
        return bool(candidates.duties_owed(self.case, self.live))

    def owes_nothing(self) -> bool:
        return not self.live

    def may_be_archived(self) -> bool:
        return bool({Flag.ANONYMOUS, Flag.INELIGIBLE} & set(self.case.flags))

    def may_be_guided(self) -> bool:
        return self.case.kind == Kind.COMPLAINT or Flag.INELIGIBLE in self.case.flags

    def may_rest(self) -> bool:
        return bool(ClockSet(self.case, self.law, self.live).pausable_by("suspend", self.on))


# Acts that only tell of a duty done: offered while the duty is owed.
_MEETS_A_CLOCK = frozenset({"notify_accepted", "send_decision", "send_conclusion", "disclose"})
_USES: dict[str, Callable[[Offer], bool]] = {
    "record_duty": Offer.is_owed_a_duty,
    "close": Offer.owes_nothing,
    "archive": Offer.may_be_archived,
    "guide": Offer.may_be_guided,
    "suspend": Offer.may_rest,
}


def _texts(draft: Draft) -> Iterable[tuple[str, str]]:
    for name, values in draft.typed.items():
        yield str(FIELDS.get(name.removeprefix("fields."), name)), ", ".join(values)


def _clock_line(clock: Clock, law: Law, today: date) -> ClockLine:
    rule = law.rule_of(clock.limit_id) if clock.limit_id else None
    stretches = tuple(_stretches(explain(clock, law)))
    allowed = sum(stretch.counted for stretch in stretches)
    if clock.due_on is None and rule is not None:  # An open pause hides the rest of its days.
        allowed = rule.amount + sum(extension["days"] for extension in clock.extensions)
    until = min(today, clock.met_on or clock.stopped_on or today)
    used = sum(_used(stretch, until) for stretch in stretches)
    shown = badge(
        clock.due_on,
        today,
        law.calendar,
        ended=not clock.is_live,
        paused=clock.state == Clock.State.PAUSED,
    )
    basis, mark = (basis_of(rule.basis, rule.mark), sureness(rule.mark)) if rule else (clock.fixed_by, "")
    return ClockLine(clock, rule_name(clock.rule), basis, mark, shown, stretches, used, allowed)


def _stretches(told: Iterable[dict[str, Any]]) -> Iterable[Stretch]:
    for each in told:
        yield Stretch(_day(each["from"]), _day(each["to"]), each["counted"], each["why"])


def _used(stretch: Stretch, today: date) -> int:
    """How many of its days that count have passed by today. Days of one stretch that count lie side by side."""
    if not stretch.counted or stretch.from_ is None or today < stretch.from_:
        return 0
    return min((today - stretch.from_).days + 1, stretch.counted)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _ids(*ids: int | None) -> list[int]:
    return [pk for pk in ids if pk is not None]


def _link(case: Case, other: Case) -> str:
    if other.pk == case.joined_to_id:
        return "joined_to"
    if other.pk == case.appeal_of_id:
        return "appeal_of"
    return "joined" if other.joined_to_id == case.pk else "appeal"
