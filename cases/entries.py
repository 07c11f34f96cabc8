"""The first entry can be wrong, or one matter can come twice: correct, void, join, split, appeal."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from bodies.models import Area, Body
from bodies.refusals import BadInput, Refused
from bodies.text import tidy
from cases.codes import PETITIONS, Channel, Flag, Instance, Kind
from cases.effects import Effect, checked_flags, instance_of, owe_what_the_kind_owes
from cases.models import Case, Subject
from cases.opening import NewCase
from cases.stages import OPEN, Stage
from cases.steps import Step, local_day, plain, refuse_if


def correct(step: Step) -> None:
    """Old and new values go to the history; of people only the name of the changed field (their values are sealed)."""
    fields = step.fact("fields")
    if not isinstance(fields, dict) or not fields:
        raise BadInput.of("fields", _("Name the fields to correct."))
    unknown = sorted(set(fields) - set(_CORRECTABLE) - {"people"})
    if unknown:
        raise BadInput({f"fields.{name}": [_("This field cannot be corrected.")] for name in unknown})
    changed: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "people":
            changed[name] = {"fields": sorted(value)}
            continue
        old, new = getattr(step.case, name), _CORRECTABLE[name](value, name)
        if old != new:
            changed[name] = {"was": plain(old), "now": plain(new)}
            setattr(step.case, name, new)
    refuse_if(not changed, _("Nothing would change."), field="fields")
    refuse_if(
        "kind" in changed and not {changed["kind"]["was"], changed["kind"]["now"]} <= PETITIONS,
        _("Only the kind of a petition can be corrected, to another kind of petition."),
        field="fields",
    )
    step.case.instance = instance_of(Kind(step.case.kind), step.case.instance)
    refuse_if(
        step.case.kind == Kind.DENUNCIATION and step.case.against_body_id == step.case.body_id,
        _("A denunciation never stays with the body it complains of: route it first."),
        field="fields",
    )
    step.write(fields=changed)
    if changed.keys() & {"kind", "instance", "flags", "channel"}:
        owe_what_the_kind_owes(step)


def void(step: Step) -> None:
    """The number stays in the book as a cancelled line. What was joined leaves the other case."""
    if step.other is not None:
        split(step)


def join(step: Step) -> None:
    into = step.other
    assert into is not None  # noqa: S101 - the workflow locks it with the case
    refuse_if(into.pk == step.case.pk, _("A case cannot be joined to itself."), field="into")
    refuse_if(Stage(into.stage) not in OPEN, _("The other case is not open any more."), field="into")
    refuse_if(
        (into.kind == Kind.DENUNCIATION) != (step.case.kind == Kind.DENUNCIATION),
        _("A denunciation is joined to denunciations only."),
        field="into",
    )
    step.case.joined_to = into
    into.letters_count += step.case.letters_count
    into.people_count += step.case.people_count
    step.write(into=into, text=step.get("text", ""))


def split(step: Step) -> None:
    into = step.other
    assert into is not None  # noqa: S101 - the workflow locks it with the case
    into.letters_count -= step.case.letters_count
    into.people_count -= step.case.people_count
    step.case.joined_to = None
    step.write(out_of=into)


def after_split(step: Step) -> None:
    """What was stopped by the join is owed again, from the first day."""
    owe = [clock.rule for clock in step.clocks.clocks if clock.state == "stopped"]
    known = {clock.rule for clock in step.clocks.clocks if clock.state != "stopped"}
    step.clocks.start(dict.fromkeys(code for code in owe if code not in known), step.case.received_on)


def appeal(step: Step) -> None:
    """Not content with the answer, or with none in time: the matter goes to the body above, as a case of its own.

    `petition` names the appeal that was received there already; without it the case is opened now. One appeal for each answer.
    """
    case, code = step.case, step.get("petition", "")
    refuse_if(case.instance == Instance.SECOND, _("After the second instance only a court can be asked."))
    known = _appeals_of_this_answer(case)
    if code:
        refuse_if(code not in known, _("There is no such appeal from this case."), field="petition")
    else:
        refuse_if(
            bool(known),
            _("This appeal is a case already: %(reference)s.") % {"reference": "".join(known[:1])},
        )
        step.opens = _second_instance(step)
    step.write(petition=code, text=step.get("text", ""))


def _appeals_of_this_answer(case: Case) -> list[str]:
    appeals = case.appeals.exclude(stage=Stage.VOID)
    answered = case.events.filter(move="answer").order_by("-seq").values_list("at", flat=True).first()
    if answered is not None:
        appeals = appeals.filter(received_on__gte=local_day(answered))
    return list(appeals.order_by("pk").values_list("reference", flat=True))


def _second_instance(step: Step) -> NewCase:
    case = step.case
    above = case.body.superior
    if above is None:
        raise Refused(_("%(body)s has no body above it.") % {"body": case.body.name})
    return NewCase(
        kind=Kind.COMPLAINT,
        instance=Instance.SECOND,
        channel=case.channel,
        title=case.title,
        content=case.content,
        subject=case.subject,
        area=case.area,
        received_by=above,
        received_at=step.at,
        people_count=case.people_count,
        flags=frozenset(case.flags) & {Flag.GROUP, Flag.HOT_SPOT},
        against_body=case.body,
        settled_before_count=case.settled_before_count + 1,
        earlier_settled_by=case.body.name[:200],
        appeal_of=case,
        details={"appeal_of": case.reference},
    )


def _text(value: Any, name: str) -> str:
    text = tidy(str(value))
    if not text and name == "title":
        raise BadInput.of("fields.title", _("This is needed."))
    return text


def _choice(choices: type) -> Callable[[Any, str], Any]:
    def check(value: Any, name: str) -> Any:
        try:
            return choices(value)
        except ValueError:
            raise BadInput.of(f"fields.{name}", _("Unknown code: %(code)s.") % {"code": value}) from None

    return check


def _row(model: type[Subject] | type[Area] | type[Body]) -> Callable[[Any, str], Any]:
    def check(value: Any, name: str) -> Any:
        if value is None or isinstance(value, model):
            return value
        found = model.objects.filter(code=value).first()
        if found is None:
            raise BadInput.of(f"fields.{name}", _("Unknown code: %(code)s.") % {"code": value})
        return found

    return check


def _count(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1_000_000:
        raise BadInput.of(f"fields.{name}", _("Give a whole number of at least 1."))
    return value


_CORRECTABLE: dict[str, Callable[[Any, str], Any]] = {
    "kind": _choice(Kind),
    "instance": lambda value, _name: value,
    "channel": _choice(Channel),
    "subject": _row(Subject),
    "area": _row(Area),
    "against_body": _row(Body),
    "flags": lambda value, _name: checked_flags(set(value)),
    "title": _text,
    "content": _text,
    "people_count": _count,
}

ENTRY_EFFECTS: dict[str, Effect] = {
    "correct": correct,
    "void": void,
    "join": join,
    "split": split,
    "appeal": appeal,
}


def other_case(case: Case, name: str, facts: Any) -> Case | None:
    """The second case a move touches: it is locked together with the first, lower id first."""
    if name == "join":
        into = facts.get("into")
        if not isinstance(into, Case):
            raise BadInput.of("into", _("This is needed."))
        return into
    return case.joined_to if name in {"split", "void"} else None
