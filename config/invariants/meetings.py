"""Of dialogues, their questions, minutes and conclusions, and of what was agreed and recommended at meetings."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from cases.codes import Kind
from cases.stages import ENDED
from config.invariants.asking import Keys, holds, references
from dialogues.codes import QuestionState
from dialogues.models import Conclusion, Dialogue, DialogueEvent, JointHost, Question, Recommendation
from dialogues.stages import LOCKED
from dialogues.stages import Stage as Of


@holds("a dialogue stands where the last line of its history put it")
def _stages(_now: datetime) -> Keys:
    lines = DialogueEvent.objects.filter(dialogue=OuterRef("pk")).order_by("-seq")
    rows = Dialogue.objects.annotate(last=Subquery(lines.values("to_stage")[:1]))
    return references(rows.exclude(last=F("stage")), "code")


@holds("nobody hosts a dialogue together with itself")
def _with_itself(_now: datetime) -> Keys:
    return references(JointHost.objects.filter(body=F("dialogue__host")), "dialogue__code")


@holds("the duties of a dialogue are a case of kind dialogue")
def _duties(_now: datetime) -> Keys:
    rows = Dialogue.objects.filter(duties__isnull=False).exclude(duties__kind=Kind.DIALOGUE)
    return references(rows, "code")


@holds("nobody owes anything more of a dialogue that was called off")
def _owed(_now: datetime) -> Keys:
    over = Dialogue.objects.filter(stage__in=[Of.POSTPONED, Of.CANCELLED], duties__isnull=False)
    return references(over.exclude(duties__stage__in=sorted(ENDED)), "code")


@holds("the minutes are locked when the dialogue is signed, and only then")
def _locked(_now: datetime) -> Keys:
    is_locked = Q(minutes__locked_at__isnull=False)
    signed = Q(stage__in=sorted(LOCKED))
    # A published one may be called off: what was signed stays.
    wrong = (signed & ~is_locked) | (is_locked & ~signed & ~Q(stage=Of.CANCELLED))
    return references(Dialogue.objects.filter(wrong), "code")


@holds("locked minutes have conclusions, or the chair said there are none")
def _concluded(_now: datetime) -> Keys:
    concluded = Exists(Conclusion.objects.filter(dialogue=OuterRef("pk")))
    rows = Dialogue.objects.filter(minutes__locked_at__isnull=False).annotate(concluded=concluded)
    return references(rows.filter(concluded=F("minutes__has_no_conclusions")), "code")


@holds("no question is open once the minutes are locked")
def _open_questions(_now: datetime) -> Keys:
    rows = Question.objects.filter(state=QuestionState.OPEN, dialogue__minutes__locked_at__isnull=False)
    return (str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True))


@holds("the conclusions of a dialogue are numbered 1, 2, 3 … without a gap")
def _numbers(_now: datetime) -> Keys:
    return references(_with_gaps(Dialogue.objects.all(), "conclusions"), "code")


def _with_gaps(rows: QuerySet[Any], of: str) -> QuerySet[Any]:
    counted = rows.annotate(there=Count(of), last=Max(f"{of}__position"))
    return counted.filter(there__gt=0).exclude(last=F("there"))


@holds("a conclusion is a case of kind conclusion that the host of its dialogue received")
def _conclusions(_now: datetime) -> Keys:
    right = Q(case__kind=Kind.CONCLUSION, case__received_by=F("dialogue__host"))
    return references(Conclusion.objects.exclude(right), "case__reference")


@holds("what was agreed or recommended is a case of kind conclusion or supervision")
def _recommendations(_now: datetime) -> Keys:
    right = Q(case__kind=Kind.CONCLUSION, meeting__isnull=False) | Q(
        case__kind=Kind.SUPERVISION, meeting=None
    )
    return references(Recommendation.objects.exclude(right), "case__reference")
