"""What follows when something is announced: rows only, each once (bodies.outbox)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bodies.messages import Wording, tell
from bodies.models import Announcement, Membership, Role
from bodies.outbox import listens_to
from cases.steps import local_day
from feedback import appeals
from feedback.models import Verdict


@listens_to("case.opened", many=True)
def bring_people_along(rows: list[Announcement], now: datetime) -> None:
    """A case that an appeal opened gets the people of the case before it."""
    appeals.follow([row.subject for row in rows], at=now)


@listens_to("verdict.given")
def tell_who_decides(announcement: Announcement, now: datetime) -> None:
    """The heads of the body that answered learn that somebody asks for reopening: no score, no word of the citizen's."""
    verdict = (
        Verdict.objects.waiting().select_related("case").filter(pk=announcement.facts["verdict"]).first()
    )
    if verdict is None:
        return
    heads = Membership.objects.on(local_day(now)).filter(body=verdict.case.body_id, role=Role.HEAD)
    tell(
        [each.user for each in heads.select_related("user")],
        key=f"reopening {verdict.pk}",
        topic="verdict.given",
        wording=Wording(
            _("Reopening asked for: %(case)s"),
            _(
                "A citizen is not satisfied with the answer and asks for reopening. Decide whether the case is reopened."
            ),
            {"case": verdict.case.reference},
        ),
        subject=verdict.case.reference,
        at=now,
    )
