"""The citizen's own time limit to file: a warning at intake, and the last day to go on, never a lateness of a body.

Laws on complaints, Arts 9, 33, 48 (rules complaint.first.file, complaint.second.file, disciplinary.file). The time of
illness, disaster, mission or another objective obstacle is not counted, so a late day is asked about, never refused.
"""

from datetime import date

from django.utils.translation import gettext as _

from cases.codes import Flag, Instance, Kind
from cases.law import Law
from cases.time_limits import BadQuestion, due

_RULES = {
    Instance.FIRST: "complaint.first.file",
    Instance.SECOND: "complaint.second.file",
    Instance.DISCIPLINARY: "disciplinary.file",
}


def last_day(instance: str, learned_on: date, law: Law, *, remote: bool) -> date | None:
    """The last local day to file a complaint of this instance, learned of the decision on a day; None: no such limit."""
    code = _RULES.get(Instance(instance or Instance.FIRST))
    situation = frozenset({Flag.REMOTE.value} if remote else ())
    rule = law.choose(code, learned_on, situation, None) if code else None
    if rule is None:
        return None
    try:
        return due(rule, learned_on, law.calendar).on
    except BadQuestion:  # Before the days that the calendar knows.
        return None


def warning(kind: str, last: date | None, received_on: date) -> str:
    """What to ask a complainant who comes after the last day; empty when in time."""
    if kind != Kind.COMPLAINT or last is None or received_on <= last:
        return ""
    return _(
        "The time to file this complaint ended on %(day)s. Ask what kept the complainant: time of illness, disaster, "
        "mission or another objective obstacle is not counted."
    ) % {"day": last.strftime("%d/%m/%Y")}
