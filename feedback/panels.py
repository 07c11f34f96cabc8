"""What the petition puts on the page of its case: who petitions, what the citizen is told, and what they said later."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bodies import phones
from bodies.scopes import Standing
from cases.codes import PETITIONS
from cases.models import Case
from cases.panels import Panel, register_panel
from cases.permissions import viewer_on
from cases.stages import Stage
from cases.steps import local_day
from cases.visibility import MATTER, Viewer, fields_for
from feedback import showing, tracked, verdicts
from feedback.models import Petition, Verdict
from feedback.permissions import Shown, receives_for


def register() -> None:
    register_panel(
        Panel("people", _("Petitioners"), "feedback/people_panel.html", 10, _people, is_for=_is_petition)
    )
    register_panel(
        Panel(
            "waiting",
            _("Reopening asked for"),
            "feedback/waiting_panel.html",
            5,
            _waiting,
            place="main",
            is_for=_is_answered,
        )
    )
    register_panel(
        Panel(
            "citizen",
            _("What the citizen sees"),
            "feedback/citizen_panel.html",
            20,
            _told,
            is_folded=True,
            is_for=_sees_the_matter,
        )
    )
    register_panel(
        Panel(
            "words",
            _("What the citizen said later"),
            "feedback/words_panel.html",
            30,
            _words,
            is_folded=True,
            is_for=_sees_the_matter,
        )
    )


def _is_answered(case: Case, standing: Standing) -> bool:
    return case.stage in {Stage.ANSWERED, Stage.CLOSED} and _sees_the_matter(case, standing)


def _waiting(case: Case, standing: Standing, at: datetime) -> dict[str, Any] | None:
    """Whoever asks for reopening must be answered: it stands on the page until somebody has."""
    rows = list(Verdict.objects.waiting().filter(case=case).order_by("given_at"))
    if not rows:
        return None
    may_decide = verdicts.may_decide(standing.user, case, at=at)
    return {"waiting": rows, "reference": case.reference, "may_decide": may_decide}


def _is_petition(case: Case, _standing: Standing) -> bool:
    return case.kind in PETITIONS


def _sees_the_matter(case: Case, standing: Standing) -> bool:
    return _is_petition(case, standing) and fields_for(viewer_on(case, standing), case.kind) >= MATTER


def _people(case: Case, standing: Standing, at: datetime) -> dict[str, Any] | None:
    how, people = showing.people_of(case, viewer_on(case, standing), by=standing.user, at=at)
    for person in people:
        person["phone"] = phones.shown(person.get("phone", ""))
    if not people:
        return None
    return {
        "shown": how.value,
        "people": people,
        "takes_papers": case.received_by_id in receives_for(standing),
        # A monitor has nothing to ask with.
        "may_ask": how != Shown.OPEN and viewer_on(case, standing) != Viewer.MONITOR,
    }


def _told(case: Case, _standing: Standing, at: datetime) -> dict[str, Any]:
    petition = _petition(case)
    return {"told": tracked.tell(petition, today=local_day(at)) if petition else None}


def _words(case: Case, _standing: Standing, _at: datetime) -> dict[str, Any]:
    petition = _petition(case)
    if petition is None:
        return {"words": [], "verdicts": []}
    return {
        "words": list(petition.words.all()),
        "verdicts": list(petition.verdicts.order_by("-given_at")),
        "withdrawn_at": petition.withdrawn_at,
    }


def _petition(case: Case) -> Petition | None:
    return (
        Petition.objects.filter(case=case)
        .select_related("case__body__area", "case__area", "case__received_by")
        .first()
    )
