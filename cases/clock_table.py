"""Which clock is started, met, paused and stopped by which move: the law's own order of acts, as a table. Pure.

The limits themselves (how many days, in which situation, from when to when) are dated rows; see cases.time_limits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cases.codes import LETTER_CHANNELS, PETITIONS, Channel, Duty, Flag, Instance, Kind
from cases.stages import UNSETTLED_ENDS, Stage

# A move as the clocks see it: `record_duty` is told apart by its duty, everything else by its name.
Act = str


def act_of(move: str, duty: str = "") -> Act:
    return f"{move}:{duty}" if duty else move


def _duty(duty: Duty) -> Act:
    return act_of("record_duty", duty)


@dataclass(frozen=True, kw_only=True)
class ClockRule:
    """How one rule stands towards the moves. `started_by` are acts; what is opened with the case is in `opening_rules`."""

    code: str
    met_by: frozenset[Act]
    started_by: frozenset[Act] = frozenset()
    stopped_by: frozenset[Act] = frozenset()
    paused_by: frozenset[Act] = frozenset()
    is_deciding: bool = False
    # An end without settlement stops every clock that it does not meet, but for this one.
    outlives_ends: bool = False


_SUSPEND = frozenset({"suspend"})
_HOUSE_PAUSE = frozenset({"suspend", "ask_supplement"})
_NOT_SETTLED = frozenset({"withdraw", "terminate"})


def _rule(
    code: str,
    met_by: str | set[Act],
    *,
    started_by: Iterable[Act] = (),
    stopped_by: Iterable[Act] = (),
    paused_by: Iterable[Act] = (),
    is_deciding: bool = False,
    outlives_ends: bool = False,
) -> ClockRule:
    return ClockRule(
        code=code,
        met_by=frozenset(met_by.split() if isinstance(met_by, str) else met_by),
        started_by=frozenset(started_by),
        stopped_by=frozenset(stopped_by),
        paused_by=frozenset(paused_by),
        is_deciding=is_deciding,
        outlives_ends=outlives_ends,
    )


_TABLE = [
    _rule("reception.reply", {"accept", "guide", "transfer", "refuse", "answer", _duty(Duty.WRITTEN_NOTICE)}),
    _rule("letter.classify", "classify accept refuse guide transfer archive"),
    _rule("party.notice", {"accept", "transfer", _duty(Duty.WRITTEN_NOTICE)}),
    _rule("complaint.first.accept", "accept refuse guide"),
    _rule("complaint.second.accept", "accept refuse guide"),
    _rule("disciplinary.accept", "accept refuse guide"),
    _rule("recommendation.accept", "accept refuse guide transfer archive answer"),
    _rule("feedback.accept", "accept refuse guide transfer archive answer"),
    _rule("denunciation.accept", "accept refuse transfer"),
    _rule("denunciation.transfer", "transfer"),
    _rule("recommendation.transfer", "transfer"),
    _rule("feedback.transfer", "transfer"),
    *(
        _rule(code, "answer", started_by={"accept", "reopen"}, paused_by=_SUSPEND, stopped_by=_NOT_SETTLED, is_deciding=True)
        for code in ("complaint.first.settle", "complaint.second.settle", "disciplinary.settle", "denunciation.settle")
    ),
    *(
        _rule(code, "answer", started_by={"accept", "reopen"}, paused_by=_HOUSE_PAUSE, stopped_by=_NOT_SETTLED, is_deciding=True)
        for code in ("recommendation.answer", "feedback.answer")
    ),
    # Counted from receipt: opened with the case, started anew only when it is reopened.
    *(
        _rule(code, "answer", started_by={"reopen"}, paused_by=_HOUSE_PAUSE, stopped_by=_NOT_SETTLED, is_deciding=True)
        for code in ("feedback.answer_legal_document", "opinion.answer", "conclusion.act", "supervision.reply")
    ),
    _rule("denunciation.notify_accepted", "notify_accepted", started_by={"accept"}),
    _rule("complaint.first.send_decision", "send_decision", started_by={"answer"}),
    _rule("complaint.second.send_decision", "send_decision", started_by={"answer"}),
    _rule("complaint.disclose", "disclose", started_by={"answer"}),
    _rule("denunciation.send_conclusion", "send_conclusion", started_by={"answer"}),
    _rule("denunciation.act", {_duty(Duty.ACTED)}, started_by={"answer"}),
    _rule("denunciation.disclose", "disclose", started_by={"answer", _duty(Duty.ACTED)}),
    _rule("denunciation.send_suspension", {_duty(Duty.SUSPENSION_SENT)}, started_by={"suspend", "terminate"},
          outlives_ends=True),
    _rule("denunciation.overdue_request", {_duty(Duty.REPORT_ASKED)}, started_by={_duty(Duty.DELAY_COMPLAINED)}),
    _rule("denunciation.overdue_report", {_duty(Duty.REPORTED)}, started_by={_duty(Duty.REPORT_ASKED)}),
    _rule("denunciation.further_review", {"accept", "refuse", _duty(Duty.REVIEWED)}),
    _rule("dialogue.notice", {_duty(Duty.ANNOUNCED)}),
    _rule("dialogue.publish", {_duty(Duty.PUBLISHED)}, started_by={_duty(Duty.HELD)}, is_deciding=True),
    _rule("report", {_duty(Duty.HANDED_IN)}, is_deciding=True),
]  # fmt: skip

CLOCK_RULES: dict[str, ClockRule] = {rule.code: rule for rule in _TABLE}


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What of a case decides which clocks it owes."""

    kind: str
    instance: str = ""
    channel: str = ""
    flags: frozenset[str] = field(default_factory=frozenset)
    addressed_to_party_head: bool = False
    is_competent: bool = True


