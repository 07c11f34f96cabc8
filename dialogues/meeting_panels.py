"""What meetings and supervision put on the page of a case: where it was agreed or recommended, and what was recommended about it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bodies.models import Body, Role
from bodies.scopes import Standing
from cases.codes import Channel, Kind
from cases.models import Case
from cases.panels import FigureAct, Panel, register_figure_act, register_panel
from dialogues.models import Meeting, Recommendation, Supervision


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
    register_panel(
        Panel(
            "supervised",
            _("Supervision recommendations"),
            "dialogues/supervised_panel.html",
            17,
            _about_it,
            is_for=_may_recommend,
        )
    )
    words = _("Write a supervision recommendation")
    register_figure_act(
        FigureAct(words, "write-recommendation", lambda standing: bool(standing.bodies(Role.MONITOR)))
    )


def _came_from_one(case: Case, _standing: Standing) -> bool:
    return case.kind == Kind.SUPERVISION or (case.kind, case.channel) == (Kind.CONCLUSION, Channel.BRIEFING)


def _may_recommend(case: Case, standing: Standing) -> bool:
    """Whoever watches the area of the body that holds it; of a recommendation nobody recommends anything."""
    watched = standing.areas(Role.MONITOR)
    return case.kind != Kind.SUPERVISION and any(case.body.area.path.startswith(path) for path in watched)


def _about_it(case: Case, standing: Standing, _at: datetime) -> dict[str, Any]:
    """What those who watch have recommended about this case, as far as the reader may know of it."""
    made = Case.objects.visible_to(standing).filter(recommendation__about=case)
    return {"made": list(made.select_related("received_by").order_by("received_on", "pk"))}


def _origin(case: Case, standing: Standing, _at: datetime) -> dict[str, Any] | None:
    """Day, sort and chair of the session, or what it was written for; of what else was said there the case tells nothing."""
    rows = Recommendation.objects.select_related("meeting__chaired_by", "supervision__chair", "about")
    made = rows.filter(case=case).first()
    if made is None:
        return None
    seen = made.about and Case.objects.visible_to(standing).filter(pk=made.about.pk).exists()
    shown = {"about": made.about.reference if made.about and seen else "", "figures": made.figures}
    if made.meeting is not None:
        return shown | _told(made, made.meeting, made.meeting.chaired_by)
    if made.supervision is not None:
        return shown | _told(made, made.supervision, made.supervision.chair)
    return shown | {"chair": case.received_by.name, "day": case.received_on, "proof": made.proof}


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
