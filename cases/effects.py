"""What each move does to the case beside its stage and its clocks. Moves without an entry change nothing more.

Each effect checks the fields of its own move: what is missing or of the wrong kind is BadInput (400), what the case
does not allow now is Refused (409).
"""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from bodies.models import Body, Membership, User
from bodies.refusals import BadInput
from cases.book_lines import import_line
from cases.clock_table import deciding_rule, opening_rules
from cases.clocks import matter_of
from cases.codes import SITUATIONS, Duty, Flag, Instance, Kind, results_of
from cases.parts import Part
from cases.stages import PRE, WORK, Stage
from cases.steps import Step, refuse_if

Effect = Callable[[Step], None]


def classify(step: Step) -> None:
    case = step.case
    case.kind = Kind(step.fact("kind"))
    case.instance = instance_of(case.kind, step.get("instance", case.instance))
    case.subject = step.get("subject", case.subject)
    flags = set(step.get("flags", case.flags))
    if step.get("eligible") is False:
        flags.add(Flag.INELIGIBLE)
    case.flags = checked_flags(flags)
    is_competent = step.get("competent", True)
    step.write(
        kind=case.kind, instance=case.instance, subject=case.subject, flags=case.flags, competent=is_competent
    )
    owe_what_the_kind_owes(step, is_competent=is_competent)


def owe_what_the_kind_owes(step: Step, *, is_competent: bool = True) -> None:
    """After a change of kind or flags the clocks follow: before acceptance those of receipt, after it the deciding one.

    What was answered already is only written down.
    """
    matter = matter_of(step.case, step.clocks.law, is_competent=is_competent)
    if step.from_stage in PRE:
        owed = opening_rules(matter)
        for clock in step.clocks.live:
            if (
                clock.limit_id is not None
                and clock.rule not in owed
                and clock.started_on == step.case.received_on
            ):
                step.clocks.stop(clock, step.day)
        known = {clock.rule for clock in step.clocks.clocks}
        step.clocks.start([code for code in owed if code not in known], step.case.received_on)
    elif step.from_stage in WORK | {Stage.SUSPENDED}:
        deciding, code = step.clocks.live_deciding(), deciding_rule(matter)
        if deciding is not None and code is not None and deciding.rule != code:
            step.clocks.stop(deciding, step.day)
            step.clocks.start([code], deciding.started_on)


def route(step: Step) -> None:
    body: Body = step.fact("body")
    _may_hold(step, body)
    refuse_if(body == step.case.body, _("The case is with this body already."), field="body")
    person = step.get("person")
    if person:
        _is_member(person, body, step.day)
    step.co_bodies = step.get("co_bodies")
    step.write(
        from_body=step.case.body,
        body=body,
        instruction=step.get("instruction", ""),
        person=person,
        co_bodies=step.co_bodies or [],
    )
    step.case.body, step.case.handler = body, person


def assign(step: Step) -> None:
    person = step.fact("person")
    _is_member(person, step.case.body, step.day)
    step.write(person=person)
    step.case.handler = person


def guide(step: Step) -> None:
    eligible = Flag.INELIGIBLE not in step.case.flags
    refuse_if(
        step.case.kind != Kind.COMPLAINT and eligible,
        _("Only a complaint or an ineligible petition can be guided; this one is to be transferred."),
    )
    step.write(right_address=step.fact("right_address"))


def transfer(step: Step) -> None:
    body, address = step.get("body"), step.get("address", "")
    if bool(body) == bool(address):
        raise BadInput.of("body", _("Name either a body in the system or an address outside it."))
    step.write(from_body=step.case.body, body=body, address=address)
    step.case.transfers_count += 1
    if body:
        _may_hold(step, body)
        refuse_if(body == step.case.body, _("The case is with this body already."), field="body")
        _hand_over(step, body)
    else:
        step.to_stage = Stage.TRANSFERRED_OUT


def return_to_sender(step: Step) -> None:
    last = step.case.events.filter(move="transfer").order_by("-seq").first()
    if last is None or last.body_id != step.case.body_id:
        # It came from outside the system, or was routed on since.
        step.to_stage = Stage.RETURNED
        return
    sender = Body.objects.get(code=last.details["from_body"])
    step.write(from_body=step.case.body, body=sender)
    _hand_over(step, sender)


def _hand_over(step: Step, body: Body) -> None:
    """The body receives it today: its acceptance clock begins when the old ones have been met or stopped."""
    step.case.body, step.case.handler = body, None
    step.case.received_on = step.day


