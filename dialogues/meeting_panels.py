"""What a meeting or a supervision session puts on the page of a case that came from it: where it was agreed or recommended."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bodies.models import Body
from bodies.scopes import Standing
from cases.codes import Channel, Kind
from cases.models import Case
from cases.panels import Panel, register_panel
from dialogues.models import Meeting, Recommendation, Supervision

_WAYS = {(Kind.CONCLUSION, Channel.BRIEFING), (Kind.SUPERVISION, Channel.FRONT)}


def register() -> None:
    register_panel(
        Panel(
            "recommendation",
            _("Where it was agreed"),
            "dialogues/recommendation_panel.html",
            16,
            _origin,
            is_for=_came_from_one,
        )
    )


def _came_from_one(case: Case, _standing: Standing) -> bool:
    return (case.kind, case.channel) in _WAYS


def _origin(case: Case, _standing: Standing, _at: datetime) -> dict[str, Any] | None:
    """Day, sort and chair of the session; of what else was said there the case tells nothing."""
    rows = Recommendation.objects.select_related("meeting__chaired_by", "supervision__chair")
    made = rows.filter(case=case).first()
    if made is None:
        return None
    if made.meeting is not None:
        return _told(made, made.meeting, made.meeting.chaired_by)
    assert made.supervision is not None  # noqa: S101 - a constraint sees to it
    return _told(made, made.supervision, made.supervision.chair)


def _told(made: Recommendation, session: Meeting | Supervision, chair: Body) -> dict[str, Any]:
    return {
        "title": session.title,
        "sort": session.get_kind_display(),
        "chair": chair.name,
        "day": session.day,
        "position": made.position,
        "proof": made.proof,
        "is_struck": session.struck_at is not None,
    }
