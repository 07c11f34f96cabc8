"""When mail and text messages may leave: by day, on a working day. Pure.

No mail at night or on a day off: who is called out of bed by a machine stops reading what it says.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from bodies.calendars import Calendar, next_working_day


@dataclass(frozen=True, slots=True)
class Hours:
    """The local hours of an office: mail may leave from `opens` until just before `closes`; the digest has its own."""

    opens: time
    closes: time
    digest: time
    zone: tzinfo

    def __post_init__(self) -> None:
        if not self.opens <= self.digest < self.closes:
            raise ValueError("The hours must be in this order: mail opens, digest, mail closes.")

    def may_leave(self, at: datetime, calendar: Calendar) -> bool:
        return self.quiet_until(at, calendar) == at

    def quiet_until(self, at: datetime, calendar: Calendar) -> datetime:
        """The first instant from `at` on at which mail may leave."""
        local = at.astimezone(self.zone)
        if calendar.is_working_day(local.date()):
            if self.opens <= local.time() < self.closes:
                return at
            if local.time() < self.opens:
                return self._at(local.date(), self.opens)
        return self._at(next_working_day(local.date(), calendar), self.opens)

    def next_digest(self, at: datetime, calendar: Calendar) -> datetime:
        """The next hour of the digest on a working day, after `at`."""
        local = at.astimezone(self.zone)
        if calendar.is_working_day(local.date()) and local.time() < self.digest:
            return self._at(local.date(), self.digest)
        return self._at(next_working_day(local.date(), calendar), self.digest)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone)