def archive(step: Step) -> None:
    refuse_if(
        not {Flag.ANONYMOUS, Flag.INELIGIBLE} & set(step.case.flags),
        _("Only an anonymous or ineligible petition can be archived."),
    )
    step.write(ground=step.fact("ground"))


def suspend(step: Step) -> None:
    refuse_if(
        not step.clocks.pausable_by("suspend", step.day),
        _("The law gives no ground on this day to suspend the limit that runs."),
    )
    step.write(ground=step.fact("ground"))


def resume(step: Step) -> None:
    step.clocks.resume("suspend", step.day)


def supplement(step: Step) -> None:
    step.write(what=step.fact("what"))
    step.files = list(step.get("files", []))
    step.clocks.resume("ask_supplement", step.day)


def extend(step: Step) -> None:
    clock = step.clocks.live_deciding()
    named = step.get("clock")
    if named:
        clock = next((c for c in step.clocks.live if c.rule == named), None)
    refuse_if(clock is None, _("No limit that can be extended is running."), field="clock")
    assert clock is not None  # noqa: S101 - refused above
    situation = set(step.get("situation", []))
    if not situation <= SITUATIONS:
        raise BadInput.of("situation", _("Unknown situation."))
    before = (clock.limit_id, clock.due_on)
    if situation:
        step.case.flags = checked_flags({*step.case.flags, *situation} - _outdone(situation))
        refuse_if(
            not step.clocks.switch(clock, step.day),
            _("The limit had ended before the situation was recognised."),
        )
    rule = step.clocks.rule_of(clock) if clock.limit_id else None
    if rule is None or rule.extendable_times:
        step.clocks.extend(clock, _extension(step, rule.extension_amount if rule else None))
    refuse_if((clock.limit_id, clock.due_on) == before, _("This limit cannot be extended."))
    step.write(clock=clock.rule, days=step.get("days"), situation=sorted(situation))


def _extension(step: Step, full: int | None) -> dict[str, object]:
    days = step.get("days", full)
    if not isinstance(days, int) or days < 1:
        raise BadInput.of("days", _("Give the number of days."))
    document = step.fact("document")
    return {
        "days": days,
        "dated_on": document.date.isoformat(),
        "document": str(document),
        "reason": step.reason,
    }


def set_situation(step: Step) -> None:
    wanted = set(step.get("flags", []))
    if not wanted <= SITUATIONS:
        raise BadInput.of("flags", _("Unknown situation."))
    case = step.case
    now = set(case.flags) & SITUATIONS
    refuse_if(
        case.kind == Kind.COMPLAINT and not wanted <= now,
        _("A complaint takes a longer limit only by an extension with its document."),
        field="flags",
    )
    step.write(flags=sorted(wanted), was=sorted(now))
    case.flags = checked_flags((set(case.flags) - SITUATIONS) | wanted)
    for clock in step.clocks.live:
        if clock.limit_id is not None:
            step.clocks.switch(clock, step.day)


def begin_verification(step: Step) -> None:
    person = step.get("person")
    if person:
        _is_member(person, step.case.body, step.day)
        step.case.handler = person
    step.write(person=person)


def submit(step: Step) -> None:
    step.write(draft=step.fact("draft"))
    step.files = list(step.get("files", []))


def with_text(step: Step) -> None:
    step.write(
        **{
            name: step.get(name)
            for name in ("text", "what", "ground", "percent", "day", "to")
            if step.get(name) is not None
        }
    )
    step.files = list(step.get("files", []))


def record_dialogue(step: Step) -> None:
    step.write(day=step.fact("day"), dialogue=step.get("dialogue", ""), text=step.get("text", ""))


def answer(step: Step) -> None:
    case = step.case
    result = step.fact("result")
    if result not in results_of(case.kind, case.instance):
        raise BadInput.of("result", _("This result does not fit the kind of case."))
    step.files = list(step.fact("files"))
    step.write(result=result, text=step.fact("text"))
    case.result = result


def close(step: Step) -> None:
    owed = [clock.rule for clock in step.clocks.live]
    refuse_if(
        bool(owed),
        _("Not everything is done that follows the answer: %(rules)s.") % {"rules": ", ".join(owed)},
    )


def withdraw(step: Step) -> None:
    whole = step.get("whole")
    if not isinstance(whole, bool):
        raise BadInput.of("whole", _("Say whether the whole is withdrawn or a part."))
    if not whole:
        step.write(part=step.fact("part"))
        step.to_stage = Stage(step.case.stage)
    step.write(whole=whole)