_ACCEPT = {
    (Kind.COMPLAINT, Instance.FIRST): "complaint.first.accept",
    (Kind.COMPLAINT, Instance.SECOND): "complaint.second.accept",
    (Kind.COMPLAINT, Instance.DISCIPLINARY): "disciplinary.accept",
    (Kind.DENUNCIATION, Instance.FURTHER): "denunciation.further_review",
    (Kind.DENUNCIATION, ""): "denunciation.accept",
    (Kind.RECOMMENDATION, ""): "recommendation.accept",
    (Kind.FEEDBACK, ""): "feedback.accept",
}


def accept_rule(matter: Matter) -> str | None:
    """The clock within which the body in charge takes the case up or refuses it; none for opinions and duties."""
    instance = matter.instance or (Instance.FIRST if matter.kind == Kind.COMPLAINT else "")
    return _ACCEPT.get((Kind(matter.kind), instance), _ACCEPT.get((Kind(matter.kind), "")))


def opening_rules(matter: Matter) -> list[str]:
    """The rules whose clocks run from receipt, in the order in which they are shown."""
    owed: dict[str | None, bool] = {
        # Owed to whoever came; nobody waits for a reply to a conclusion.
        "reception.reply": matter.channel == Channel.RECEPTION and matter.kind in PETITIONS,
        "letter.classify": matter.channel in LETTER_CHANNELS,
        "party.notice": matter.addressed_to_party_head,
        accept_rule(matter): True,
        **dict.fromkeys(_transfer_rule(matter), not matter.is_competent),
        "opinion.answer": matter.kind == Kind.OPINION,
        "feedback.answer_legal_document": matter.kind == Kind.FEEDBACK
        and Flag.LEGAL_DOCUMENT in matter.flags,
        "conclusion.act": matter.kind == Kind.CONCLUSION,
        "supervision.reply": matter.kind == Kind.SUPERVISION,
    }
    return [rule for rule, is_owed in owed.items() if rule and is_owed]


def _transfer_rule(matter: Matter) -> list[str]:
    """Outside competence: a denunciation always, the others only where administrative rules are their subject."""
    if matter.kind == Kind.DENUNCIATION:
        return ["denunciation.transfer"]
    if matter.kind in {Kind.RECOMMENDATION, Kind.FEEDBACK} and Flag.ADMINISTRATIVE_RULES in matter.flags:
        return [f"{matter.kind}.transfer"]
    return []


_SETTLE = {
    (Kind.COMPLAINT, Instance.FIRST): "complaint.first.settle",
    (Kind.COMPLAINT, Instance.SECOND): "complaint.second.settle",
    (Kind.COMPLAINT, Instance.DISCIPLINARY): "disciplinary.settle",
}
_AFTER_ANSWER = {
    "complaint.first.send_decision": (Kind.COMPLAINT, Instance.FIRST),
    "complaint.second.send_decision": (Kind.COMPLAINT, Instance.SECOND),
}


def deciding_rule(matter: Matter) -> str | None:
    """The settle or answer rule of the case: the one it is judged on time by once it was accepted."""
    kind = Kind(matter.kind)
    if kind == Kind.COMPLAINT:
        return _SETTLE[(kind, Instance(matter.instance or Instance.FIRST))]
    if kind == Kind.FEEDBACK and Flag.LEGAL_DOCUMENT in matter.flags:
        return "feedback.answer_legal_document"
    fixed = {
        Kind.CONCLUSION: "conclusion.act",
        Kind.SUPERVISION: "supervision.reply",
        Kind.DIALOGUE: "dialogue.publish",
    }
    if kind in fixed:
        return fixed[kind]
    if kind == Kind.REPORT:
        return "report"
    return "denunciation.settle" if kind == Kind.DENUNCIATION else f"{kind}.answer"


def started_by(act: Act, matter: Matter) -> list[str]:
    """The rules that an act starts in this case."""
    return [rule.code for rule in CLOCK_RULES.values() if act in rule.started_by and _concerns(rule, matter)]


def _concerns(rule: ClockRule, matter: Matter) -> bool:
    if rule.is_deciding:
        return rule.code == deciding_rule(matter)
    if rule.code in _AFTER_ANSWER:
        return _AFTER_ANSWER[rule.code] == (matter.kind, matter.instance or Instance.FIRST)
    if rule.code == "complaint.disclose":
        return matter.kind == Kind.COMPLAINT
    return rule.code.partition(".")[0] == matter.kind


def fate(rule_code: str, act: Act, *, to_stage: str) -> str:
    """What an act does to a live clock of this rule: "met", "stopped", "paused" or "" (nothing)."""
    rule = CLOCK_RULES[rule_code]
    if act in rule.met_by:
        return "met"
    if act in rule.stopped_by or (Stage(to_stage) in UNSETTLED_ENDS and not rule.outlives_ends):
        return "stopped"
    return "paused" if act in rule.paused_by else ""
