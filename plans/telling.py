"""A target's rule and figure in words, in the reader's language: what is counted, what it takes, what came out."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from cases.codes import Channel, Flag, Kind
from cases.models import Subject
from dialogues.codes import Chair, DialogueKind, Participants
from dialogues.meeting_codes import Rhythm, SupervisionKind
from feedback.models import Reception
from plans import measure_shapes
from plans.counters import COUNTERS
from plans.counting import Ask, Counter
from plans.measure_shapes import MEMBERS, MINIMUM, MONTHS, THRESHOLD, Condition, Measure
from plans.models import Target
from plans.words import BODY_BY_BODY, SHARES, Comparator, Joint, Source, ValueType

# What a kind is a kind of, by what is counted; and the choices of the other narrowing fields.
_KINDS: dict[Source, type[TextChoices]] = {
    Source.CASE: Kind,
    Source.DIALOGUE: DialogueKind,
    Source.RECEPTION: Reception.Kind,
    Source.SUPERVISION: SupervisionKind,
}
_CHOICES: dict[str, type[TextChoices]] = {
    "channel": Channel,
    "flag": Flag,
    "participants": Participants,
    "rhythm": Rhythm,
    "chaired_by": Chair,
}


def rule_in_words(target: Target) -> str:
    """How the target is counted and judged. Of a typed one: what it takes, and that it is typed in."""
    ends = (threshold_in_words(target), _baseline(target))
    if target.measure is None:
        return " ".join(filter(None, (_("Typed in, with evidence."), *ends)))
    measure = measure_shapes.read(target.measure, joint=target.plan.joint_counts_for)
    if measure.whole:
        words = _("%(part)s / %(whole)s") % {
            "part": " + ".join(map(counted, measure.part)),
            "whole": " + ".join(map(counted, measure.whole)),
        }
    else:
        glue = _(" or ") if measure.is_any else _(" and ")
        words = glue.join(_condition(target, each) for each in measure.conditions)
    return " ".join(filter(None, (_sentence(words), _whose(target, measure), *ends)))


def _baseline(target: Target) -> str:
    """Where things stood when the plan was made, in the unit of the whole plan's figure."""
    if target.baseline is None:
        return ""
    of_bodies = target.value_type == ValueType.COUNT_PER_BODY and target.measure is not None
    percent = "%" if target.value_type in SHARES or of_bodies else ""
    return _("Before the plan it was %(number)s.") % {"number": number(target.baseline) + percent}


def counted(ask: Ask) -> str:
    """What one counter counts, with what it is narrowed to."""
    narrowed = [", ".join(_labels(COUNTERS[ask.counter], field, values)) for field, values in ask.where]
    label = str(COUNTERS[ask.counter].label)
    return f"{label} ({'; '.join(narrowed)})" if narrowed else label


def _labels(counter: Counter, field: str, values: Sequence[str]) -> list[str]:
    """The values of a narrowing field in the reader's language."""
    if field == "subject":
        names = {subject.code: str(subject) for subject in Subject.objects.filter(code__in=values)}
        return [names.get(value, value) for value in values]
    if field == "by":
        return [
            {"head": _("by the head in person"), "delegate": _("by a delegate")}[value] for value in values
        ]
    if field == "role":
        return [_("as chair")]
    if field == "key_area":
        return [_("in key areas")]
    choices = _KINDS[counter.source] if field == "kind" else _CHOICES[field]
    return [str(choices(value).label) for value in values]


def threshold_in_words(target: Target) -> str:
    """What the figure is held against; a default of ours is said to be ours."""
    if target.judged_by is None:
        return _("The plan names no number: shown, not judged.")
    if target.value_type == ValueType.COUNT_PER_BODY and target.measure is not None:
        words = ""
    else:
        sign = Comparator(target.comparator).label
        words = _("Kept when it is %(comparator)s %(number)s.") % {
            "comparator": "" if target.comparator == Comparator.RANGE else sign,
            "number": number(target.judged_by) + ("%" if target.value_type in SHARES else ""),
        }
    if target.threshold is None:
        words = " ".join(filter(None, (words, _("The number is the product's default, not the plan's."))))
    return " ".join(words.split())


def number(value: Decimal | None) -> str:
    """A figure without the zeros that say nothing."""
    if value is None:
        return "-"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _condition(target: Target, condition: Condition) -> str:
    if condition.value == THRESHOLD and target.judged_by is None:
        return counted(condition.ask)
    return _("%(counted)s %(op)s %(number)s") % {
        "counted": counted(condition.ask),
        "op": condition.op,
        "number": _required(target, condition.value),
    }


def _required(target: Target, value: int | str) -> str:
    if isinstance(value, int):
        return str(value)
    return {
        THRESHOLD: number(target.judged_by),
        MINIMUM: _("the legal minimum of the post"),
        MONTHS: _("the whole months so far"),
        MEMBERS: _("the members of the committee"),
    }[value]


def _whose(target: Target, measure: Measure) -> str:
    words = ""
    if measure.over_plan:
        words = _("Over the whole plan.")
    elif target.value_type in BODY_BY_BODY:
        words = {
            "area": _("For each area: the share that pass."),
            "head": _("For each head: the share that pass."),
        }.get(target.per, _("For each body: the share that pass."))
    if any(ask.counter == "dialogues_held" for ask in measure.asks):
        words = f"{words} {Joint(target.plan.joint_counts_for).label}."
    return words


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
