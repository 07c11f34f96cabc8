"""What a measure can count, by name: one definition each, over the rows that the pages show.

How to use them in a plan's file: docs/writing-a-plan.md (a test holds it to this list).
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from cases.codes import PETITIONS, Channel, Flag, Kind
from cases.facts import What
from cases.models import CaseFact, Notice
from cases.periods import Period
from dialogues.codes import DialogueKind, Participants
from dialogues.meeting_codes import MeetingKind, Rhythm, SupervisionKind
from dialogues.models import Attendance, Dialogue, JointHost, Meeting, Supervision
from dialogues.stages import WAS_HELD
from feedback.models import Reception
from plans.counting import Ask, Counter, Fields, Way
from plans.words import Joint, Source

YES = frozenset({"true"})
OF_CASES: Fields = {
    "kind": frozenset(Kind.values),
    "channel": frozenset(Channel.values),
    "subject": None,
    "flag": frozenset(Flag.values),
    "key_area": YES,
}
Counts = Callable[[date, date, date], Q]

# --- Cases ----------------------------------------------------------------------------------------------------------


def _still(day: date) -> Q:
    return Q(until=None) | Q(until__gt=day)


def _over(first: date, last: date, as_of: date) -> Q:
    """Facts of the days of the period that were still true as of the day."""
    return Q(day__range=(first, min(last, as_of))) & _still(as_of)


def _at_the_end(_first: date, last: date, as_of: date) -> Q:
    end = min(last, as_of)
    return Q(day__lte=end) & _still(end)


def _facts(ask: Ask, what: What) -> QuerySet[CaseFact]:
    """Facts of petitions unless a kind is named, as in the figures of response times; imported books count apart there too."""
    rows = CaseFact.objects.filter(
        what=what.value, kind__in=ask.of("kind") or sorted(PETITIONS), is_imported=False
    )
    if channels := ask.of("channel"):
        rows = rows.filter(case__channel__in=channels)
    if subjects := ask.of("subject"):
        rows = rows.filter(Q(case__subject__code__in=subjects) | Q(case__subject__parent__code__in=subjects))
    if flags := ask.of("flag"):
        rows = rows.filter(case__flags__contains=list(flags))
    if ask.of("key_area"):
        rows = rows.filter(case__area__key_area=True)
    return rows


def _cases(
    what: What, *, body: str = "body", counts: Counts = _over, **more: Any
) -> Callable[[Ask], Sequence[Way]]:
    def ways(ask: Ask) -> Sequence[Way]:
        return [Way(_facts(ask, what).filter(**more), body, counts, shows="case")]

    return ways


def _answered(ask: Ask) -> Sequence[Way]:
    def counts(first: date, last: date, as_of: date) -> Q:
        closed = CaseFact.objects.filter(
            _still(as_of), case=OuterRef("case"), what=What.CLOSED, day__lte=as_of
        )
        return _over(first, last, as_of) & Q(Exists(closed))

    return [Way(_facts(ask, What.RECEIVED), "body", counts, shows="case")]


def _against_closed(ask: Ask) -> Sequence[Way]:
    (way,) = _answered(ask)
    return [Way(way.rows, "case__against_body", way.counts, shows="case")]


# Why a body is told of a case so that it knows of it; other notices are alarms, or ask for somebody to direct.
TO_INFORM = ("duty", "group", "hot_spot")


def _informed(ask: Ask) -> Sequence[Way]:
    def counts(first: date, last: date, as_of: date) -> Q:
        told = Notice.objects.filter(case=OuterRef("case"), why__in=TO_INFORM, at__date__lte=as_of)
        return _over(first, last, as_of) & Q(Exists(told))

    return [Way(_facts(ask, What.RECEIVED), "body", counts, shows="case")]


# --- Reception days -------------------------------------------------------------------------------------------------


def _held_on(rows: QuerySet[Any], body: str, column: str, shows: str = "pk") -> Way:
    """Rows that count on their day."""

    def counts(first: date, last: date, as_of: date) -> Q:
        return Q((f"{column}__range", (first, min(last, as_of))))

    return Way(rows, body, counts, shows, column)


def _receptions(ask: Ask) -> Sequence[Way]:
    rows = Reception.objects.of_a_head()
    by = ask.of("by")
    if by == ("head",):
        rows = rows.by_the_head()
    if by == ("delegate",):
        rows = rows.by_delegate()
    if kinds := ask.of("kind"):
        rows = rows.filter(kind__in=kinds)
    return [_held_on(rows, "host", "day")]


# --- Dialogues ------------------------------------------------------------------------------------------------------

OF_DIALOGUES: Fields = {
    "kind": frozenset(DialogueKind.values),
    "participants": frozenset(Participants.values),
    "subject": None,
}


def _dialogues(ask: Ask) -> QuerySet[Dialogue]:
    rows = Dialogue.objects.all()
    if kinds := ask.of("kind"):
        rows = rows.of_kinds(kinds)
    if groups := ask.of("participants"):
        rows = rows.with_participants(groups)
    if subjects := ask.of("subject"):
        rows = rows.in_fields(subjects)
    return rows


def _held(ask: Ask) -> Sequence[Way]:
    """Of the host; and of a joint host whose head was there, if the plan says so. What the front hosts is nobody else's."""
    rows, chaired_by = _dialogues(ask).filter(stage__in=sorted(WAS_HELD)), ask.of("chaired_by")
    of_host = rows.filter(chair__in=chaired_by) if chaired_by else rows
    ways = [_held_on(of_host, "host", "held_on")]
    if ask.joint == Joint.EVERY_HEAD and "delegate" not in chaired_by:
        joined = JointHost.objects.exclude(dialogue__host__kind__in=["mttq", "doan_the", "hoi_quan_chung"])
        if chaired_by:
            joined = joined.filter(head_was_present=True)
        joined = joined.filter(dialogue__in=rows)
        ways.append(_held_on(joined, "body", "dialogue__held_on", "dialogue"))
    return ways


