"""Say that one day is off, or worked, and see at once which running limits move."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from bodies import working_days
from bodies.refusals import BadInput
from cases import upkeep
from cases.models import Event


class Command(BaseCommand):
    help = "Set one day of the calendar (an extra holiday, a worked Saturday) and list the limits that move."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("day", metavar="DAY", help="such as 2026-12-24")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--off", action="store_true", help="nobody works on it")
        which.add_argument("--worked", action="store_true", help="it is worked, whatever its weekday says")
        which.add_argument("--remove", action="store_true", help="what was said of it is taken back")
        parser.add_argument("--name", default="", help="what the day is, in words for a citizen")
        parser.add_argument("--document", default="", help="the document that decided it")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        try:
            day = parse_date(options["day"])
        except ValueError:
            day = None
        if day is None:
            raise CommandError(_("%(day)s is no day.") % {"day": options["day"]})
        try:
            if options["remove"]:
                working_days.remove_day(day, by=None, at=now)
            else:
                working_days.set_day(
                    day,
                    working=options["worked"],
                    name=options["name"],
                    document=options["document"],
                    by=None,
                    at=now,
                )
        except BadInput as bad:
            raise CommandError(
                "\n".join(f"{field}: {' '.join(map(str, said))}" for field, said in bad.errors.items())
            ) from None
        upkeep.reckon_anew(now)
        self._list(now, as_json=options["json"])

    def _list(self, now: Any, *, as_json: bool) -> None:
        """What was moved since, by this command or by a worker that was quicker."""
        rows = Event.objects.filter(move="reckon", recorded_at__gte=now).order_by("case__reference", "seq")
        moved = [
            {"case": reference, **clock}
            for reference, details in rows.values_list("case__reference", "details")
            for clock in details["clocks"]
        ]
        if as_json:
            self.stdout.write(json.dumps({"moved": moved}, ensure_ascii=False))
            return
        for clock in moved:
            self.stdout.write(
                f"{clock['case']}  {clock['rule']}  {clock.get('was_due_on', '-')} -> {clock['due_on']}"
            )
        self.stdout.write(_("%(count)d limits moved") % {"count": len(moved)})
