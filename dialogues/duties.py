"""The duties to announce and to publish, as a case of kind `dialogue`: its clocks, its ladder, its history.

The notice is due so many days before the dialogue, the results so many days after it (law of the day; where there was
none, no clock runs). Each move of the dialogue that meets or starts a clock makes the case's own move.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.refusals import BadInput
from cases import workflow
from cases.codes import Channel, Duty, Kind, Result
from cases.law import current_law
from cases.models import Case, CaseFile, Clock
from cases.opening import NewCase, open_case
from cases.stages import ENDED, OPEN
from cases.steps import Actor
from cases.time_limits import BadQuestion, due
from dialogues.models import Dialogue
from dialogues.steps import Step

NOTICE, PUBLISH = "dialogue.notice", "dialogue.publish"


def open_for(step: Step) -> None:
    """A new case for the day that was named; the notice is due before it."""
    dialogue = step.dialogue
    assert dialogue.starts_at is not None  # noqa: S101 - the caller has just set it
    new = NewCase(
        kind=Kind.DIALOGUE,
        channel=Channel.DIALOGUE,
        title=dialogue.title,
        received_by=dialogue.host,
        received_at=_called_at(step),
        subject=dialogue.subject,
        area=dialogue.area,
        fixed=notice_due(dialogue, timezone.localdate(dialogue.starts_at)),
        details={"dialogue": dialogue.code},
    )
    dialogue.duties = open_case(new, by=Actor.staff(step.by), recorded_at=step.recorded_at)


def _called_at(step: Step) -> datetime:
    """Now; written down later, the first moment of the day of the paper that called it."""
    if step.document is None or step.document.date >= step.today:
        return step.recorded_at
    return timezone.make_aware(datetime.combine(step.document.date, time.min))


def notice_due(dialogue: Dialogue, starts_on: date) -> tuple[str, date, str] | None:
    """The rule, the last day of the notice and its source; None where no law asked for one. Raises BadInput."""
    law = current_law()
    rule = law.choose(NOTICE, starts_on, frozenset(), dialogue.host_id)
    if rule is None:
        return None
    try:
        reckoned = due(rule, starts_on, law.calendar)
    except BadQuestion as bad:
        raise BadInput.of("starts_at", bad.message) from None
    assert reckoned.on is not None  # noqa: S101 - only an open pause hides a day
    return NOTICE, reckoned.on, rule.basis[:200]


def announced(step: Step) -> bool | None:
    """Meet the notice; whether in time (None: no limit was in force)."""
    return _met(step, NOTICE, Duty.ANNOUNCED, step.day)


def held(step: Step, on: date) -> None:
    """From the day on which it was held the results are awaited."""
    _record(step, Duty.HELD, on)


def signed(step: Step, files: Sequence[CaseFile]) -> None:
    """The signed minutes are the answer of the case, with their number and the paper as its proof."""
    _move(
        step,
        "answer",
        {
            "result": Result.DONE,
            "text": _("Minutes signed: %(code)s") % {"code": step.dialogue.code},
            "document": step.document,
            "files": list(files),
        },
    )


def published(step: Step) -> bool | None:
    """Meet the publication and close; whether in time (None: no limit was in force)."""
    in_time = _met(step, PUBLISH, Duty.PUBLISHED, step.day)
    _move(step, "close", {})
    return in_time


def called_off(step: Step) -> None:
    """Postponed or cancelled: nobody owes them any more. What was closed stays as it was."""
    case = _case(step)
    if case is None or case.stage in ENDED:
        return
    _move(step, "void", {}, reason=step.reason)


def files_named(dialogue: Dialogue, ids: Sequence[Any]) -> list[CaseFile]:
    """Files put to the case of the duties and not yet used. Raises BadInput for any other."""
    found = {
        str(file.pk): file
        for file in CaseFile.objects.filter(case=dialogue.duties_id, event_seq=None, pk__in=list(ids))
    }
    if len(found) < len({str(each) for each in ids}):
        raise BadInput.of("files", _("There is no such file with the duties of this dialogue."))
    return list(found.values())


def _met(step: Step, rule: str, duty: Duty, on: date) -> bool | None:
    case = _case(step)
    if case is None or not case.clocks.live().filter(rule=rule).exists():
        # Met on the case itself before, or never owed.
        return _in_time(case, rule)
    _record(step, duty, on)
    return _in_time(case, rule)


def _in_time(case: Case | None, rule: str) -> bool | None:
    last = case.clocks.filter(rule=rule).order_by("-id").first() if case else None
    return None if last is None or last.met_on is None else last.state == Clock.State.MET


def _record(step: Step, duty: Duty, on: date) -> None:
    _move(step, "record_duty", {"duty": duty, "day": on})


def _move(step: Step, name: str, facts: Mapping[str, Any], *, reason: str = "") -> None:
    case = _case(step)
    if case is None or (case.stage not in OPEN and name != "record_duty"):
        return
    workflow.move(
        case, name, by=Actor.staff(step.by), recorded_at=step.recorded_at, reason=reason, facts=facts
    )


def _case(step: Step) -> Case | None:
    """As it stands now: its own moves may have been made on it."""
    return Case.objects.get(pk=step.dialogue.duties_id) if step.dialogue.duties_id else None