def direct(step: Step) -> None:
    member: User = step.fact("standing_member")
    holds = (
        member.posts.on(step.day)
        .filter(duty__in=["standing_member", "head"], body__kind__in=_COMMITTEES)
        .exists()
    )
    refuse_if(
        not holds, _("This person is not a standing member of a party committee."), field="standing_member"
    )
    step.write(standing_member=member)
    step.case.standing_member = member


def reopen(step: Step) -> None:
    case = step.case
    step.write(result=case.result)
    case.result = ""
    case.reopened_count += 1


def record_duty(step: Step) -> None:
    duty = Duty(step.fact("duty"))
    allowed = _DUTY_PARTS.get(duty, {Part.HANDLER, Part.HEAD})
    refuse_if(step.parts.isdisjoint(allowed), _("This duty is not yours to record."), field="duty")
    step.write(duty=duty, day=step.day, text=step.get("text", ""))


def escalate(step: Step) -> None:
    step.write(
        level=step.fact("level"),
        clock=step.get("clock", ""),
        bodies=step.get("bodies", []),
        last=step.get("last", False),
    )


_DUTY_PARTS = {
    Duty.DELAY_COMPLAINED: {Part.RECEPTIONIST, Part.HEAD},
    Duty.REPORT_ASKED: {Part.SUPERIOR},
    Duty.WRITTEN_NOTICE: {Part.RECEPTIONIST, Part.HANDLER, Part.HEAD},
}
_COMMITTEES = ["tinh_uy", "huyen_uy", "dang_uy_xa"]


# --- what several effects ask ---------------------------------------------------------------------------------------


def _may_hold(step: Step, body: Body) -> None:
    refuse_if(
        not body.is_open_on(step.day),
        _("%(body)s is closed on that day.") % {"body": body.name},
        field="body",
    )
    refuse_if(
        step.case.kind == Kind.DENUNCIATION and step.case.against_body_id == body.pk,
        _("A denunciation never goes to the body it complains of."),
        field="body",
    )


def _is_member(person: User, body: Body, on: date) -> None:
    refuse_if(
        not Membership.objects.on(on).of(person).filter(body=body).exists(),
        _("%(person)s does not work in %(body)s on that day.") % {"person": person, "body": body.name},
        field="person",
    )


def instance_of(kind: Kind, instance: str) -> str:
    allowed: dict[str, set[str]] = {
        Kind.COMPLAINT: {Instance.FIRST, Instance.SECOND, Instance.DISCIPLINARY},
        Kind.DENUNCIATION: {Instance.FURTHER, ""},
    }
    if kind == Kind.COMPLAINT and not instance:
        return Instance.FIRST
    return instance if instance in allowed.get(kind, {""}) else ""


def _outdone(situation: set[str]) -> set[str]:
    """Especially complex replaces complex, never both."""
    return {Flag.COMPLEX} if Flag.ESPECIALLY_COMPLEX in situation else set()


def checked_flags(flags: set[str]) -> list[str]:
    unknown = flags - set(Flag.values)
    if unknown:
        raise BadInput.of("flags", _("Unknown flag: %(flag)s.") % {"flag": sorted(unknown)[0]})
    if {Flag.COMPLEX, Flag.ESPECIALLY_COMPLEX} <= flags:
        raise BadInput.of("flags", _("A case is either complex or especially complex, never both."))
    return sorted(flags)


# Those of the entry itself (correct, void, join, split, appeal) are in cases.entries.
EFFECTS: dict[str, Effect] = {
    "classify": classify,
    "route": route,
    "assign": assign,
    "refuse": with_text,
    "guide": guide,
    "transfer": transfer,
    "return_to_sender": return_to_sender,
    "archive": archive,
    "ask_supplement": with_text,
    "supplement": supplement,
    "suspend": suspend,
    "resume": resume,
    "extend": extend,
    "set_situation": set_situation,
    "begin_verification": begin_verification,
    "record_verification": with_text,
    "record_dialogue": record_dialogue,
    "submit": submit,
    "answer": answer,
    "notify_accepted": with_text,
    "send_decision": with_text,
    "send_conclusion": with_text,
    "disclose": with_text,
    "progress": with_text,
    "close": close,
    "withdraw": withdraw,
    "terminate": with_text,
    "urge": with_text,
    "direct": direct,
    "escalate": escalate,
    "reopen": reopen,
    "record_duty": record_duty,
    "note": with_text,
    "import": import_line,
}
