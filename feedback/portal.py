"""What the portal offers to strangers: the kinds of petition in plain words, places, and offices that take them online."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies.kinds import BodyKind
from bodies.models import Area, Body
from bodies.refusals import BadInput
from cases.codes import Kind
from feedback.eligibility import Lack, judge
from feedback.intake import NewPetition, facts_of

# Bodies that answer citizens themselves; boards, cells and groups are reached through these.
ONLINE = frozenset(
    {
        BodyKind.TINH_UY, BodyKind.HUYEN_UY, BodyKind.DANG_UY_XA, BodyKind.HDND, BodyKind.UBND, BodyKind.SO_BAN_NGANH,
        BodyKind.PHONG_BAN_HUYEN, BodyKind.BO_PHAN_TIEP_DAN, BodyKind.THANH_TRA, BodyKind.MTTQ, BodyKind.UBKT,
        BodyKind.BAN_DAN_VAN,
    }
)  # fmt: skip

EXPLAINED: dict[Kind, Promise] = {
    Kind.COMPLAINT: gettext_lazy(
        "You think that a decision or an act of an office, or of one of its people, is unlawful and harms your own rights. "
        "Give your name and address."
    ),
    Kind.DENUNCIATION: gettext_lazy(
        "You report that somebody has broken the law. Your name is sealed: nobody sees it in lists, letters or messages; "
        "whoever handles the matter reads it only for a stated reason, and each reading is recorded. It is never shown to "
        "the office or the people you report. Without a name it is looked into only if you name who did it and give "
        "evidence that can be checked."
    ),
    Kind.RECOMMENDATION: gettext_lazy("You propose what an office should do or change."),
    Kind.FEEDBACK: gettext_lazy(
        "You tell an office about something that does not work: a road, a procedure, how you were treated. "
        "If you are not sure which kind yours is, choose this one: the office sorts it."
    ),
    Kind.OPINION: gettext_lazy("You give your view on a plan, a draft or the work of an office."),
}


# Promised only where the installation asks for it.
_CONSENT = gettext_lazy("A second person must consent to each reading of your name.")


def explained(kind: Kind) -> str:
    """The kind in plain words; of a denunciation, who will see the name."""
    asks = kind == Kind.DENUNCIATION and settings.REVEAL_NEEDS_APPROVAL
    return f"{EXPLAINED[kind]} {_CONSENT}" if asks else str(EXPLAINED[kind])


def offices(area: Area, *, on: date) -> QuerySet[Body]:
    """The offices of a place that take petitions online on a local day."""
    rows = Body.objects.open_on(on).filter(area=area, kind__in=[kind.value for kind in ONLINE])
    return rows.order_by("name")


def places(within: Area | None, *, on: date) -> QuerySet[Area]:
    """The places that lie directly in one, or the widest of all."""
    return Area.objects.valid_on(on).filter(parent=within).order_by("name")


def check(new: NewPetition) -> None:
    """What is asked of somebody who sits before the form and can still mend it. Raises BadInput naming each field."""
    errors: dict[str, list[str]] = {}
    if new.received_by.kind not in ONLINE:
        errors["received_by"] = [_("This office takes no petitions online: choose one from the list.")]
    lacks = judge(facts_of(new)).lacks
    if Lack.NAME in lacks:
        errors["petitioners"] = [_("Give your name: without it this kind of petition is not handled.")]
    if Lack.ADDRESS in lacks:
        errors["petitioners.0.address"] = [
            _("Give your address: without it this kind of petition is not handled.")
        ]
    if Lack.EVIDENCE in lacks:
        errors["evidence"] = [
            _(
                "Without a name a denunciation is looked into only with evidence that can be checked: say that you have it."
            )
        ]
    if errors:
        raise BadInput(errors)


def notice(kind: str) -> str:
    """What the citizen is told with the receipt."""
    kept = _("Keep the tracking code: with it alone you can follow, add to, withdraw or rate your petition.")
    return f"{kept} {explained(Kind(kind))}" if kind == Kind.DENUNCIATION else kept


def choices(area: Area | None, *, on: date) -> dict[str, Any]:
    """What the form lets one choose from."""
    return {
        "kinds": [
            {"code": kind.value, "name": str(kind.label), "explanation": explained(kind)}
            for kind in EXPLAINED
        ],
        "areas": list(places(area, on=on).values("code", "name")),
        "offices": list(offices(area, on=on).values("code", "name")) if area is not None else [],
    }
