"""Load the public holidays and the known decisions into the calendar."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from bodies.calendar_seed import load_calendar, read_seed


class Command(BaseCommand):
    help = "Load the holidays of every known year. A second run changes nothing; exceptions of the office stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="counts as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        counts = load_calendar(read_seed())
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        line = _(
            "days: %(created)d created, %(changed)d changed, %(removed)d removed, %(unchanged)d unchanged"
        )
        self.stdout.write(line % counts)
