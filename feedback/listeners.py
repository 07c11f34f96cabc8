"""What follows when something is announced: rows only, each once (bodies.outbox)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bodies import reveals
from bodies.messages import Wording, tell
from bodies.models import Announcement, Membership, Reveal, Role
from bodies.outbox import listens_to
from cases.models import Case
from cases.steps import local_day
from feedback import appeals
from feedback.models import Verdict
from feedback.permissions import CONSENTS


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


@listens_to("reveal.asked")
def tell_who_may_consent(announcement: Announcement, now: datetime) -> None:
    """Whoever may consent to the reading of a petitioner's identity learns that somebody asks, not whose it is or why."""
    asked = Reveal.objects.waiting().select_related("person").filter(pk=announcement.subject).first()
    case = asked and Case.objects.filter(reference=asked.case_reference).select_related("body").first()
    if not asked or not case:
        return
    bodies = [pk for pk in (case.body_id, case.body.superior_id) if pk]
    rows = Membership.objects.on(local_day(now)).filter(body__in=bodies, role__in=CONSENTS)
    people = {row.user_id: row.user for row in rows.select_related("user").order_by("pk")}
    people.pop(asked.asked_by_id, None)
    tell(
        [user for user in people.values() if reveals.may_decide(asked, user, at=now)],
        key=f"reveal {asked.pk}",
        topic="reveal.asked",
        wording=Wording(
            _("Consent asked for: %(case)s"),
            _(
                "Somebody asks to read an identity that is kept closed. The page of requests says who and why."
            ),
            {"case": case.reference},
        ),
        subject=case.reference,
        at=now,
    )


@listens_to("reveal.decided")
def tell_who_asked(announcement: Announcement, now: datetime) -> None:
    """Whoever asked to read an identity learns what was decided; a consent ends soon."""
    decided = Reveal.objects.select_related("asked_by").get(pk=announcement.subject)
    granted = decided.state == Reveal.State.GRANTED
    tell(
        [decided.asked_by],
        key=f"reveal {decided.pk} decided",
        topic="reveal.decided",
        wording=Wording(
            _("Consent given: %(case)s") if granted else _("Consent refused: %(case)s"),
            _("The identity can be read once within 24 hours.") if granted else "",
            {"case": decided.case_reference},
        ),
        subject=decided.case_reference,
        at=now,
    )
