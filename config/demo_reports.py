"""The reports of a year in the demo: opened ahead of their day, most handed in on time, some a few days late."""

from datetime import date

from bodies.models import Post
from cases.steps import Document
from config.demo_people import drawn, working
from plans import reports
from plans.models import Report


def hand_in_reports(plan: str, year: int) -> None:
    """All reports of a plan that fall due in a year, by the heads of their bodies; without a head it stays owed."""
    draw = drawn(f"reports {plan} {year}")
    reports.open_due(working(date(year, 11, 20), 8))
    rows = Report.objects.owed().filter(duty__plan__key=plan, due_on__year=year).select_related("body")
    for report in rows.order_by("due_on", "body__code"):
        at = working(min(report.due_on, date(year, 12, 20)), 9)
        if draw.random() < 0.12:
            at = working(date(year, 12, 24), 9)
        post = Post.objects.heads_of([report.body_id], on=at.date()).select_related("holder").first()
        if post is not None and post.holder is not None:
            paper = Document("01-BC/ĐU", at.date(), post.holder.full_name)
            reports.hand_in(report, document=paper, on=None, by=post.holder, at=at)
