"""What other rooms put on the pages of cases: each registers its panels at start, and cases never says `case.petition`.

A panel answers with the context of its template, or with None where it has nothing for this reader. What costs more than
a look into a table is folded: it is asked for when somebody opens it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from bodies.scopes import Standing
from cases.models import Case

Context = Callable[[Case, Standing, datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """`place` is "main" or "side"; `is_for` says, without asking the database, whether a folded one is offered."""

    name: str
    label: Promise
    template: str
    order: int
    context: Context
    place: str = "side"
    is_folded: bool = False
    is_for: Callable[[Case, Standing], bool] = lambda _case, _standing: True


@dataclass(frozen=True)
class Shown:
    """A panel with what it has to show now; folded ones are empty until they are opened."""

    panel: Panel
    context: dict[str, Any]


_PANELS: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    _PANELS[panel.name] = panel


def panels_for(case: Case, standing: Standing, at: datetime, *, opened: str = "") -> list[Shown]:
    """The panels of this case for this reader, in their order; `opened` names a folded one to be filled."""
    shown = []
    for panel in sorted(_PANELS.values(), key=lambda panel: panel.order):
        if not panel.is_for(case, standing):
            continue
        if panel.is_folded and panel.name != opened:
            shown.append(Shown(panel, {}))
        elif (context := panel.context(case, standing, at)) is not None:
            shown.append(Shown(panel, context))
    return shown


def panel_of(name: str, case: Case, standing: Standing, at: datetime) -> Shown | None:
    """One panel, filled. None where there is none of this name, or nothing in it for this reader."""
    panel = _PANELS.get(name)
    if panel is None or not panel.is_for(case, standing):
        return None
    context = panel.context(case, standing, at)
    return None if context is None else Shown(panel, context)


@dataclass(frozen=True)
class FigureAct:
    """A page where somebody goes on from a figure or from its rows; it takes the same question in its address."""

    label: Promise
    url_name: str
    is_for: Callable[[Standing], bool]


_FIGURE_ACTS: dict[str, FigureAct] = {}


def register_figure_act(act: FigureAct) -> None:
    _FIGURE_ACTS[act.url_name] = act


def figure_acts_for(standing: Standing) -> list[FigureAct]:
    return [act for act in _FIGURE_ACTS.values() if act.is_for(standing)]