def _planned(ask: Ask) -> Sequence[Way]:
    def counts(first: date, last: date, as_of: date) -> Q:
        period = Period(first, last)
        then = Dialogue.objects.cancelled_from_plan(period).filter(cancelled_on__gt=as_of)
        return Q(pk__in=Dialogue.objects.planned(period).values("pk")) | Q(pk__in=then.values("pk"))

    return [Way(_dialogues(ask), "host", counts)]


# --- Meetings and supervision sessions ------------------------------------------------------------------------------

CHAIR = frozenset({"chair"})


def _meetings(kind: MeetingKind) -> Callable[[Ask], Sequence[Way]]:
    """Of the body that chaired; unless narrowed to the chair, of the one that called it too."""

    def ways(ask: Ask) -> Sequence[Way]:
        rows = Meeting.objects.filter(struck_at=None, kind=kind).annotate(month=TruncMonth("day"))
        if rhythms := ask.of("rhythm"):
            rows = rows.of_rhythms(rhythms)
        columns = ["chaired_by"] if ask.of("role") else ["chaired_by", "host"]
        return [_held_on(rows, column, "day") for column in columns]

    return ways


def _supervisions(ask: Ask) -> Sequence[Way]:
    """Of the chair; unless narrowed to the chair, of the partners too."""
    rows = Supervision.objects.filter(struck_at=None)
    if kinds := ask.of("kind"):
        rows = rows.of_kinds(kinds)
    columns = ["chair"] if ask.of("role") else ["chair", "partners"]
    return [_held_on(rows, column, "day") for column in columns]


def _attendances(_ask: Ask) -> Sequence[Way]:
    return [_held_on(Attendance.objects.filter(struck_at=None), "committee", "day")]


OF_MEETINGS: Fields = {"role": CHAIR, "rhythm": frozenset(Rhythm.values)}

_ALL = [
    Counter("cases_received", _("cases received"), Source.CASE, _cases(What.RECEIVED), OF_CASES),
    Counter("cases_closed", _("cases closed"), Source.CASE, _cases(What.CLOSED), OF_CASES),
    Counter(
        "cases_judged",
        _("cases closed whose deciding clock was met"),
        Source.CASE,
        _cases(What.CLOSED, on_time__isnull=False),
        OF_CASES,
    ),
    Counter(
        "cases_on_time",
        _("cases closed on time"),
        Source.CASE,
        _cases(What.CLOSED, on_time=True),
        OF_CASES,
    ),
    Counter(
        "cases_open",
        _("cases open at the end"),
        Source.CASE,
        _cases(What.OPEN, counts=_at_the_end),
        OF_CASES,
    ),
    Counter(
        "cases_late",
        _("cases open and late at the end"),
        Source.CASE,
        _cases(What.LATE, counts=_at_the_end),
        OF_CASES,
    ),
    Counter(
        "cases_answered",
        _("cases received and closed since"),
        Source.CASE,
        _answered,
        OF_CASES,
    ),
    Counter(
        "cases_informed",
        _("cases received of which another body was informed"),
        Source.CASE,
        _informed,
        OF_CASES,
    ),
    Counter(
        "cases_directed",
        _("cases received that a standing member directs"),
        Source.CASE,
        _cases(What.RECEIVED, case__standing_member__isnull=False),
        OF_CASES,
    ),
    Counter(
        "cases_against",
        _("cases received against the body"),
        Source.CASE,
        _cases(What.RECEIVED, body="case__against_body"),
        OF_CASES,
    ),
    Counter(
        "cases_against_closed",
        _("cases received against the body and closed since"),
        Source.CASE,
        _against_closed,
        OF_CASES,
    ),
    Counter(
        "reception_days",
        _("days on which the head or a delegate received citizens"),
        Source.RECEPTION,
        _receptions,
        {"by": frozenset({"head", "delegate"}), "kind": frozenset({"periodic", "ad_hoc"})},
        distinct="day",
    ),
    Counter(
        "dialogues_held",
        _("dialogues held"),
        Source.DIALOGUE,
        _held,
        {**OF_DIALOGUES, "chaired_by": frozenset({"head", "delegate"})},
    ),
    Counter("dialogues_planned", _("dialogues planned"), Source.DIALOGUE, _planned, OF_DIALOGUES),
    Counter("briefings", _("briefings held"), Source.MEETING, _meetings(MeetingKind.BRIEFING), OF_MEETINGS),
    Counter(
        "briefing_months",
        _("months in which a briefing was held"),
        Source.MEETING,
        _meetings(MeetingKind.BRIEFING),
        OF_MEETINGS,
        distinct="month",
    ),
    Counter(
        "working_sessions",
        _("working sessions held"),
        Source.MEETING,
        _meetings(MeetingKind.WORKING_SESSION),
        OF_MEETINGS,
    ),
    Counter(
        "attending_members",
        _("members who attended a meeting of a cell or branch"),
        Source.MEETING,
        _attendances,
        distinct="member",
        shown_as="attendance",
    ),
    Counter(
        "supervisions",
        _("supervision sessions held"),
        Source.SUPERVISION,
        _supervisions,
        {"kind": frozenset(SupervisionKind.values), "role": CHAIR},
    ),
]
COUNTERS = {counter.name: counter for counter in _ALL}
