"""What follows when something is announced: rows only, each once (bodies.outbox)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bodies.messages import Wording, tell
from bodies.models import Announcement, User
from bodies.outbox import listens_to
from feedback.models import Verdict


@listens_to("verdict.given")
def tell_who_decides(announcement: Announcement, now: datetime) -> None:
    """The heads of the body that answered learn that somebody asks for reopening: no score, no word of the citizen's."""
    verdict = (
        Verdict.objects.waiting().select_related("case").filter(pk=announcement.facts["verdict"]).first()
    )
    if verdict is None:
        return
    heads = User.objects.filter(
        pk__in=User.objects.filter(
            memberships__body=verdict.case.body_id, memberships__role="head", is_active=True
        ).values("pk")
    )
    tell(
        heads,
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
