"""Which fields of a case who sees: one table, field x viewer x kind, read by serializers and tests. Pure.

A viewer is how somebody who may know of the case stands towards it; the most entitled standing counts. Monitors see of
a denunciation its kind, subject, area, days and stage, nothing else (rulings on denunciations).
"""

from enum import StrEnum
from typing import Any

from django.db.models import Q

from bodies.querysets import under
from bodies.scopes import Standing
from cases.codes import Kind
from cases.querysets import ABOVE, WORKS_ON_CASES


class Viewer(StrEnum):
    HOLDING = "holding"
    RECEIVING = "receiving"
    CO_BODY = "co_body"
    SUPERIOR = "superior"
    MONITOR = "monitor"


# What the days and the stage of a case are: figures and supervision need no more.
OUTLINE = frozenset(
    {
        "reference", "kind", "instance", "subject", "area", "stage", "channel", "is_imported", "received_on",
        "first_received_on", "due_on", "deciding_due_on", "ended_on", "ended_on_time", "days_taken",
        "working_days_taken", "version", "clocks", "reopened_count", "transfers_count", "ladder",
        "needs_direction",
    }
)  # fmt: skip
MATTER = frozenset(
    {
        "title", "content", "responsible_body", "received_by", "received_at", "handler", "standing_member", "co_bodies",
        "against_body", "result", "flags", "people_count", "letters_count", "is_repeat", "settled_before_count",
        "earlier_settled_by", "addressed_to_party_head", "joined_to", "appeal_of", "files",
    }
)  # fmt: skip
FIELDS = OUTLINE | MATTER


def fields_for(viewer: Viewer, kind: str) -> frozenset[str]:
    """The fields this viewer sees in a case of this kind."""
    if viewer == Viewer.MONITOR and kind == Kind.DENUNCIATION:
        return OUTLINE
    return FIELDS


def sees_history_in_full(viewer: Viewer, kind: str) -> bool:
    """Whether reasons, texts and details of the history are shown, or only what was done when."""
    return not (viewer == Viewer.MONITOR and kind == Kind.DENUNCIATION)


def outline_kinds(field: str) -> frozenset[str]:
    """The kinds of case in which somebody who only watches does not see this field."""
    return frozenset(kind.value for kind in Kind if field not in fields_for(Viewer.MONITOR, kind))


def more_than_watched(standing: Standing) -> Q:
    """The rows, as a condition of the database, in which `viewer_of` finds the reader to be more than a monitor."""
    mine = sorted(standing.bodies(*WORKS_ON_CASES))
    seen = Q(body__in=mine) | Q(received_by__in=mine)
    return seen | under(standing.below(*ABOVE), "body__path") | under(standing.leads(), "body__area__path")


def viewer_of(
    standing: Standing, *, body_id: int, body_path: str, area_path: str, received_by_id: int, is_co_body: bool
) -> Viewer:
    """How somebody who may know of the case stands towards it, the most entitled standing first."""
    mine = standing.bodies(*WORKS_ON_CASES)
    if body_id in mine:
        return Viewer.HOLDING
    if received_by_id in mine:
        return Viewer.RECEIVING
    if is_co_body:
        return Viewer.CO_BODY
    above = any(body_path.startswith(path) for path in standing.below(*ABOVE))
    if above or any(area_path.startswith(path) for path in standing.leads()):
        return Viewer.SUPERIOR
    return Viewer.MONITOR


def cut(shown: dict[str, Any], viewer: Viewer, kind: str) -> dict[str, Any]:
    """The representation without what this viewer does not see. A hidden field is absent, not empty."""
    seen = fields_for(viewer, kind)
    return {name: value for name, value in shown.items() if name in seen or name not in FIELDS}
