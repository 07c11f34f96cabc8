"""Of people and bodies, announcements and letters, cases, petitions and figures."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bodies import tracking
from bodies.models import (
    Announcement,
    Area,
    Body,
    CalendarState,
    Delivery,
    Job,
    Membership,
    Message,
)
from cases import verification
from cases.codes import Kind
from cases.models import (
    Case,
    CaseFact,
    CaseFile,
    CaseNumber,
    Clock,
    DailyHead,
    Escalation,
    Event,
    FigureCell,
    Notice,
    Recount,
)
from cases.stages import ENDED, OPEN, Stage
from config.invariants.asking import Keys, holds, references
from feedback.models import Petition

# Clocks that run on after the end of a case.
OUTLIVES = ("denunciation.send_suspension",)
LIVE = ("running", "paused")

# --- Who -------------------------------------------------------------------------------------------------------------


def _off_the_tree(rows: Iterable[tuple[int, int | None, str]]) -> Keys:
    paths = {pk: (above, path) for pk, above, path in rows}
    for pk, (above, path) in paths.items():
        if path != f"{paths[above][1] if above else '/'}{pk}/":
            yield pk


@holds("the path of an area is that of its parent and itself")
def _areas(_now: datetime) -> Keys:
    return _off_the_tree(Area.objects.values_list("pk", "parent", "path"))


@holds("the path of a body is that of its superior and itself")
def _bodies(_now: datetime) -> Keys:
    return _off_the_tree(Body.objects.values_list("pk", "superior", "path"))


# --- What was announced and told ---------------------------------------------------------------------------------------


@holds("an announcement is told or parked, not both")
def _told_and_parked(_now: datetime) -> Keys:
    return references(Announcement.objects.filter(announced_at__isnull=False, parked_at__isnull=False), "pk")


@holds("every line of history of the days that are kept was announced")
def _unannounced(now: datetime) -> Keys:
    kept = now - timedelta(days=settings.ANNOUNCEMENTS_KEPT_DAYS - 1)
    told = (
        Announcement.objects.filter(subject=OuterRef("reference"), topic__in=["case.opened", "case.moved"])
        .order_by()
        .values("subject")
        .annotate(count=Count("pk"))
    )
    young = Case.objects.annotate(
        begun=Min("events__recorded_at"), told=Coalesce(Subquery(told.values("count")), 0)
    )
    return references(young.filter(begun__gte=kept, told__lt=F("events_count")))


@holds("what a digest carries is for the person and by the way of the letter that carries it")
def _carried_elsewhere(_now: datetime) -> Keys:
    same = Q(carrier__message__recipient=F("message__recipient"), carrier__channel=F("channel"))
    return references(Delivery.objects.filter(carrier__isnull=False).exclude(same), "pk")


@holds("no letter that carries others is carried itself")
def _carried_carriers(_now: datetime) -> Keys:
    return references(Delivery.objects.filter(carrier__state=Delivery.State.CARRIED), "pk")


@holds("no letter has been on its way for a day")
def _long_under_way(now: datetime) -> Keys:
    rows = Delivery.objects.filter(state=Delivery.State.SENDING, not_before__lt=now - timedelta(days=1))
    return references(rows, "pk")


@holds("no job is done more than it is long")
def _jobs(_now: datetime) -> Keys:
    return references(Job.objects.filter(total__gt=0, done__gt=F("total")), "pk")


# --- The matter and its history ----------------------------------------------------------------------------------------


@holds("a case has as many lines of history as it knows, numbered without a gap")
def _lines(_now: datetime) -> Keys:
    counted = Case.objects.annotate(lines=Count("events"), last=Coalesce(Max("events__seq"), 0))
    right = Q(lines=F("events_count"), last=F("events_count"), events_count__gt=0)
    return references(counted.exclude(right))


@holds("every history is whole, from its first line to the last")
def _histories(_now: datetime) -> Keys:
    return (fault.reference for fault in verification.verify().faults or [])


def _last_line(name: str) -> Subquery:
    return Subquery(Event.objects.filter(case=OuterRef("pk")).order_by("-seq").values(name)[:1])


@holds("a case stands where the last line of its history put it")
def _stages(_now: datetime) -> Keys:
    return references(Case.objects.annotate(last=_last_line("to_stage")).exclude(last=F("stage")))


@holds("a case is held by the body that the last line of its history names")
def _holders(_now: datetime) -> Keys:
    return references(Case.objects.annotate(last=_last_line("body")).exclude(last=F("body")))


@holds("no case has seen more acts than its history has lines")
def _versions(_now: datetime) -> Keys:
    return references(Case.objects.filter(version__gt=F("events_count")))


@holds("no case ended before it was first received")
def _ended_before(_now: datetime) -> Keys:
    return references(Case.objects.filter(ended_on__lt=F("first_received_on")))


@holds("no case is joined to itself")
def _joined(_now: datetime) -> Keys:
    return references(Case.objects.filter(joined_to=F("pk")))


@holds("the numbers of each book are 1, 2, 3 … up to the last that was given")
def _books(_now: datetime) -> Keys:
    given: dict[tuple[int, str], list[int]] = defaultdict(list)
    for reference in Case.objects.values_list("reference", flat=True).iterator():
        if found := re.fullmatch(r"(\d{4})-(.+)-(\d{6,})", reference):
            given[int(found[1]), found[2]].append(int(found[3]))
    last = {(year, code): n for year, code, n in CaseNumber.objects.values_list("year", "body__code", "last")}
    for year, code in sorted(given.keys() | last.keys()):
        numbers = sorted(given.get((year, code), []))
        if numbers != list(range(1, last.get((year, code), 0) + 1)):
            yield f"{year}-{code}"


@holds("a file names a line that its case's history has")
def _files(_now: datetime) -> Keys:
    return references(CaseFile.objects.filter(event_seq__gt=F("case__events_count")), "pk")


@holds("the seal of a day covers no more lines than there are")
def _heads(_now: datetime) -> Keys:
    lines = Event.objects.count()
    return references(DailyHead.objects.filter(events__gt=lines), "day")


# --- Clocks ------------------------------------------------------------------------------------------------------------


@holds("a case is due with the nearest of its running clocks")
def _due(_now: datetime) -> Keys:
    nearest = Min("clocks__due_on", filter=Q(clocks__state=Clock.State.RUNNING))
    one_alone = Q(nearest=None, due_on__isnull=False) | Q(nearest__isnull=False, due_on=None)
    differ = Q(nearest__lt=F("due_on")) | Q(nearest__gt=F("due_on"))
    return references(Case.objects.annotate(nearest=nearest).filter(one_alone | differ))


@holds("no clock runs on a case that has ended, but the one that outlives it")
def _outlived(_now: datetime) -> Keys:
    live = Clock.objects.filter(state__in=LIVE)
    rows = live.filter(case__stage__in=sorted(ENDED - {Stage.CLOSED})).exclude(rule__in=OUTLIVES)
    return references(rows | live.filter(case__stage=Stage.CLOSED), "pk")


@holds("a clock that was met late was met after its day, the others not")
def _met(_now: datetime) -> Keys:
    late = Q(met_on__gt=F("due_on"))
    wrong = Q(state=Clock.State.MET) & late | Q(state=Clock.State.MET_LATE) & ~late
    return references(Clock.objects.filter(wrong, due_on__isnull=False), "pk")


@holds("no clock follows a calendar that is still to come")
def _calendars(_now: datetime) -> Keys:
    version = CalendarState.objects.values_list("version", flat=True).first() or 0
    return references(Clock.objects.filter(calendar_version__gt=version), "pk")


@holds("whoever is not silent and has a running clock will be looked at")
def _unwatched(now: datetime) -> Keys:
    ahead = Clock.objects.filter(
        case=OuterRef("pk"), state=Clock.State.RUNNING, due_on__gte=timezone.localdate(now)
    )
    rows = Case.objects.filter(stage__in=sorted(OPEN), is_imported=False, next_attention_at=None)
    return references(rows.filter(Exists(ahead)))


@holds("what came from an old book is silent")
def _loud(_now: datetime) -> Keys:
    return references(Case.objects.filter(is_imported=True, next_attention_at__isnull=False))


# --- What climbed, and who was told ------------------------------------------------------------------------------------


@holds("a level belongs to the case of its clock")
def _levels_elsewhere(_now: datetime) -> Keys:
    return references(Escalation.objects.exclude(case=F("clock__case")), "pk")


@holds("no level became true on the due day or before, no reminder after it")
def _levels_early(_now: datetime) -> Keys:
    early = Q(level__gt=0, at__date__lte=F("due_on")) | Q(level__lt=0, at__date__gt=F("due_on"))
    return references(Escalation.objects.filter(early), "pk")


@holds("every level that was reached stands in the history")
def _levels_untold(_now: datetime) -> Keys:
    def count(rows: QuerySet[Any]) -> Coalesce:
        counted = rows.filter(case=OuterRef("pk")).order_by().values("case").annotate(count=Count("pk"))
        return Coalesce(Subquery(counted.values("count")), 0)

    rows = Case.objects.annotate(
        levels=count(Escalation.objects.filter(level__gt=0)),
        lines=count(Event.objects.filter(move="escalate")),
    )
    return references(rows.filter(levels__gt=F("lines")))


@holds("no notice of a denunciation goes to the body complained of")
def _notices(_now: datetime) -> Keys:
    wrong = Notice.objects.filter(case__kind=Kind.DENUNCIATION, body=F("case__against_body"))
    return references(wrong, "case__reference")


@holds("no message on a denunciation went to those who work in the body complained of")
def _messages(_now: datetime) -> Keys:
    accused = Case.objects.filter(kind=Kind.DENUNCIATION, against_body__isnull=False)
    for reference, body in accused.values_list("reference", "against_body").iterator():
        members = Membership.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=OuterRef("created_at__date")),
            Q(valid_to=None) | Q(valid_to__gte=OuterRef("created_at__date")),
            body=body,
            user=OuterRef("recipient"),
        )
        if Message.objects.filter(Exists(members), subject=reference).exists():
            yield reference


# --- Petitions -----------------------------------------------------------------------------------------------------------


@holds("a petition carries the number of the case it opened")
def _petitions(_now: datetime) -> Keys:
    return references(Petition.objects.exclude(code=F("case__reference")), "code")


@holds("the tracking code on every receipt finds its petition")
def _codes(_now: datetime) -> Keys:
    for pk, code, kept in Petition.objects.values_list("pk", "code", "tracking_hash").iterator():
        if bytes(kept) != tracking.hash_of(tracking.code_of(pk)):
            yield code


# --- Figures -------------------------------------------------------------------------------------------------------------


@holds("every case that is not to be counted again counts as received, or is void")
def _uncounted(_now: datetime) -> Keys:
    waiting = Announcement.objects.filter(subject=OuterRef("reference"), announced_at=None)
    rows = Case.objects.exclude(stage=Stage.VOID).filter(
        ~Exists(CaseFact.objects.filter(case=OuterRef("pk"), what="received")),
        ~Exists(Recount.objects.filter(case=OuterRef("pk"))),
        ~Exists(waiting),
    )
    return references(rows)


@holds("the cells of days, months and years add up to the same")
def _grains(_now: datetime) -> Keys:
    sums: dict[tuple[str, int], set[int]] = defaultdict(set)
    rows = FigureCell.objects.values("measure", "value", "grain").annotate(sum=Sum("count"))
    seen: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows.order_by():
        sums[row["measure"], row["value"]].add(row["sum"])
        seen[row["measure"], row["value"]] += 1
    return (
        f"{measure} {value}"
        for (measure, value), found in sums.items()
        if len(found) > 1 or seen[measure, value] < 3
    )


@holds("the cells count as many cases received as there are facts")
def _cells(_now: datetime) -> Keys:
    facts = CaseFact.objects.filter(what="received", until=None).count()
    cells = FigureCell.objects.filter(grain="d", measure="received").aggregate(sum=Sum("count"))["sum"] or 0
    return [] if facts == cells else [f"{cells} in cells, {facts} facts"]
