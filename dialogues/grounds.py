"""What a supervision recommendation is written for: a case or a figure that was looked at, with the first words of its text."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bodies.models import Body
from bodies.scopes import Standing
from cases import counts
from cases.codes import Kind
from cases.figure_sheets import titles
from cases.figures import Question
from cases.models import Case, Subject

_DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Grounds:
    """`body`: to whom it goes, where that follows; then nobody else is chosen if `is_fixed`."""

    text: str = ""
    body: Body | None = None
    is_fixed: bool = False
    subject: Subject | None = None
    about: Case | None = None
    figures: str = ""


def of_case(case: Case, today: date) -> Grounds:
    """From a case with its body and subject: it goes to whoever holds the case, and tells no more than number and days."""
    facts = {"reference": case.reference, "body": case.body.name}
    if case.due_on is not None and case.due_on < today:
        facts |= {"due_on": case.due_on.strftime(_DAY), "days": str((today - case.due_on).days)}
        text = _("Case %(reference)s at %(body)s was due on %(due_on)s and is %(days)s days late.") % facts
    else:
        text = _("Concerning case %(reference)s at %(body)s:") % facts
    # What a denunciation is about is for nobody whom its number may reach.
    subject = None if case.kind == Kind.DENUNCIATION else case.subject
    return Grounds(text, case.body, is_fixed=True, subject=subject, about=case)


def of_figure(question: Question, standing: Standing, figure: str, *, asked: str) -> Grounds:
    """From a figure: how many cases stand behind it, in which period. `asked`: its question, as in an address.

    Of whom denunciations complain is told to nobody: such a figure lends no words. Raises KeyError for no such figure.
    """
    if question.against_body and Kind.DENUNCIATION in question.kinds:
        return Grounds()
    facts = {
        "title": titles()[figure],
        "count": counts.rows_behind(question, standing, figure).values("case").distinct().count(),
        "first": question.period.first.strftime(_DAY),
        "last": question.last.strftime(_DAY),
    }
    if question.body is None or question.subtree:
        text = _("By the figures from %(first)s to %(last)s: %(title)s: %(count)d.") % facts
        return Grounds(text, figures=asked)
    text = _("By the figures from %(first)s to %(last)s, %(body)s: %(title)s: %(count)d.") % {
        **facts,
        "body": question.body.name,
    }
    return Grounds(text, question.body, figures=asked)
