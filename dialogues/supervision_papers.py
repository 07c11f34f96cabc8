"""The report of a supervision or social-criticism session, from its record."""

from django.db.models import QuerySet

from bodies.models import Body
from bodies.paper_pages import Page, Words, paper_of
from bodies.papers import Paper, written_out
from cases.conclusions import promised_on_the_day
from dialogues.documents import words
from dialogues.keeping import check_not_struck
from dialogues.models import Supervision


def report_of(session: Supervision) -> Paper:
    """Findings and recommendations, to be numbered, dated and signed. Raises Refused for an entry that was struck out."""
    check_not_struck(session)
    said, page = words()["report"], Page()
    chair = written_out(session.chair.name_on(session.day))
    page.line(said["opening"], day=f"{session.day:%d/%m/%Y}", chair=chair, form=said["forms"][session.form])
    if partners := _names(session.partners.all(), session):
        page.item(said["partners"], bodies=partners)
    if about := _names(session.about.all(), session):
        page.item(said["looked_at"], bodies=about)
    page.heading(said["findings"])
    page.typed(session.findings or said["no_findings"])
    page.heading(said["recommendations"])
    _recommendations(page, said, session)
    return paper_of(
        session.chair,
        said,
        page,
        about=said["about"][session.kind].format(title=session.title),
        day=None,
        as_of=session.day,
    )


def _names(bodies: QuerySet[Body], session: Supervision) -> str:
    return "; ".join(body.name_on(session.day) for body in bodies.prefetch_related("former_names"))


def _recommendations(page: Page, said: Words, session: Supervision) -> None:
    rows = list(session.recommendations.select_related("case"))
    promises = promised_on_the_day([row.case for row in rows], as_of=session.day)
    for row in rows:
        body, due_on = promises[row.case_id]
        page.line(said["recommendation"], number=row.position, text=row.text)
        page.item(said["owed"], body=body, due=f"{due_on:%d/%m/%Y}" if due_on else said["no_day"])
    if not rows:
        page.line(said["no_recommendations"])
