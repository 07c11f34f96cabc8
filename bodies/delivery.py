"""How messages leave: claimed under a lease, sent outside any transaction, then marked. A slow provider holds nobody up.

A crash between sending and marking sends the same letter again with the same key; nothing is lost. What leaves the house
says that there is something new, and where: what it is about is read inside, where one signs in.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodies import message_channels, messages
from bodies.calendars import Calendar
from bodies.message_channels import Channel, Letter, Permanent
from bodies.models import Announcement, Delivery, Message, User
from bodies.querysets import DeliveryQuerySet
from bodies.stopwatch import Stopwatch
from bodies.working_days import current_calendar

log = structlog.get_logger(__name__)

# Nobody else takes a delivery while it is being sent; longer than a worker may live with it (its task's time limit).
LEASE = timedelta(minutes=6)
# So many letters are under way at once, over all workers: a slow provider never takes up the workers of other tasks.
AT_ONCE = 8
# A run claims nothing new after this.
RUN_LASTS = timedelta(seconds=30)
# Minutes until the next try; after as many failures as there are figures, and one more, it is given up.
_BACK_OFF = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
TRIES = len(_BACK_OFF) + 1
# People whose digests are put together in one transaction.
_PEOPLE = 200

# Topics whose words leave the house as they are: counts and references, nothing of anybody.
_WHOLE: set[str] = set()


def let_words_leave(topic: str) -> None:
    """Letters of this topic tell what they say, and not only that there is something new."""
    _WHOLE.add(topic)


@dataclass
class Sent:
    """How a round went, in letters."""

    sent: int = 0
    put_off: int = 0
    dead: int = 0
    skipped: int = 0


# --- The morning digest --------------------------------------------------------------------------------------------


def send_digests(now: datetime) -> int:
    """Make one letter for each person and channel of all that waits for this morning; how many letters.

    One delivery of the person carries the others with it from now on, so that a second try is the same letter.
    """
    made = 0
    while people := _with_a_digest(now):
        made += _gather(people, now)
    return made


def _with_a_digest(now: datetime) -> list[int]:
    rows = Delivery.objects.for_digest(now).values_list("message__recipient", flat=True)
    return list(rows.distinct().order_by("message__recipient")[:_PEOPLE])


@transaction.atomic
def _gather(people: list[int], now: datetime) -> int:
    # One worker for one person, or two would send half a digest each. Who comes second finds nothing left.
    list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows = Delivery.objects.for_digest(now).filter(message__recipient__in=people).order_by("id")
    letters: dict[tuple[int, str], list[int]] = {}
    for pk, recipient, channel in rows.values_list("pk", "message__recipient", "channel"):
        letters.setdefault((recipient, channel), []).append(pk)
    for first, *others in letters.values():
        Delivery.objects.filter(pk=first).update(state=Delivery.State.WAITING)
        Delivery.objects.filter(pk__in=others).update(state=Delivery.State.CARRIED, carrier=first)
    return len(letters)


# --- Sending -------------------------------------------------------------------------------------------------------


def send_due(now: datetime) -> Sent:
    """Send what is due, several at once, in the office's hours. Safe with any number of workers."""
    done = Sent()
    calendar = current_calendar()
    if messages.office_hours().may_leave(now, calendar):
        _Round(Stopwatch(now), calendar, done).run()
    return done


@dataclass
class _Round:
    """One run of one worker: threads send, this thread alone talks to the database."""

    watch: Stopwatch
    calendar: Calendar
    done: Sent
    # Every letter of the last claim failed for a while: the provider is down, and the next run asks it again.
    is_down: bool = False

    def run(self) -> None:
        under_way: dict[Future[None], Delivery] = {}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while True:
                under_way |= self._begin(AT_ONCE - len(under_way), threads)
                if not under_way:
                    return
                ended, _going = wait(under_way, return_when=FIRST_COMPLETED)
                for future in ended:
                    self._settle(under_way.pop(future), future.exception())

    def _begin(self, room: int, threads: ThreadPoolExecutor) -> dict[Future[None], Delivery]:
        begun: dict[Future[None], Delivery] = {}
        while room and not begun and not self.is_down and self.watch.passed() < RUN_LASTS:
            claimed = _claim(self.watch.now(), room)
            if not claimed:
                break
            for delivery in claimed:
                ready = self._prepared(delivery)
                if ready is not None:
                    channel, letter = ready
                    begun[threads.submit(channel.send, letter)] = delivery
        return begun

    def _prepared(self, delivery: Delivery) -> tuple[Channel, Letter] | None:
        """The letter and its way; None where nobody waits for it any more."""
        user = delivery.message.recipient
        channel = message_channels.channel(delivery.channel)
        news = _news(delivery)
        address = channel.address_of(user) if channel and user.is_active and news else ""
        if channel is None or not address:
            _mark(delivery, state=Delivery.State.SKIPPED)
            self.done.skipped += 1
            return None
        return channel, _letter(delivery, address, news)

    def _settle(self, delivery: Delivery, error: BaseException | None) -> None:
        if error is None:
            _mark(delivery, state=Delivery.State.SENT, sent_at=self.watch.now(), last_error="")
            self.done.sent += 1
            self.is_down = False
            return
        reason = getattr(error, "reason", type(error).__name__)
        if isinstance(error, Permanent) or delivery.attempts >= TRIES:
            _mark(delivery, state=Delivery.State.DEAD, last_error=reason)
            self.done.dead += 1
            log.warning("delivery given up", delivery=delivery.pk, error=reason)
            return
        again = self.watch.now() + timedelta(minutes=_BACK_OFF[delivery.attempts - 1])
        not_before = messages.office_hours().quiet_until(again, self.calendar)
        _mark(delivery, state=Delivery.State.WAITING, last_error=reason, not_before=not_before)
        self.done.put_off += 1
        self.is_down = True


