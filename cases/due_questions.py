"""Questions about due days as other systems put them, in JSON, and the answers they get. No case is needed for them."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cases.law import Law
from cases.rule_files import read_situation, written_situation
from cases.time_limits import BadQuestion, Due, Pause, Rule, due

Answer = dict[str, Any]
NO_RULE: Answer = {"error": "no rule"}


@dataclass(frozen=True)
class Question:
    """Which rule, from which day, in which situation, past which pauses, with how many full extensions."""

    rule: str
    start: date
    situation: frozenset[str] = frozenset()
    pauses: tuple[Pause, ...] = ()
    extensions: int = 0


def read_line(line: bytes) -> Question:
    """One question of a JSON Lines file. Raises BadQuestion; its field is `line` where it is no JSON object at all."""
    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadQuestion("line", _("This is not JSON.")) from None
    if not isinstance(asked, dict):
        raise BadQuestion("line", _("A question is a JSON object.")) from None
    return read_question(asked)


def read_question(asked: dict[str, Any]) -> Question:
    """The question in a JSON object. Raises BadQuestion, naming the field, for what is missing, unknown or unreadable."""
    unknown = asked.keys() - {"rule", "start", "situation", "pauses", "extensions"}
    if unknown:
        raise BadQuestion(min(unknown), _("This field is not known."))
    return Question(
        rule=_text("rule", asked.get("rule")),
        start=read_day("start", asked.get("start")),
        situation=_situation(asked.get("situation")),
        pauses=_pauses(asked.get("pauses")),
        extensions=_number("extensions", asked.get("extensions")),
    )


def read_day(field: str, value: object) -> date:
    """A day such as 2024-02-05. Raises BadQuestion."""
    try:
        if isinstance(value, str) and len(value) == len("2024-02-05"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadQuestion(field, _("This must be a day such as 2024-02-05."))


def _text(field: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadQuestion(field, _("This must be a word such as complaint.first.settle."))
    return value


def _number(field: str, value: object) -> int:
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadQuestion(field, _("This must be a whole number."))
    return value


def _situation(value: object) -> frozenset[str]:
    flags = value if isinstance(value, list) else [value or ""]
    words = [flag for flag in flags if isinstance(flag, str)]
    if len(words) < len(flags):
        raise BadQuestion("situation", _("This must be words such as remote+complex."))
    return read_situation("+".join(words))


def _pauses(value: object) -> tuple[Pause, ...]:
    pauses = [] if value is None else value
    if not isinstance(pauses, list) or not all(
        isinstance(pause, list) and len(pause) == 2 for pause in pauses
    ):
        raise BadQuestion("pauses", _("Pauses are a list of [from, to]; to is null while a pause is open."))
    return tuple(
        Pause(read_day("pauses", first), None if end is None else read_day("pauses", end))
        for first, end in pauses
    )


def rule_for(question: Question, law: Law) -> Rule | None:
    """The row of all bodies that governs a clock started on the day of the question."""
    return law.choose(question.rule, question.start, question.situation, None)


def reckon(question: Question, rule: Rule, law: Law) -> Due:
    """Raises BadQuestion."""
    return due(rule, question.start, law.calendar, pauses=question.pauses, extensions=question.extensions)


def answer(question: Question, law: Law) -> Answer:
    """The due day and why, as other systems read it. Raises BadQuestion."""
    rule = rule_for(question, law)
    if rule is None:
        return NO_RULE
    reckoned = reckon(question, rule, law)
    return {
        "rule": rule.code,
        "situation": written_situation(rule.situation),
        "start": question.start.isoformat(),
        "due_on": reckoned.on.isoformat() if reckoned.on else None,
        "original_due_on": reckoned.original_on.isoformat(),
        "state": reckoned.state.value,
        "explanation": [stretch.as_json() for stretch in reckoned.explanation],
    }


def refusal(wrong: BadQuestion) -> Answer:
    """What is answered to a question that has no answer."""
    return {"error": wrong.message, "field": wrong.field}
