"""The arrow table: every move of a case, from which stages, to which, by which part, for which kinds, with what it needs.

Buttons, the choices of the API, the diagram in the README and the exhaustive tests are all read from it. Pure.
What a move does to the case is in cases.effects, what it does to the clocks in cases.clock_table.
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.codes import ALL_KINDS, DUTIES, HOUSE, PETITIONS, Kind
from cases.parts import Part
from cases.stages import ALL, OPEN, PRE, WORK, Stage


class Target(Enum):
    """Targets that depend on the case."""

    SAME = "same"
    BEFORE = "the stage before"  # the stage the case had when it entered the present one


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step a case can take. `needs` are fields that must be there, `takes` fields that may."""

    name: str
    label: Promise
    sources: frozenset[Stage]
    target: Stage | Target
    by: frozenset[Part]
    kinds: frozenset[Kind]
    # Where the move can end elsewhere: to another body inside or to an address outside, whole or in part.
    or_target: Stage | Target | None = None
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    needs_reason: bool = False
    # Kinds of case in which only the chair who gave the conclusion may do it.
    chair_only: frozenset[Kind] = frozenset()
    # Acts of people that change the case raise its version; notes, reminders and escalations do not.
    raises_version: bool = True

    @property
    def fields(self) -> frozenset[str]:
        return self.needs | self.takes

    def may(self, parts: frozenset[Part], kind: str) -> bool:
        """Whether one of these parts may make the move in a case of this kind."""
        if kind in self.chair_only:
            return Part.CHAIR in parts
        return not self.by.isdisjoint(parts)

    def is_lawful(self, stage: str, kind: str) -> bool:
        """Whether a case of this stage and kind knows the move at all, whoever asks."""
        return stage in self.sources and kind in self.kinds


R, H, D, S, M, C, K = (
    Part.RECEPTIONIST,
    Part.HANDLER,
    Part.HEAD,
    Part.SUPERIOR,
    Part.MONITOR,
    Part.CITIZEN,
    Part.CLOCK,
)
_JUDGED = frozenset({Kind.COMPLAINT, Kind.DENUNCIATION})
_CLOSABLE = ALL - {Stage.VOID, Stage.JOINED}


def _move(
    name: str,
    label: Promise,
    sources: set[Stage] | frozenset[Stage],
    target: Stage | Target,
    by: set[Part],
    kinds: set[Kind] | frozenset[Kind] = ALL_KINDS,
    *,
    or_target: Stage | Target | None = None,
    needs: str = "",
    takes: str = "",
    reason: bool = False,
    chair_only: set[Kind] | frozenset[Kind] = frozenset(),
    version: bool = True,
) -> Move:
    # The head may do all that the receptionist and the handler of the body may.
    parts = frozenset(by | {D}) if by & {R, H} else frozenset(by)
    return Move(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        by=parts,
        kinds=frozenset(kinds),
        or_target=or_target,
        needs=frozenset(needs.split()),
        takes=frozenset(takes.split()) | {"note", "document"},
        needs_reason=reason,
        chair_only=frozenset(chair_only),
        raises_version=version,
    )


