"""What each move does to the dialogue beside its stage: the day, the notice, how it was held, its end.

What is missing or of the wrong kind is BadInput (400), what the dialogue does not allow now is Refused (409). The moves
of the minutes are in dialogues.minutes.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bodies.models import Body, User
from bodies.refusals import BadInput, Refused
from bodies.scopes import was_head
from bodies.text import tidy
from cases.steps import plain
from dialogues import duties
from dialogues.codes import Chair
from dialogues.entries import CORRECTABLE, MOST_PEOPLE, OF_THE_DAY, about_hosts, about_the_quarter
from dialogues.models import Dialogue, JointHost
from dialogues.steps import Step, refuse_if

Effect = Callable[[Step], None]


def schedule(step: Step) -> None:
    """The day is named once; another day is a postponement first, so that whoever was told is told again."""
    dialogue, starts_at = step.dialogue, step.fact("starts_at")
    refuse_if(
        dialogue.stage == "planned" and dialogue.starts_at is not None,
        _("A day is named already: postpone it first, with the reason."),
        field="starts_at",
    )
    if starts_at <= step.recorded_at and step.document is None:
        raise BadInput.of("starts_at", _("This lies in the past: name the paper by which it was called."))
    if step.document is not None and step.document.date > min(step.today, timezone.localdate(starts_at)):
        raise BadInput.of("document", _("The paper is dated after the dialogue it called."))
    place, online_at = tidy(step.get("place", dialogue.place)), step.get("online_at", dialogue.online_at)
    if not place and not online_at:
        raise BadInput.of("place", _("Say where: a place, or an address on the internet."))
    dialogue.starts_at, dialogue.place, dialogue.online_at = starts_at, place, online_at
    duties.open_for(step)
    step.write(starts_at=starts_at, duties=dialogue.duties, due=_notice_day(dialogue), document=step.document)


def _notice_day(dialogue: Dialogue) -> str | None:
    due_on = dialogue.duties.due_on if dialogue.duties else None
    return due_on.isoformat() if due_on else None


def announce(step: Step) -> None:
    """The public notice. Late is late by its clock, but once it began only the paper of an earlier day counts."""
    dialogue = step.dialogue
    refuse_if(dialogue.starts_at is None, _("Name the day first."), field="starts_at")
    assert dialogue.starts_at is not None  # noqa: S101 - refused above
    began = step.recorded_at >= dialogue.starts_at
    refuse_if(
        began and step.day >= timezone.localdate(dialogue.starts_at),
        _("It should have begun already."),
        field="starts_at",
    )
    _check_day(step)
    dialogue.announcement = tidy(step.fact("announcement"))
    dialogue.how_to_attend = tidy(step.fact("how_to_attend"))
    dialogue.announced_on = step.day
    dialogue.announced_in_time = duties.announced(step)
    step.write(day=step.day, in_time=dialogue.announced_in_time)


def _check_day(step: Step) -> None:
    if step.day > step.today:
        raise BadInput.of("day", _("This lies in the future."))
    if step.day < step.today and step.document is None:
        raise BadInput.of("document", _("An act of an earlier day needs its document."))
    if step.document is not None:
        step.write(document=step.document)


def hold(step: Step) -> None:
    """It took place on the day that was announced; who chaired it decides what it counts for."""
    dialogue = step.dialogue
    assert dialogue.starts_at is not None  # noqa: S101 - a constraint sees to it
    refuse_if(step.recorded_at < dialogue.starts_at, _("It has not begun yet."))
    dialogue.held_on = timezone.localdate(dialogue.starts_at)
    _chaired(dialogue, step.fact("chaired_by"), step.get("delegate_reason", ""))
    dialogue.present_count = _count(step, "present_count")
    dialogue.invited_count = _count(step, "invited_count") if step.get("invited_count") is not None else None
    dialogue.party_invited = bool(step.get("party_invited", False))
    dialogue.government_invited = bool(step.get("government_invited", False))
    present = _heads_present(dialogue, step.get("heads_present", []))
    duties.held(step, dialogue.held_on)
    step.write(
        day=dialogue.held_on,
        chair=dialogue.chair,
        chaired_by=dialogue.chaired_by,
        present=dialogue.present_count,
        invited=dialogue.invited_count,
        heads_present=present,
    )


def _chaired(dialogue: Dialogue, chair: User, why_delegated: str) -> None:
    assert dialogue.held_on is not None  # noqa: S101 - set by the caller
    reason = tidy(why_delegated)
    is_head = was_head(chair, dialogue.host, dialogue.held_on)
    if not is_head and not reason:
        raise BadInput.of("delegate_reason", _("Say why the head did not chair it in person."))
    if is_head and reason:
        raise BadInput.of("delegate_reason", _("The head chaired it in person: there is no reason to give."))
    dialogue.chair = Chair.HEAD if is_head else Chair.DELEGATE
    dialogue.chaired_by, dialogue.delegate_reason = chair, reason


def _count(step: Step, name: str) -> int:
    value = step.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_PEOPLE:
        raise BadInput.of(name, _("Give a whole number up to %(most)d.") % {"most": MOST_PEOPLE})
    return value


def _heads_present(dialogue: Dialogue, present: list[Body]) -> list[Body]:
    """Of the joint hosts, those whose own head took part: the others do not count it as theirs."""
    joint = {row.body_id: row for row in dialogue.joint_hosts.all()}
    strangers = [body.name for body in present if body.pk not in joint]
    if strangers:
        raise BadInput.of(
            "heads_present", _("%(body)s does not host this dialogue.") % {"body": strangers[0]}
        )
    ids = {body.pk for body in present}
    for row in joint.values():
        row.head_was_present = row.body_id in ids
        row.save(update_fields=["head_was_present"])
    return present


def publish(step: Step) -> None:
    dialogue = step.dialogue
    _check_day(step)
    refuse_if(
        dialogue.held_on is not None and step.day < dialogue.held_on,
        _("This lies before the day on which it was held."),
        field="day",
    )
    dialogue.results = tidy(step.fact("results"))
    dialogue.published_on = step.day
    dialogue.published_in_time = duties.published(step)
    step.write(day=step.day, in_time=dialogue.published_in_time)


def postpone(step: Step) -> None:
    dialogue = step.dialogue
    refuse_if(dialogue.starts_at is None, _("No day is named yet."))
    step.write(was=dialogue.starts_at)
    duties.called_off(step)
    dialogue.starts_at = dialogue.announced_on = dialogue.announced_in_time = None


def cancel(step: Step) -> None:
    duties.called_off(step)
    step.dialogue.cancelled_on = step.today


# --- Corrections ----------------------------------------------------------------------------------------------------


def correct(step: Step) -> None:
    """Old and new values go to the history; what a figure counted before is told with what it counts now."""
    before = _entry(step.dialogue)
    try:
        _correct(step, _read(step))
    except BadInput as bad:
        raise BadInput({f"fields.{name}": told for name, told in bad.errors.items()}) from None
    after = _entry(step.dialogue)
    changed = {name: {"was": old, "now": after[name]} for name, old in before.items() if old != after[name]}
    refuse_if(not changed, _("Nothing would change."), field="fields")
    step.write(fields=changed)
    step.told["was_joint"] = before["joint_hosts"]
    if before["year"]:
        step.told["was_planned"] = date(before["year"], 1, 1).isoformat()


def _entry(dialogue: Dialogue) -> dict[str, Any]:
    """Everything that can be corrected, as the history tells it."""
    rows = list(dialogue.joint_hosts.select_related("body").order_by("body__code"))
    columns = set(CORRECTABLE) - {"year", "quarter", "joint_hosts", "heads_present"}
    return {name: plain(getattr(dialogue, name)) for name in sorted(columns)} | {
        "year": dialogue.planned_year,
        "quarter": dialogue.planned_quarter,
        "joint_hosts": [row.body.code for row in rows],
        "heads_present": [row.body.code for row in rows if row.head_was_present],
    }


def _read(step: Step) -> dict[str, Any]:
    fields = step.fact("fields")
    if unknown := sorted(set(fields) - set(CORRECTABLE)):
        raise BadInput({name: [_("This field cannot be corrected.")] for name in unknown})
    too_early = sorted(set(fields) & set(OF_THE_DAY)) if step.dialogue.held_on is None else []
    if too_early:
        raise Refused(_("It has not been held yet."), field=f"fields.{too_early[0]}")
    return {name: CORRECTABLE[name](value, name) for name, value in fields.items()}


def _correct(step: Step, fields: dict[str, Any]) -> None:
    dialogue = step.dialogue
    for name in set(fields) - {"year", "quarter", "joint_hosts", *_CHAIRED, "heads_present"}:
        setattr(dialogue, name, fields[name])
    if not fields.keys().isdisjoint({"year", "quarter"}):
        _replan(dialogue, fields)
    if "joint_hosts" in fields:
        _rehost(step, fields["joint_hosts"])
    if not fields.keys().isdisjoint(_CHAIRED):
        chair = fields.get("chaired_by", dialogue.chaired_by)
        assert chair is not None  # noqa: S101 - it was held
        _chaired(dialogue, chair, fields.get("delegate_reason", dialogue.delegate_reason))
    if "heads_present" in fields:
        _heads_present(dialogue, fields["heads_present"])


_CHAIRED = ("chaired_by", "delegate_reason")


def _replan(dialogue: Dialogue, fields: dict[str, Any]) -> None:
    """Another quarter of the plan, or out of it where the day is known."""
    year = fields.get("year", dialogue.planned_year)
    quarter = fields.get("quarter", dialogue.planned_quarter)
    errors = about_the_quarter(year, quarter)
    if year is None and dialogue.starts_at is None:
        errors["year"] = [_("Name the quarter of the plan, or the day.")]
    if errors:
        raise BadInput(errors)
    dialogue.planned_year, dialogue.planned_quarter = year, quarter


def _rehost(step: Step, joint: list[Body]) -> None:
    """Who was named stays as they were; of who is named now, the head was not there unless it is said."""
    dialogue = step.dialogue
    if errors := about_hosts(dialogue.host, joint):
        raise BadInput(errors)
    on = dialogue.held_on or step.today
    for body in joint:
        if not body.is_open_on(on):
            raise BadInput.of("joint_hosts", _("%(body)s is closed on that day.") % {"body": body.name})
    kept = dialogue.joint_hosts.filter(body__in=joint)
    dialogue.joint_hosts.exclude(body__in=joint).delete()
    known = set(kept.values_list("body_id", flat=True))
    was_there = None if dialogue.held_on is None else False
    for body in joint:
        if body.pk not in known:
            JointHost.objects.create(dialogue=dialogue, body=body, head_was_present=was_there)


EFFECTS: dict[str, Effect] = {
    "schedule": schedule,
    "announce": announce,
    "hold": hold,
    "publish": publish,
    "postpone": postpone,
    "cancel": cancel,
    "correct": correct,
}
