"""What a dialogue puts on the page of a case that came from it: where it was asked or promised, and by whom asked."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bodies.scopes import Standing
from cases.codes import Channel
from cases.models import Case
from cases.panels import Panel, register_panel
from dialogues import showing
from dialogues.models import Conclusion, Dialogue, Question


def register() -> None:
    register_panel(
        Panel("origin", _("Dialogue"), "dialogues/origin_panel.html", 15, _origin, is_for=_came_from_one)
    )


def _came_from_one(case: Case, _standing: Standing) -> bool:
    return case.channel == Channel.DIALOGUE


def _origin(case: Case, standing: Standing, _at: datetime) -> dict[str, Any] | None:
    """What was announced of it is no secret; of who asked, as much as the reader may learn."""
    asked = Question.objects.select_related("dialogue__host__area", "asker").filter(case=case).first()
    if asked is not None:
        return _of(asked.dialogue) | {"question": asked, "asker": showing.asker_to(asked, case, standing)}
    concluded = Conclusion.objects.select_related("dialogue__host").filter(case=case).first()
    if concluded is not None:
        return _of(concluded.dialogue) | {"conclusion": concluded}
    dialogue = Dialogue.objects.select_related("host").filter(duties=case).first()
    return None if dialogue is None else _of(dialogue)


def _of(dialogue: Dialogue) -> dict[str, Any]:
    return {
        "code": dialogue.code,
        "title": dialogue.title,
        "host": dialogue.host.name,
        "starts_at": dialogue.starts_at,
        "stage": dialogue.get_stage_display(),
    }