_SAME, _BEFORE = Target.SAME, Target.BEFORE
_TABLE = [
    _move("classify", _("Classify"), {Stage.RECEIVED, Stage.CLASSIFIED}, Stage.CLASSIFIED, {R}, PETITIONS,
          needs="kind", takes="instance subject flags eligible competent"),
    _move("route", _("Route"), PRE | {Stage.ACCEPTED}, Stage.ROUTED, {R, S},
          needs="body", takes="instruction person co_bodies"),
    _move("assign", _("Assign"), PRE | WORK, _SAME, {D}, needs="person"),
    _move("accept", _("Accept"), PRE, Stage.ACCEPTED, {D}),
    _move("refuse", _("Refuse acceptance"), PRE, Stage.REFUSED, {D}, _JUDGED, needs="ground", reason=True),
    _move("guide", _("Guide to the competent body"), PRE, Stage.GUIDED, {R}, PETITIONS, needs="right_address", reason=True),
    _move("transfer", _("Transfer"), PRE, Stage.RECEIVED, {D}, PETITIONS - {Kind.COMPLAINT},
          or_target=Stage.TRANSFERRED_OUT, needs="document", takes="body address", reason=True),
    _move("return_to_sender", _("Return to sender"), PRE, Stage.RECEIVED, {D}, PETITIONS,
          or_target=Stage.RETURNED, needs="document", reason=True),
    _move("archive", _("Archive"), PRE, Stage.ARCHIVED, {D}, PETITIONS, needs="ground", reason=True),
    _move("ask_supplement", _("Ask for supplements"), PRE | WORK, _SAME, {R, H}, needs="what", reason=True),
    _move("supplement", _("Record supplements"), PRE | WORK, _SAME, {R, H, C}, needs="what", takes="files"),
    _move("suspend", _("Suspend"), WORK, Stage.SUSPENDED, {D}, _JUDGED | HOUSE, needs="ground document", reason=True),
    _move("resume", _("Resume"), {Stage.SUSPENDED}, _BEFORE, {D}, _JUDGED | HOUSE, needs="document"),
    _move("extend", _("Extend"), WORK, _SAME, {D}, needs="document", takes="clock days situation", reason=True,
          chair_only={Kind.CONCLUSION}),
    _move("set_situation", _("Set the situation"), WORK, _SAME, {D}, _JUDGED, needs="flags", reason=True),
    _move("begin_verification", _("Begin verification"), {Stage.ACCEPTED}, Stage.VERIFYING, {H}, _JUDGED, takes="person"),
    _move("record_verification", _("Record the verification"), WORK, _SAME, {H}, _JUDGED, needs="text", takes="files"),
    _move("record_dialogue", _("Record the dialogue"), WORK, _SAME, {H}, {Kind.COMPLAINT}, needs="day", takes="dialogue text"),
    _move("submit", _("Submit a draft answer"), {Stage.ACCEPTED, Stage.VERIFYING}, Stage.DRAFTED, {H}, needs="draft", takes="files"),
    _move("send_back", _("Send the draft back"), {Stage.DRAFTED}, _BEFORE, {D}, reason=True),
    _move("answer", _("Answer"), WORK, Stage.ANSWERED, {D}, needs="result text document files"),
    _move("notify_accepted", _("Notify of acceptance"), WORK | {Stage.ANSWERED}, _SAME, {H}, {Kind.DENUNCIATION}, needs="day"),
    _move("send_decision", _("Send the decision"), {Stage.ANSWERED}, _SAME, {H}, {Kind.COMPLAINT}, needs="day"),
    _move("send_conclusion", _("Send the conclusion"), {Stage.ANSWERED}, _SAME, {H}, {Kind.DENUNCIATION}, needs="day"),
    _move("disclose", _("Disclose"), {Stage.ANSWERED}, _SAME, {H}, _JUDGED, needs="day"),
    _move("progress", _("Report progress"), WORK, _SAME, {H}, {Kind.CONCLUSION, Kind.SUPERVISION}, needs="text", takes="percent files"),
    _move("close", _("Close"), {Stage.ANSWERED}, Stage.CLOSED, {H}),
    _move("withdraw", _("Withdraw"), PRE | WORK | {Stage.SUSPENDED}, Stage.WITHDRAWN, {R, C},
          PETITIONS | {Kind.CONCLUSION}, or_target=_SAME, needs="whole", takes="part code", chair_only={Kind.CONCLUSION}),
    _move("terminate", _("Terminate"), WORK | {Stage.SUSPENDED}, Stage.TERMINATED, {D}, _JUDGED, needs="ground document", reason=True),
    _move("join", _("Join to another case"), PRE | WORK, Stage.JOINED, {R}, PETITIONS, needs="into", takes="text"),
    _move("split", _("Split off again"), {Stage.JOINED}, _BEFORE, {R}, PETITIONS),
    _move("urge", _("Urge"), OPEN, _SAME, {R, S, M}, takes="to", reason=True, version=False),
    _move("direct", _("Direct"), OPEN, _SAME, {D, S}, needs="standing_member", reason=True),
    _move("escalate", _("Escalate"), OPEN, _SAME, {K}, needs="level", takes="clock bodies last", version=False),
    _move("appeal", _("Appeal"), ALL - PRE - {Stage.JOINED, Stage.VOID}, _SAME, {R}, {Kind.COMPLAINT}, takes="petition text"),
    _move("reopen", _("Reopen"), {Stage.CLOSED}, Stage.ACCEPTED, {D, S}, reason=True),
    _move("correct", _("Correct the entry"), _CLOSABLE, _SAME, {R}, needs="fields", reason=True),
    _move("void", _("Void the entry"), ALL - {Stage.ANSWERED, Stage.CLOSED, Stage.VOID}, Stage.VOID, {R}, reason=True),
    _move("record_duty", _("Record a duty"), ALL - {Stage.VOID, Stage.JOINED}, _SAME, {R, H, S}, needs="duty day", takes="text"),
    _move("note", _("Note"), OPEN, _SAME, {R, H, S, M, Part.CO_BODY}, needs="text", takes="visible_to files", version=False),
    _move("import", _("Import from a book"), {Stage.RECEIVED}, Stage.ACCEPTED, {Part.IMPORTER}, PETITIONS,
          needs="line", takes="result stage text address"),
]  # fmt: skip

MOVES: dict[str, Move] = {move.name: move for move in _TABLE}
# Where a new case begins.
OPENS_AT = {kind: Stage.ACCEPTED if kind in DUTIES else Stage.RECEIVED for kind in Kind}
