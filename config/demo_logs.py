"""What a body of the demo writes into its logs in a year: reception days, meetings, supervision, attendance at the base.

Some days are missed and some delegated, as the draw has it; what is agreed or recommended becomes a case.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.utils import timezone

from bodies.kinds import BodyKind
from bodies.models import Body, User
from cases.conclusions import Promise
from cases.models import Case
from config.demo_people import Act, Days, Place, working
from dialogues import attendances, meetings, supervisions
from dialogues.models import Attendance, Meeting, Supervision
from dialogues.supervisions import Recommended
from feedback import receptions
from feedback.models import Reception

TUESDAY = 1
# What becomes of a case that a log opened: told to whoever lets it end.
Follow = Callable[[Case, datetime], None]


def keep_logs(place: Place, year: int, days: Days, follow: Follow) -> None:
    """Everything but dialogues and petitions."""
    _receptions(place, year, days)
    _briefings(place, year, days, follow)
    _working_sessions(place, year, days)
    _supervision(place, year, days, follow)
    if len(place.members) > 1:
        _attendance(place, year, days)


# --- Reception days -------------------------------------------------------------------------------------------------


def _receptions(place: Place, year: int, days: Days) -> None:
    """As often as the law of these years asks; the idle miss some, the busy send a deputy now and then."""
    for body in (place.party, place.office):
        diligence = days.draw.choice([1.0, 1.0, 1.0, 0.98, 0.8])
        delegates = days.draw.choice([0.0, 0.0, 0.0, 0.04])
        for day in _due_days(body, place, year):
            if days.happens(diligence):
                reason = "Đi họp cấp trên" if days.happens(delegates) else ""
                days.on(working(day, 16), _receive(body, place, reason))


def _due_days(body: Body, place: Place, year: int) -> Iterator[date]:
    """The chairman of a commune every week; its secretary and the chairman of a district twice a month, its secretary once."""
    if place.is_commune and body.kind == BodyKind.UBND:
        day = date(year, 1, 1)
        day += timedelta(days=(TUESDAY - day.weekday()) % 7)
        while day.year == year:
            yield day
            day += timedelta(days=7)
        return
    on = (5, 20) if place.is_commune or body.kind == BodyKind.UBND else (10,)
    for month in range(1, 13):
        yield from (date(year, month, day) for day in on)


def _receive(body: Body, place: Place, reason: str) -> Act:
    head = place.head(body)

    def act(at: datetime) -> None:
        day = timezone.localdate(at)
        row = Reception(host=body, day=day, kind="periodic", received_by=head, delegate_reason=reason)
        receptions.record(row, by=head, at=at)

    return act


# --- Meetings -------------------------------------------------------------------------------------------------------


def _briefings(place: Place, year: int, days: Days, follow: Follow) -> None:
    """The committee every quarter, the bloc every month; at some of the committee's something is agreed."""
    for kind, months in ((place.party.kind, (3, 6, 9, 12)), (BodyKind.KHOI_DAN_VAN, range(1, 13))):
        for month in months if kind in place.of else ():
            if days.happens(0.93):
                agrees = kind == place.party.kind and days.happens(0.2)
                act = _brief(place.of[kind], place, "quarterly" if len(months) == 4 else "monthly")
                days.on(working(date(year, month, 22), 10), _agreeing(act, place, follow) if agrees else act)


def _brief(body: Body, place: Place, rhythm: str) -> Callable[[datetime], Meeting]:
    return lambda at: _meet(body, place, at, "briefing", rhythm, "Giao ban công tác dân vận")


def _agreeing(brief: Callable[[datetime], Meeting], place: Place, follow: Follow) -> Act:
    def act(at: datetime) -> None:
        text = "Rà soát và trả lời dứt điểm các kiến nghị còn tồn đọng của Nhân dân"
        until = timezone.localdate(at) + timedelta(days=40)
        new = Promise(text=text, body=place.office, due_on=until, proof="Báo cáo")
        follow(meetings.agree(brief(at), new, by=place.head(place.party), at=at), at)

    return act


def _working_sessions(place: Place, year: int, days: Days) -> None:
    """Committee and government with the Front and the organisations, twice a year, most of them."""
    for month in (6, 11):
        for body in (place.party, place.office):
            if days.happens(0.9):
                days.on(working(date(year, month, 14), 14), _work_with_front(body, place))


def _work_with_front(body: Body, place: Place) -> Act:
    title = "Làm việc với MTTQ và các tổ chức chính trị - xã hội về tình hình Nhân dân"
    return lambda at: _meet(body, place, at, "working_session", "ad_hoc", title)


def _meet(body: Body, place: Place, at: datetime, kind: str, rhythm: str, title: str) -> Meeting:
    row = Meeting(
        host=body, chaired_by=body, kind=kind, rhythm=rhythm, day=timezone.localdate(at), title=title
    )
    participants = place.front if kind == "working_session" else ()
    return meetings.record(row, participants=participants, by=place.head(body), at=at)


# --- Supervision ----------------------------------------------------------------------------------------------------


def _supervision(place: Place, year: int, days: Days, follow: Follow) -> None:
    """The Front and each organisation: a supervision and a conference of criticism, most of them."""
    for body in place.front:
        for kind, month in (("supervision", 5), ("criticism", 10)):
            if days.happens(0.9):
                day = date(year, month, days.draw.randint(1, 25))
                recommends = body == place.front[0] and kind == "supervision" and days.happens(0.5)
                days.on(working(day, 14), _session(body, kind, place, follow if recommends else None))


def _session(body: Body, kind: str, place: Place, follow: Follow | None) -> Act:
    head = place.head(body)

    def act(at: datetime) -> None:
        row = Supervision(
            kind=kind,
            form="conference" if kind == "criticism" else "visit",
            chair=body,
            day=timezone.localdate(at),
            title="Thực hiện quy chế dân chủ ở cơ sở",
        )
        made = supervisions.record(row, about=[place.office], by=head, at=at)
        if follow is not None:
            what = Promise(
                text="Công khai kết quả giải quyết kiến nghị tại nhà văn hóa thôn", body=place.office
            )
            follow(supervisions.recommend(made, Recommended(what=what), by=head, at=at), at)

    return act


# --- Attendance at the base -----------------------------------------------------------------------------------------


def _attendance(place: Place, year: int, days: Days) -> None:
    """Every member of the committee at a meeting of a cell or branch every month; a few miss one."""
    for month in range(1, 13):
        for member in place.members:
            if days.happens(0.98):
                day = date(year, month, days.draw.randint(2, 20))
                days.on(working(day, 19), _attend(member, place, days))


def _attend(member: User, place: Place, days: Days) -> Act:
    ground, village = days.draw.choice(place.grounds), days.draw.randint(1, 5)
    kind = days.draw.choice(["cell", "cell", "branch"])
    attended = f"{'Chi bộ' if kind == 'cell' else 'Chi hội Nông dân'} thôn {village}, {ground.name}"

    def act(at: datetime) -> None:
        day = timezone.localdate(at)
        row = Attendance(
            committee=place.party, member=member, kind=kind, day=day, area=ground, attended=attended
        )
        attendances.record(row, by=member, at=at)

    return act
