"""Acknowledging the papers that somebody brings: written down once, printed as often as it is asked for.

Circular 04/2021/TT-TTCP, form 02.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.models import User
from bodies.paper_pages import Page, paper_of
from bodies.paper_words import hour_in_words
from bodies.papers import Paper, Signature, written_out
from bodies.refusals import BadInput, Refused
from bodies.scopes import standing_of
from bodies.text import tidy
from cases.steps import local_day
from feedback import showing
from feedback.models import Acknowledgement, Petition
from feedback.permissions import receives_for
from feedback.reception_papers import words

MOST_PAPERS, MOST_LETTERS = 50, 200
# Written in by hand where nobody may be named: a denouncer on no paper of ours.
_BLANK = "…" * 20


@transaction.atomic
def acknowledge(petition: Petition, papers: str, *, by: User, at: datetime) -> Acknowledgement:
    """Write down which papers were taken, one on each line. Raises BadInput("papers"), Refused for another desk's people."""
    if petition.received_by_id not in receives_for(standing_of(by, local_day(at))):
        raise Refused(_("You do not work at this desk."))
    lines = [line for line in tidy(papers).split("\n") if line.strip()]
    if not lines:
        raise BadInput.of("papers", _("Name at least one paper."))
    if len(lines) > MOST_PAPERS or any(len(line) > MOST_LETTERS for line in lines):
        limits = {"lines": MOST_PAPERS, "letters": MOST_LETTERS}
        raise BadInput.of(
            "papers", _("At most %(lines)d papers, each in at most %(letters)d letters.") % limits
        )
    # Two clerks at one petition take two numbers.
    Petition.objects.select_for_update(of=("self",)).get(pk=petition.pk)
    return Acknowledgement.objects.create(
        petition=petition,
        number=petition.acknowledgements.count() + 1,
        papers="\n".join(line.strip() for line in lines),
        taken_at=at,
        taken_by=by,
    )


def paper_for(given: Acknowledgement, *, by: User, at: datetime) -> Paper:
    """The acknowledgement as it is signed in two copies; whoever brought the papers is named where the desk may see them."""
    petition, said, page = given.petition, words()["acknowledgement"], Page()
    office, taken_at = petition.received_by, timezone.localtime(given.taken_at)
    day = taken_at.date()
    host = written_out(office.name_on(day))
    page.line(said["opening"], hour=hour_in_words(taken_at), day=f"{day:%d/%m/%Y}", host=host)
    page.line(said["taker"], name=given.taken_by.full_name)
    people = showing.in_the_book({petition.pk: petition.kind}, by=by, at=at).get(petition.pk, [])
    giver = people[0] if people else None
    page.line(
        said["giver"], name=(giver and giver.name) or _BLANK, address=(giver and giver.address) or _BLANK
    )
    page.line(said["petition"], code=petition.code)
    for number, line in enumerate(given.lines, start=1):
        page.typed(f"{number}. {line}")
    page.line(said["closing"], count=f"{len(given.lines):02d}")
    return paper_of(
        office,
        said,
        page,
        about=said["about"],
        day=day,
        as_of=day,
        signatures=(
            Signature(authority="", title=said["signed"]["giver"]),
            Signature(authority="", title=said["signed"]["taker"], name=given.taken_by.full_name),
        ),
    )
