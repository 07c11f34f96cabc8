"""Do what the clock does every minute: raise what is late."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from cases import escalation


class Command(BaseCommand):
    help = "Raise what is late, as the beat task does; --now tells it another time (for trials)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", help="An instant (2026-11-21T08:00:00+07:00) or a local day.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        done = escalation.raise_overdue(_instant(options["now"]), lasts=None)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
        else:
            self.stdout.write(
                f"escalated: {done.levels} levels of {done.cases} cases, {done.messages} messages"
            )
        for reference in done.parked:
            self.stderr.write(f"parked: {reference}")


def _instant(typed: str | None) -> datetime:
    if not typed:
        return timezone.now()
    try:
        moment = parse_datetime(typed) or datetime.combine(
            parse_date(typed) or _refuse(typed), datetime.min.time()
        )
    except ValueError:
        _refuse(typed)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _refuse(typed: str) -> Any:
    raise CommandError(f"--now {typed}: not an instant or a day.")