@transaction.atomic
def _claim(now: datetime, room: int) -> list[Delivery]:
    """Take the oldest that are due, under a lease, unless as many as may be are under way already."""
    room = min(room, AT_ONCE - Delivery.objects.under_way(now).count())
    if room <= 0:
        return []
    rows = Delivery.objects.due(now).select_related("message__recipient").order_by("not_before", "id")
    claimed = list(rows.select_for_update(skip_locked=True, of=("self",))[:room])
    Delivery.objects.filter(pk__in=[row.pk for row in claimed]).update(
        state=Delivery.State.SENDING, not_before=now + LEASE, attempts=F("attempts") + 1
    )
    for row in claimed:
        row.attempts += 1
    return claimed


@transaction.atomic
def _mark(delivery: Delivery, **facts: object) -> None:
    """Write how it went, unless the lease ran out and another worker has taken it since."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, attempts=delivery.attempts)
    if mine.update(**facts) and facts["state"] in {Delivery.State.SENT, Delivery.State.SKIPPED}:
        carried = {name: value for name, value in facts.items() if name in {"state", "sent_at"}}
        delivery.carried.update(**carried)


# --- What leaves ---------------------------------------------------------------------------------------------------


def _news(delivery: Delivery) -> list[Message]:
    """What the letter tells of: what its reader has not opened in the application yet."""
    rows = Delivery.objects.filter(Q(pk=delivery.pk) | Q(carrier=delivery), message__opened_at=None)
    return [row.message for row in rows.select_related("message").order_by("id")]


def _letter(delivery: Delivery, address: str, news: list[Message]) -> Letter:
    """Neutral, whatever it is about: a denunciation looks like everything else from outside."""
    references = list(dict.fromkeys(message.subject for message in news if message.subject))
    whole = [message for message in news if message.topic in _WHOLE]
    with translation.override(delivery.message.recipient.language):
        title = _("Lắng Nghe: there is an update")
        if len(news) == 1 and references:
            title = _("Lắng Nghe: there is an update on %(reference)s") % {"reference": references[0]}
        if len(news) == 1 and whole:
            title = _("Lắng Nghe: %(title)s") % {"title": whole[0].title}
        lines = [
            _("New messages: %(count)s") % {"count": len(news)},
            *references[:50],
        ]
        for message in whole:
            lines += ["", message.title, message.text]
        if settings.SITE_URL:
            lines += ["", _("Sign in to read it: %(address)s") % {"address": settings.SITE_URL}]
    return Letter(to=address, title=title, text="\n".join(lines), key=f"delivery-{delivery.pk}")


# --- What did not arrive -------------------------------------------------------------------------------------------


def report_failures(now: datetime) -> int:
    """Tell technical administrators, once a working day, that letters are dead or announcements parked; how many."""
    if not messages.office_hours().may_leave(now, current_calendar()):
        return 0
    dead, parked = Delivery.objects.dead().count(), Announcement.objects.parked().count()
    if not dead and not parked:
        return 0
    wording = messages.Wording(
        gettext_lazy("Not delivered: %(dead)s letters, %(parked)s announcements"),
        gettext_lazy("They were tried until there was no hope. They are listed in the administration."),
        {"dead": dead, "parked": parked},
    )
    return messages.tell(
        User.objects.filter(is_staff=True, is_active=True),
        key=f"failures:{timezone.localdate(now)}",
        topic="failures",
        wording=wording,
        subject="",
        at=now,
        urgent=True,
    )


def try_again(rows: DeliveryQuerySet, now: datetime) -> int:
    """Send dead letters once more, after what they failed on was mended; how many."""
    return rows.dead().update(state=Delivery.State.WAITING, attempts=0, not_before=now)


def let_go(rows: DeliveryQuerySet) -> int:
    """Dead letters that nobody needs any more, with what they carried; how many."""
    dead = list(rows.dead().values_list("pk", flat=True))
    Delivery.objects.filter(carrier__in=dead).update(state=Delivery.State.SKIPPED)
    return Delivery.objects.filter(pk__in=dead).update(state=Delivery.State.SKIPPED)
