"""The arrow table: every move of a dialogue, from which stages, to which, by whom, with what it needs. Pure.

Choices of the API, buttons and the exhaustive tests are read from it. What a move does is in dialogues.effects.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dialogues.stages import AHEAD, EVERY, UNLOCKED, Stage


class Part(TextChoices):
    """How somebody stands towards a dialogue."""

    HEAD = "head", _("Head of the host")
    DESK = "desk", _("Handler of the host")
    # Takes down questions.
    COLLECTOR = "collector", _("Receptionist of the host, or somebody of the front that watches the area")


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step. `target` None: the stage stays. `needs` are fields that must be there, `takes` fields that may."""

    name: str
    label: Promise
    sources: frozenset[Stage]
    target: Stage | None
    by: frozenset[Part]
    needs: frozenset[str]
    takes: frozenset[str]
    needs_reason: bool

    @property
    def fields(self) -> frozenset[str]:
        return self.needs | self.takes


def _move(
    name: str,
    label: Promise,
    sources: set[Stage] | frozenset[Stage],
    target: Stage | None,
    by: set[Part],
    *,
    needs: str = "",
    takes: str = "",
    reason: bool = False,
) -> Move:
    return Move(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        by=frozenset(by),
        needs=frozenset(needs.split()),
        takes=frozenset(takes.split()),
        needs_reason=reason,
    )


_HEAD, _OFFICE = {Part.HEAD}, {Part.HEAD, Part.DESK}
_TABLE = [
    _move("schedule", _("Name the day"), {Stage.PLANNED, Stage.POSTPONED}, Stage.PLANNED, _OFFICE,
          needs="starts_at", takes="place online_at document"),
    _move("announce", _("Announce"), {Stage.PLANNED}, Stage.ANNOUNCED, _OFFICE,
          needs="announcement how_to_attend", takes="day document"),
    _move("hold", _("Record that it was held"), {Stage.ANNOUNCED}, Stage.HELD, _OFFICE,
          needs="chaired_by present_count",
          takes="delegate_reason invited_count party_invited government_invited heads_present"),
    _move("draft_minutes", _("Draft the minutes"), UNLOCKED, Stage.MINUTES_DRAFTED, _OFFICE, needs="text"),
    _move("open_comments", _("Open the minutes for comments"), {Stage.MINUTES_DRAFTED}, Stage.OPEN_FOR_COMMENTS, _OFFICE),
    _move("sign", _("Sign and lock"), {Stage.OPEN_FOR_COMMENTS}, Stage.SIGNED, _HEAD,
          needs="document files", takes="no_conclusions"),
    _move("publish", _("Publish the results"), {Stage.SIGNED}, Stage.PUBLISHED, _OFFICE,
          needs="results", takes="day document"),
    _move("postpone", _("Postpone"), AHEAD, Stage.POSTPONED, _HEAD, reason=True),
    # A signed one is published first: nobody leaves its limit open by calling it off.
    _move("cancel", pgettext_lazy("dialogue", "Cancel"), EVERY - {Stage.SIGNED, Stage.CANCELLED}, Stage.CANCELLED, _HEAD, reason=True),
    _move("correct", pgettext_lazy("dialogue", "Correct the entry"), AHEAD | UNLOCKED | {Stage.POSTPONED}, None, _OFFICE,
          needs="fields", reason=True),
]  # fmt: skip

MOVES: dict[str, Move] = {move.name: move for move in _TABLE}
